package dev.jukebox.examples;

import dev.jukebox.api.Codes;
import dev.jukebox.api.Jukebox;
import dev.jukebox.api.SampleMode;
import dev.jukebox.api.SampleRequest;
import dev.jukebox.api.SampleResult;
import java.nio.file.Path;

/** A song of an earlier run goes on: what was there stays as it was, and more is drawn. */
public final class ContinueSong {

  private ContinueSong() {}

  /**
   * Writes the longer song.
   *
   * @param args the data.pth.tar of a run such as {@code jukebox sample}, seconds in all, WAV file
   */
  public static void main(String[] args) {
    Path run = Path.of(args.length > 0 ? args[0] : "sample_demo/level_0/data.pth.tar");
    SampleRequest request =
        SampleRequest.builder()
            .mode(SampleMode.continuing(Codes.read(run)))
            .seconds(args.length > 1 ? Double.parseDouble(args[1]) : 29)
            .build();
    SampleResult result = Jukebox.sample(request);
    result.audio(0).writeWav(Path.of(args.length > 2 ? args[2] : "continued.wav"));
  }
}
