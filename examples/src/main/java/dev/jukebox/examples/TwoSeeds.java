package dev.jukebox.examples;

import dev.jukebox.api.Jukebox;
import dev.jukebox.api.JukeboxModel;
import dev.jukebox.api.SampleRequest;
import dev.jukebox.api.SampleResult;
import java.nio.file.Path;

/** The same words sung twice differently: another seed is another song. */
public final class TwoSeeds {

  private TwoSeeds() {}

  /**
   * Writes seed_1.wav and seed_2.wav.
   *
   * @param args the directory to write to, seconds
   */
  public static void main(String[] args) {
    Path directory = Path.of(args.length > 0 ? args[0] : ".");
    double seconds = args.length > 1 ? Double.parseDouble(args[1]) : 20;
    try (JukeboxModel model = Jukebox.open()) {
      for (long seed : new long[] {1, 2}) {
        SampleRequest request = SampleRequest.builder().seconds(seconds).seed(seed).build();
        SampleResult result = model.sample(request);
        result.audio(0).writeWav(directory.resolve("seed_" + seed + ".wav"));
      }
    }
  }
}
