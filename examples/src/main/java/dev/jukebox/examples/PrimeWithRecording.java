package dev.jukebox.examples;

import dev.jukebox.api.Jukebox;
import dev.jukebox.api.SampleMode;
import dev.jukebox.api.SampleRequest;
import dev.jukebox.api.SampleResult;
import java.nio.file.Path;
import java.util.List;

/** The beginning of a recording goes on as the built-in model imagines it. */
public final class PrimeWithRecording {

  private PrimeWithRecording() {}

  /**
   * Writes the WAV file.
   *
   * @param args the recording, seconds to keep of it, seconds in all, WAV file
   */
  public static void main(String[] args) {
    Path recording = Path.of(args.length > 0 ? args[0] : "examples/audio/recording.wav");
    double kept = args.length > 1 ? Double.parseDouble(args[1]) : 2;
    SampleRequest request =
        SampleRequest.builder()
            .mode(SampleMode.primed(List.of(recording), kept))
            .seconds(args.length > 2 ? Double.parseDouble(args[2]) : 20)
            .build();
    SampleResult result = Jukebox.sample(request);
    result.audio(0).writeWav(Path.of(args.length > 3 ? args[3] : "primed.wav"));
  }
}
