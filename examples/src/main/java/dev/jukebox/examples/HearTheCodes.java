package dev.jukebox.examples;

import dev.jukebox.api.Audio;
import dev.jukebox.api.Codes;
import dev.jukebox.api.Jukebox;
import dev.jukebox.api.JukeboxModel;
import dev.jukebox.api.ModelSource;
import java.nio.file.Path;
import java.util.List;

/** A recording turned into codes and back, to hear what each level keeps of it. */
public final class HearTheCodes {

  private HearTheCodes() {}

  /**
   * Writes level_0.wav, level_1.wav and so on.
   *
   * @param args the model's name or path, and the recording
   */
  public static void main(String[] args) {
    try (JukeboxModel model = Jukebox.open(ModelSource.parse(args[0]))) {
      Audio recording = Audio.read(Path.of(args[1]), model.sampleRate());
      Codes codes = model.encode(List.of(recording));
      for (int level = 0; level < codes.levels(); level++) {
        model.decode(codes, level).get(0).writeWav(Path.of("level_" + level + ".wav"));
      }
    }
  }
}
