package dev.jukebox.core.model;

import dev.jukebox.core.hparams.AttnOrder;
import dev.jukebox.core.hparams.Hyperparams;
import dev.jukebox.error.InvalidInputException;
import java.util.List;
import java.util.OptionalInt;
import java.util.function.Predicate;

/** Refuses a prior that cannot stand in its place of a model. */
final class PriorChecks {

  private static final List<String> SHARED =
      List.of("sr", "levels", "downs_t", "strides_t", "l_bins", "emb_width");

  private PriorChecks() {}

  /**
   * @param mentioned whether the description gives a hyperparameter of the prior itself
   * @throws InvalidInputException with what contradicts what
   */
  static void check(Hyperparams hps, Hyperparams vqvae, int place, Predicate<String> mentioned) {
    int levels = vqvae.intOf("levels");
    if (hps.intOf("level") != place) {
      throw refuse(
          "it is the prior of level "
              + place
              + " by its place, but its level is "
              + hps.intOf("level"));
    }
    for (String name : SHARED) {
      if (mentioned.test(name) && !hps.valueOf(name).equals(vqvae.valueOf(name))) {
        throw refuse(
            name
                + " is "
                + hps.valueOf(name).orElse("none")
                + " where the VQ-VAE has "
                + vqvae.valueOf(name).orElse("none"));
      }
    }
    if (place < levels - 1) {
      checkUpsampler(hps, vqvae, place);
    }
    checkLyrics(hps);
    checkLabels(hps, place == levels - 1);
    checkAlignment(hps);
  }

  private static void checkUpsampler(Hyperparams hps, Hyperparams vqvae, int level) {
    int stride = vqvae.intsOf("strides_t")[level + 1];
    long factor = Math.round(Math.pow(stride, vqvae.intsOf("downs_t")[level + 1]));
    if (hps.intOf("n_ctx") % factor != 0) {
      throw refuse(
          "n_ctx "
              + hps.intOf("n_ctx")
              + " is not divisible by "
              + factor
              + ", the codes of level "
              + level
              + " for one of level "
              + (level + 1));
    }
    if ((int) (hps.doubleOf("cond_m_conv") * hps.intOf("cond_width")) < 1) {
      throw refuse("cond_m_conv " + hps.doubleOf("cond_m_conv") + " leaves convolutions no width");
    }
  }

  private static void checkLyrics(Hyperparams hps) {
    boolean single = hps.booleanOf("single_enc_dec");
    boolean lyrics = hps.booleanOf("use_tokens") && hps.intOf("n_tokens") > 0;
    int order = hps.intOf("attn_order");
    int depth = hps.intOf("prior_depth");
    if (AttnOrder.uses(6, order, depth) && (single || !lyrics)) {
      throw refuse(
          "attn_order "
              + order
              + " attends to a lyrics encoder, which needs use_tokens, n_tokens above 0 and no"
              + " single_enc_dec");
    }
    if (AttnOrder.uses(7, order, depth) && !single) {
      throw refuse("attn_order " + order + " attends to lyrics in the sequence: single_enc_dec");
    }
    if (single && hps.intOf("n_tokens") < 1) {
      throw refuse("single_enc_dec needs lyrics, but n_tokens is 0");
    }
    if ((single || lyrics) && !hps.booleanOf("labels")) {
      throw refuse("lyrics come with labels, but labels is false");
    }
    if ((single || lyrics) && hps.intOf("n_vocab") < 1) {
      throw refuse("lyrics need a vocabulary, but n_vocab is 0");
    }
  }

  private static void checkLabels(Hyperparams hps, boolean top) {
    if (!hps.booleanOf("labels")) {
      return;
    }
    if (!(hps.valueOf("y_bins").orElse(0L) instanceof List<?>)) {
      throw refuse("labels is true, but y_bins (genres, artists) has no value");
    }
    if (hps.optionalInt("max_bow_genre_size").isEmpty()) {
      throw refuse("labels is true, but max_bow_genre_size has no value");
    }
    boolean durations =
        hps.optionalDouble("min_duration").isPresent()
            && hps.optionalDouble("max_duration").isPresent();
    if (top && !durations) {
      throw refuse("labels is true, but min_duration or max_duration has no value");
    }
  }

  private static void checkAlignment(Hyperparams hps) {
    requireBelow(hps, "alignment_layer", "prior_depth");
    requireBelow(hps, "alignment_head", "heads");
  }

  private static void requireBelow(Hyperparams hps, String name, String bound) {
    OptionalInt value = hps.optionalInt(name);
    if (value.isPresent() && value.getAsInt() >= hps.intOf(bound)) {
      throw refuse(
          name + " " + value.getAsInt() + " is not below " + bound + " " + hps.intOf(bound));
    }
  }

  private static InvalidInputException refuse(String what) {
    return new InvalidInputException(what);
  }
}
