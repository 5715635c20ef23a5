package dev.jukebox.examples.demo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jukebox.api.Jukebox;
import dev.jukebox.api.JukeboxModel;
import dev.jukebox.api.ModelSource;
import dev.jukebox.api.SampleRequest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The recipe of the built-in model from beginning to end, with tiny networks and few steps. */
class TrainDemoModelTest {
  private static final String[] STAGES = {"vqvae", "plays", "sings", "upsampler"};

  @Test
  void trainsAndPacks(@TempDir Path directory) throws IOException {
    TrainDemoModel.main(tiny(directory));
    Path packed = directory.resolve("demo/model.json");
    try (JukeboxModel model = Jukebox.open(ModelSource.file(packed))) {
      assertEquals("demo", model.name());
      assertEquals(2, model.levels());
      assertTrue(model.hasPrior(0) && model.hasPrior(1));
      assertFalse(model.defaults().songs().isEmpty());
      assertEquals(
          6 * model.sampleRate() / model.hop(1) * model.hop(1),
          model.sample(SampleRequest.builder().seconds(6).build()).audio(0).length());
    }

    FileTime trained = checkpoint(directory);
    TrainDemoModel.main(tiny(directory));
    assertEquals(trained, checkpoint(directory), "what is done is not done again");
  }

  @Test
  void saysWhatItWants() {
    assertThrows(IllegalArgumentException.class, () -> TrainDemoModel.main(new String[0]));
  }

  private static FileTime checkpoint(Path directory) throws IOException {
    return Files.getLastModifiedTime(directory.resolve("sings/checkpoint_latest.pth.tar"));
  }

  private static String[] tiny(Path directory) {
    List<String> words = new ArrayList<>(List.of(directory.toString(), "songs=12"));
    words.addAll(
        Arrays.asList(
            ("vqvae.width=4 vqvae.emb_width=4 vqvae.depth=1 vqvae.l_bins=16"
                    + " vqvae.sample_length=8192 plays.prior_width=16 plays.prime_width=16"
                    + " plays.exit_train=2 sings.prior_width=16 sings.prime_width=16"
                    + " upsampler.prior_width=16 upsampler.cond_width=4 upsampler.cond_depth=1")
                .split(" ")));
    for (String stage : STAGES) {
      words.add(stage + ".lr_start_linear_decay=1");
      words.add(stage + ".lr_decay=2");
      if (!stage.equals("vqvae")) {
        for (String setting : List.of("width=4", "emb_width=4", "depth=1", "l_bins=16")) {
          words.add(stage + "." + setting);
        }
      }
    }
    return words.toArray(String[]::new);
  }
}
