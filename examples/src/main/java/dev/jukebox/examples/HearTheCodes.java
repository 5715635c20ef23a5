package dev.jukebox.examples;

import dev.jukebox.api.Audio;
import dev.jukebox.api.Codes;
import dev.jukebox.api.Jukebox;
import dev.jukebox.api.JukeboxModel;
import java.nio.file.Path;
import java.util.List;

/** A recording turned into codes and back, to hear what each level keeps of it. */
public final class HearTheCodes {

  private HearTheCodes() {}

  /**
   * Writes level_0.wav, level_1.wav and so on.
   *
   * @param args the recording, the directory to write to
   */
  public static void main(String[] args) {
    Path file = Path.of(args.length > 0 ? args[0] : "examples/audio/recording.wav");
    Path directory = Path.of(args.length > 1 ? args[1] : ".");
    try (JukeboxModel model = Jukebox.open()) {
      Audio recording = Audio.read(file, model.sampleRate());
      Codes codes = model.encode(List.of(recording));
      for (int level = 0; level < codes.levels(); level++) {
        model.decode(codes, level).get(0).writeWav(directory.resolve("level_" + level + ".wav"));
      }
    }
  }
}
