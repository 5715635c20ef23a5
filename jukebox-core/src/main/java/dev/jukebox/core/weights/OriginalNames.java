package dev.jukebox.core.weights;

import java.util.regex.Pattern;

/**
 * The original has two names for a list of residual blocks: {@code blocks} where its model was made
 * with checkpointing of the list, else {@code model}. Here each list has one, by which tensors are
 * kept and found under either.
 */
final class OriginalNames {
  private static final Pattern CONDITIONER =
      Pattern.compile("(conditioner_blocks\\.\\d+\\.cond\\.model\\.\\d+\\.0)\\.model\\.(.*)");

  private static final Pattern AUTOENCODER =
      Pattern.compile(
          "((?:en|de)coders\\.\\d+\\.level_blocks\\.\\d+\\.model\\.\\d+\\.[01])\\.blocks\\.(.*)");

  private OriginalNames() {}

  /** The one name of a tensor, that of the released models. */
  static String canonical(String name) {
    String conditioner = CONDITIONER.matcher(name).replaceFirst("$1.blocks.$2");
    return AUTOENCODER.matcher(conditioner).replaceFirst("$1.model.$2");
  }
}
