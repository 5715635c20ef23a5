package dev.jukebox.core.hparams;

import dev.jukebox.error.InvalidInputException;
import java.util.List;
import java.util.OptionalDouble;
import java.util.OptionalInt;

/** Refuses hyperparameters that contradict each other, with the numbers. */
final class Consistency {

  private static final List<String> LOSSES = List.of("l1", "l2", "linf", "lmix");

  private Consistency() {}

  static void check(Hyperparams hps) {
    checkLevels(hps);
    checkLoss(hps);
    checkDurations(hps);
    int lyrics = hps.booleanOf("use_tokens") ? hps.intOf("n_tokens") : 0;
    boolean single = hps.booleanOf("single_enc_dec");
    checkTransformer(hps, "", "prior_width", hps.intOf("n_ctx") + (single ? lyrics : 0));
    if (lyrics > 0 && !single) {
      checkTransformer(hps, "prime_", "prime_width", lyrics);
    }
  }

  private static void checkLevels(Hyperparams hps) {
    int levels = hps.intOf("levels");
    for (String name : List.of("downs_t", "strides_t", "hvqvae_multipliers")) {
      int entries = hps.optionalInts(name).map(list -> list.length).orElse(levels);
      if (entries != levels) {
        throw refuse(name + " has " + entries + " entries where levels is " + levels);
      }
    }
    for (int stride : hps.intsOf("strides_t")) {
      if (stride % 2 != 0) {
        throw refuse("strides_t has " + stride + ", and a stride must be even");
      }
    }
  }

  private static void checkLoss(Hyperparams hps) {
    String loss = hps.stringOf("loss_fn");
    if (!LOSSES.contains(loss)) {
      throw refuse(
          "loss_fn is \""
              + loss
              + "\" where one of "
              + String.join(", ", LOSSES)
              + " is needed"
              + NearestName.suggestion(loss, LOSSES));
    }
  }

  private static void checkDurations(Hyperparams hps) {
    OptionalDouble least = hps.optionalDouble("min_duration");
    OptionalDouble bound = hps.optionalDouble("max_duration");
    if (least.isPresent() && bound.isPresent() && least.getAsDouble() >= bound.getAsDouble()) {
      throw refuse(
          "min_duration "
              + least.getAsDouble()
              + " is not below max_duration "
              + bound.getAsDouble());
    }
  }

  private static void checkTransformer(
      Hyperparams hps, String prefix, String widthName, int context) {
    int width = hps.intOf(widthName);
    int heads = hps.intOf(prefix + "heads");
    double factor = hps.doubleOf(prefix + "m_attn");
    int state = (int) (factor * width);
    if (state < 1 || state % heads != 0) {
      throw refuse(
          "the width of attention, "
              + state
              + (" = " + prefix + "m_attn ")
              + factor
              + (" x " + widthName + " ")
              + width
              + (", is not divisible by " + prefix + "heads ")
              + heads);
    }
    if ((int) (hps.doubleOf(prefix + "m_mlp") * width) < 1) {
      throw refuse(prefix + "m_mlp " + hps.doubleOf(prefix + "m_mlp") + " leaves the MLP no width");
    }
    int order = hps.intOf(prefix + "attn_order");
    AttnOrder.requireKnown(prefix + "attn_order", order);
    checkBlocks(hps, prefix, order, context);
  }

  private static void checkBlocks(Hyperparams hps, String prefix, int order, int context) {
    OptionalInt blocks = hps.optionalInt(prefix + "blocks");
    if (blocks.isEmpty() && AttnOrder.needsBlocks(order)) {
      throw refuse(
          prefix + "attn_order " + order + " needs " + prefix + "blocks, which has no value");
    }
    if (blocks.isPresent() && context % blocks.getAsInt() != 0) {
      throw refuse(
          contextName(hps, prefix, context)
              + (" is not divisible by " + prefix + "blocks ")
              + blocks.getAsInt());
    }
    if (order == 4 && hps.optionalInt(prefix + "spread").isEmpty()) {
      throw refuse(prefix + "attn_order 4 needs " + prefix + "spread, which has no value");
    }
  }

  private static String contextName(Hyperparams hps, String prefix, int context) {
    if (!prefix.isEmpty()) {
      return "n_tokens " + context;
    }
    int nCtx = hps.intOf("n_ctx");
    return context == nCtx
        ? "n_ctx " + nCtx
        : "the context " + context + " = n_tokens " + (context - nCtx) + " + n_ctx " + nCtx;
  }

  private static InvalidInputException refuse(String what) {
    return new InvalidInputException("Contradictory hyperparameters: " + what);
  }
}
