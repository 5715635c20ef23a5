package dev.jukebox.core.train.run;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jukebox.compute.Backend;
import dev.jukebox.core.golden.GoldenBackends;
import dev.jukebox.core.hparams.HyperparamSets;
import dev.jukebox.core.hparams.Hyperparams;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whole runs of training on synthesised songs. */
class TrainingRunTest {
  private static final int SAMPLE_RATE = 8_000;

  @Test
  void aVqVaeAndAPriorLearnFromSynthesisedSongs(@TempDir Path directory) {
    Path music = directory.resolve("music");
    Melodies.write(music, 6, 10, SAMPLE_RATE);
    try (Backend backend = GoldenBackends.open("cpp")) {
      Losses vqvae = new Losses();
      long began = System.nanoTime();
      TrainResult first = TrainingRun.run(TrainSetup.of(vqvae(directory, music)), backend, vqvae);
      System.out.println("vqvae " + (System.nanoTime() - began) / 1e9 + " s " + vqvae.all);
      Losses prior = new Losses();
      began = System.nanoTime();
      TrainResult second =
          TrainingRun.run(
              TrainSetup.of(prior(directory, music, first.checkpoint().orElseThrow())),
              backend,
              prior);
      System.out.println("prior " + (System.nanoTime() - began) / 1e9 + " s " + prior.all);
      System.out.println(first.metrics() + "\n" + second);
      assertTrue(vqvae.mean(-20) < 0.5 * vqvae.mean(20), "VQ-VAE: " + vqvae.all);
      assertTrue(prior.mean(-20) < 0.7 * prior.mean(20), "prior: " + prior.all);
    }
  }

  private static Hyperparams vqvae(Path directory, Path music) {
    Map<String, Object> values = new LinkedHashMap<>();
    values.put("name", "vqvae");
    values.put("local_logdir", directory.toString());
    values.put("audio_files_dir", music.toString());
    values.put("sr", SAMPLE_RATE);
    values.put("levels", 2);
    values.put("downs_t", List.of(3, 2));
    values.put("strides_t", List.of(2, 2));
    values.put("emb_width", 16);
    values.put("l_bins", 64);
    values.put("width", 16);
    values.put("depth", 2);
    values.put("dilation_growth_rate", 3);
    values.put("commit", 0.02);
    values.put("multispec_loss_n_fft", List.of(512, 256, 128));
    values.put("multispec_loss_hop_length", List.of(120, 60, 25));
    values.put("multispec_loss_window_size", List.of(480, 240, 100));
    values.put("sample_length", 4096);
    values.put("bs", 4);
    values.put("labels", false);
    values.put("train", true);
    values.put("test", true);
    values.put("aug_shift", true);
    values.put("lr", 1e-3);
    values.put("lr_warmup", 10.0);
    values.put("mu", 0.9);
    values.put("epochs", 6);
    return HyperparamSets.standard().resolve(List.of(), values);
  }

  private static Hyperparams prior(Path directory, Path music, Path vqvae) {
    Map<String, Object> values = new LinkedHashMap<>();
    values.put("name", "prior");
    values.put("prior", true);
    values.put("level", 1);
    values.put("restore_vqvae", vqvae.toString());
    values.put("n_ctx", 128);
    values.put("prior_width", 32);
    values.put("prior_depth", 3);
    values.put("heads", 1);
    values.put("attn_order", 2);
    values.put("blocks", 8);
    values.put("init_scale", 0.7);
    values.put("c_res", 1);
    return HyperparamSets.standard().override(vqvae(directory, music), values);
  }

  /** The loss of every step. */
  private static final class Losses implements TrainListener {
    private final List<Double> all = new ArrayList<>();

    @Override
    public void stepped(StepReport report) {
      all.add(report.loss());
    }

    /** The mean of the first steps, or of the last where the count is negative. */
    double mean(int count) {
      int from = count > 0 ? 0 : all.size() + count;
      int to = count > 0 ? count : all.size();
      return all.subList(from, to).stream().mapToDouble(Double::doubleValue).average().orElse(0);
    }

    @Override
    public void warning(String sentence) {
      throw new AssertionError(sentence);
    }
  }
}
