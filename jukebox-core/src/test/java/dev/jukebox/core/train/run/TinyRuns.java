package dev.jukebox.core.train.run;

import dev.jukebox.core.hparams.HyperparamSets;
import dev.jukebox.core.hparams.Hyperparams;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Runs of training that take seconds. */
final class TinyRuns {
  static final int SAMPLE_RATE = 8_000;

  private TinyRuns() {}

  /** A VQ-VAE of two levels. */
  static Hyperparams vqvae(Path directory, Path music, Map<String, ?> more) {
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
    values.put("aug_shift", true);
    values.put("lr", 1e-3);
    values.put("lr_warmup", 10.0);
    values.put("mu", 0.9);
    values.put("epochs", 1);
    values.putAll(more);
    return HyperparamSets.standard().resolve(List.of(), values);
  }

  /** A top-level prior on the codes of a VQ-VAE. */
  static Hyperparams prior(Path directory, Path music, Path vqvae, Map<String, ?> more) {
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
    values.putAll(more);
    return vqvae(directory, music, values);
  }

  /** Hears the loss of every step, and cancels after a number of them. */
  static final class Losses implements TrainListener {
    private final List<Double> all = new ArrayList<>();
    private final int steps;

    Losses(int steps) {
      this.steps = steps;
    }

    static Losses ofAll() {
      return new Losses(Integer.MAX_VALUE);
    }

    List<Double> all() {
      return all;
    }

    @Override
    public void stepped(StepReport report) {
      all.add(report.loss());
    }

    @Override
    public boolean isCancelled() {
      return all.size() >= steps;
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
