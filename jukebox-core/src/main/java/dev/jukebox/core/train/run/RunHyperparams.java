package dev.jukebox.core.train.run;

import dev.jukebox.core.hparams.HyperparamSets;
import dev.jukebox.core.hparams.Hyperparams;
import dev.jukebox.core.prior.PriorConfig;
import dev.jukebox.core.vqvae.VqVaeConfig;
import dev.jukebox.error.InvalidInputException;
import java.util.Locale;
import java.util.Map;

/** Fills in what follows from other hyperparameters, and refuses what contradicts itself. */
final class RunHyperparams {

  private RunHyperparams() {}

  /**
   * The hyperparameters of a run.
   *
   * @throws InvalidInputException with the numbers, and what to choose instead
   */
  static Hyperparams complete(Hyperparams given) {
    requireText(given, "name", "the name of the run and of its directory");
    requireText(given, "audio_files_dir", "the directory of the music");
    if (!given.booleanOf("train") && !given.booleanOf("test")) {
      throw new InvalidInputException("nothing to do: give --train, --test or both");
    }
    if (!given.booleanOf("use_bottleneck")) {
      throw new InvalidInputException(
          "use_bottleneck false makes an autoencoder without codes, which no prior can learn: leave"
              + " it true");
    }
    VqVaeConfig vqvae = VqVaeConfig.of(given);
    Hyperparams hps = withSampleLength(given, vqvae);
    if (hps.booleanOf("prior")) {
      checkPrior(hps, vqvae);
    } else if (hps.longOf("sample_length") % vqvae.topHop() != 0) {
      long length = hps.longOf("sample_length");
      throw new InvalidInputException(
          "sample_length is "
              + length
              + ", expected a multiple of the top level's hop "
              + vqvae.topHop()
              + ", such as "
              + Math.max(1, length / vqvae.topHop()) * vqvae.topHop());
    }
    return withWorkers(hps);
  }

  /** As many threads that decode as items of a batch, as in the original, and as processors. */
  private static Hyperparams withWorkers(Hyperparams hps) {
    int processors = Runtime.getRuntime().availableProcessors();
    int workers = Math.max(hps.intOf("nworkers"), Math.min(hps.intOf("bs"), processors));
    return HyperparamSets.standard()
        .override(hps, Map.of("nworkers", workers, "bs_sample", hps.intOf("bs")));
  }

  private static void requireText(Hyperparams hps, String name, String meaning) {
    if (hps.stringOf(name).isBlank()) {
      throw new InvalidInputException(name + " is missing: give " + meaning + " by --" + name);
    }
  }

  private static Hyperparams withSampleLength(Hyperparams hps, VqVaeConfig vqvae) {
    if (hps.longOf("sample_length") != 0) {
      return hps;
    }
    long length;
    if (hps.booleanOf("prior")) {
      length = PriorConfig.of(hps, vqvae).sampleLength();
    } else {
      double seconds = hps.optionalDouble("sample_length_in_seconds").orElse(0);
      if (!(seconds > 0)) {
        throw new InvalidInputException(
            "sample_length is missing: give the samples of a chunk by --sample_length, a multiple"
                + " of "
                + vqvae.topHop());
      }
      length = (long) (seconds * vqvae.sampleRate()) / vqvae.topHop() * vqvae.topHop();
    }
    return HyperparamSets.standard().override(hps, Map.of("sample_length", length));
  }

  private static void checkPrior(Hyperparams hps, VqVaeConfig vqvae) {
    PriorConfig config = PriorConfig.of(hps, vqvae);
    long length = hps.longOf("sample_length");
    if (length != config.sampleLength()) {
      throw new InvalidInputException(
          String.format(
              Locale.ROOT,
              "sample_length is %d, expected %d: n_ctx %d times the %d samples of a code of level"
                  + " %d; change sample_length, n_ctx or level",
              length,
              config.sampleLength(),
              config.nCtx(),
              config.rawToTokens(),
              config.level()));
    }
    if (hps.booleanOf("cache_codes") && hps.booleanOf("aug_blend")) {
      throw new InvalidInputException(
          "cache_codes encodes each song once, which aug_blend's random mixing of the channels"
              + " forbids: leave one of the two out");
    }
    requireText(hps, "restore_vqvae", "the checkpoint of a trained VQ-VAE");
  }
}
