package dev.jukebox.core.train.nn;

import dev.jukebox.compute.ConvGeometry;
import dev.jukebox.core.autograd.Tape;
import dev.jukebox.core.autograd.Variable;
import dev.jukebox.core.nn.ResnetConfig;
import java.util.ArrayList;
import java.util.List;

/** A decoder block: a projection, then residual stacks with transposed convolutions. */
public final class UpLayers {
  private record Step(ResidualLayers resnet, ConvLayer up) {}

  private final ConvLayer projection;
  private final List<Step> steps = new ArrayList<>();

  /**
   * Registers the block.
   *
   * @param in input channels
   * @param out output channels
   * @param up number of transposed convolutions
   * @param stride step of each
   * @param zeroOut whether residual blocks begin as the identity
   * @param checkpoint whether residual blocks are computed again on the way back
   */
  public UpLayers(
      ParameterScope scope,
      int in,
      int out,
      int up,
      int stride,
      ResnetConfig resnet,
      boolean zeroOut,
      boolean checkpoint) {
    ConvGeometry strided = new ConvGeometry(2 * stride, stride, stride / 2, 1, true);
    int width = resnet.width();
    this.projection = new ConvLayer(scope.sub("model.0"), in, width, ConvGeometry.same(3, 1));
    for (int i = 1; i <= up; i++) {
      ParameterScope step = scope.sub("model." + i);
      steps.add(
          new Step(
              new ResidualLayers(step.sub("0"), resnet, zeroOut, checkpoint),
              new ConvLayer(step.sub("1"), width, i == up ? out : width, strided)));
    }
  }

  /** The output for x [batch, time, in]. */
  public Variable apply(Tape tape, Variable x) {
    Variable h = projection.apply(tape, x);
    for (Step step : steps) {
      h = step.up().apply(tape, step.resnet().apply(tape, h));
    }
    return h;
  }
}
