package dev.jukebox.examples;

import dev.jukebox.api.Codes;
import dev.jukebox.api.Jukebox;
import dev.jukebox.api.JukeboxModel;
import dev.jukebox.api.SampleRequest;
import dev.jukebox.api.SampleResult;
import java.nio.file.Path;

/** The coarse codes of a song are upsampled anew: the same song with other details. */
public final class UpsampleSong {

  private UpsampleSong() {}

  /**
   * Writes the song as its coarse codes sound, and upsampled.
   *
   * @param args the data.pth.tar of a run's top level, the two WAV files
   */
  public static void main(String[] args) {
    Path run = Path.of(args.length > 0 ? args[0] : "sample_demo/level_1/data.pth.tar");
    try (JukeboxModel model = Jukebox.open()) {
      Codes coarse = Codes.read(run).onlyTop();
      Path before = Path.of(args.length > 1 ? args[1] : "coarse.wav");
      model.decode(coarse, model.levels() - 1).get(0).writeWav(before);
      SampleResult result = model.upsample(coarse, SampleRequest.builder().seed(7));
      result.audio(0).writeWav(Path.of(args.length > 2 ? args[2] : "upsampled.wav"));
    }
  }
}
