package dev.jukebox.core.train.nn;

import dev.jukebox.compute.ConvGeometry;
import dev.jukebox.core.autograd.Checkpoints;
import dev.jukebox.core.autograd.Tape;
import dev.jukebox.core.autograd.Variable;
import dev.jukebox.core.nn.ResnetConfig;
import java.util.ArrayList;
import java.util.List;

/** Residual blocks x + c·conv1(relu(conv3(relu(x)))) with growing dilation. */
final class ResidualLayers {
  private record Block(ConvLayer dilated, ConvLayer pointwise) {}

  private final List<Block> blocks = new ArrayList<>();
  private final float scale;
  private final boolean checkpoint;

  /**
   * Registers the blocks.
   *
   * @param zeroOut whether each begins as the identity
   * @param checkpoint whether each is computed again on the way back
   */
  ResidualLayers(ParameterScope scope, ResnetConfig config, boolean zeroOut, boolean checkpoint) {
    this.scale = config.scale();
    this.checkpoint = checkpoint;
    int width = config.width();
    int state = (int) (config.mConv() * width);
    for (int i = 0; i < config.depth(); i++) {
      ParameterScope block = scope.sub(config.names() + "." + i + ".model");
      blocks.add(
          new Block(
              new ConvLayer(block.sub("1"), width, state, ConvGeometry.same(3, config.dilation(i))),
              new ConvLayer(block.sub("3"), state, width, ConvGeometry.same(1, 1), zeroOut)));
    }
  }

  /** The output of all blocks. */
  Variable apply(Tape tape, Variable x) {
    Variable h = x;
    for (Block block : blocks) {
      h =
          checkpoint
              ? Checkpoints.checkpoint(
                  tape, List.of(h), (inner, inputs) -> run(block, inner, inputs.get(0)))
              : run(block, tape, h);
    }
    return h;
  }

  private Variable run(Block block, Tape tape, Variable x) {
    return block.pointwise().addReluTo(tape, x, scale, block.dilated().applyRelu(tape, x));
  }
}
