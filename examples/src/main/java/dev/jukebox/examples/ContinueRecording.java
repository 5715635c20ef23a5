package dev.jukebox.examples;

import dev.jukebox.api.Jukebox;
import dev.jukebox.api.JukeboxModel;
import dev.jukebox.api.ModelSource;
import dev.jukebox.api.SampleMode;
import dev.jukebox.api.SampleRequest;
import dev.jukebox.api.SampleResult;
import java.nio.file.Path;
import java.util.List;

/** The beginning of a recording goes on as the model imagines it, twice differently. */
public final class ContinueRecording {

  private ContinueRecording() {}

  /**
   * Writes seed_1.wav and seed_2.wav.
   *
   * @param args the model's name or path, the recording, seconds to keep, seconds in all
   */
  public static void main(String[] args) {
    SampleMode mode = SampleMode.primed(List.of(Path.of(args[1])), Double.parseDouble(args[2]));
    try (JukeboxModel model = Jukebox.open(ModelSource.parse(args[0]))) {
      for (long seed : new long[] {1, 2}) {
        SampleRequest request =
            SampleRequest.builder()
                .mode(mode)
                .seconds(Double.parseDouble(args[3]))
                .totalSeconds(30)
                .seed(seed)
                .build();
        SampleResult result = model.sample(request);
        result.audio(0).writeWav(Path.of("seed_" + seed + ".wav"));
      }
    }
  }
}
