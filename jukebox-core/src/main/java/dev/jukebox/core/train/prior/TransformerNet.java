package dev.jukebox.core.train.prior;

import dev.jukebox.core.autograd.Checkpoints;
import dev.jukebox.core.autograd.Tape;
import dev.jukebox.core.autograd.Variable;
import dev.jukebox.core.prior.TransformerConfig;
import dev.jukebox.core.train.nn.ParameterScope;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A stack of pre-norm attention and MLP layers. */
final class TransformerNet {
  private final List<AttentionBlock> blocks = new ArrayList<>();
  private final boolean checkpoint;

  /**
   * Registers the layers.
   *
   * @param initial scales of fresh weights
   * @param checkpoint whether each layer is computed again on the way back
   */
  TransformerNet(
      ParameterScope scope, TransformerConfig config, InitialScales initial, boolean checkpoint) {
    this.checkpoint = checkpoint;
    for (int i = 0; i < config.depth(); i++) {
      blocks.add(
          new AttentionBlock(
              scope.sub("_attn_mods." + i), config, i, initial.scale(), initial.zeroOut()));
    }
  }

  /**
   * The output for x [batch, nCtx, width].
   *
   * @param encoded the encoded lyrics, if layers attend to them
   */
  Variable apply(Tape tape, Variable x, Optional<Variable> encoded) {
    Variable h = x;
    for (AttentionBlock block : blocks) {
      List<Variable> inputs =
          block.attendsToEncoder() ? List.of(h, encoded.orElseThrow()) : List.of(h);
      h =
          checkpoint
              ? Checkpoints.checkpoint(tape, inputs, block::apply)
              : block.apply(tape, inputs);
    }
    return h;
  }
}
