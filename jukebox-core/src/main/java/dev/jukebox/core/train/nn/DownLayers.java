package dev.jukebox.core.train.nn;

import dev.jukebox.compute.ConvGeometry;
import dev.jukebox.core.autograd.Tape;
import dev.jukebox.core.autograd.Variable;
import dev.jukebox.core.nn.ResnetConfig;
import java.util.ArrayList;
import java.util.List;

/** An encoder block: strided convolutions with residual stacks, then a projection. */
public final class DownLayers {
  private record Step(ConvLayer down, ResidualLayers resnet) {}

  private final List<Step> steps = new ArrayList<>();
  private final ConvLayer projection;

  /**
   * Registers the block.
   *
   * @param in input channels
   * @param out output channels
   * @param down number of strided convolutions
   * @param stride step of each
   */
  public DownLayers(
      ParameterScope scope, int in, int out, int down, int stride, ResnetConfig resnet) {
    ConvGeometry strided = new ConvGeometry(2 * stride, stride, stride / 2, 1, false);
    int width = resnet.width();
    for (int i = 0; i < down; i++) {
      ParameterScope step = scope.sub("model." + i);
      steps.add(
          new Step(
              new ConvLayer(step.sub("0"), i == 0 ? in : width, width, strided),
              new ResidualLayers(step.sub("1"), resnet, false, false)));
    }
    this.projection =
        new ConvLayer(scope.sub("model." + down), width, out, ConvGeometry.same(3, 1));
  }

  /** The output for x [batch, time, in]. */
  public Variable apply(Tape tape, Variable x) {
    Variable h = x;
    for (Step step : steps) {
      h = step.resnet().apply(tape, step.down().apply(tape, h));
    }
    return projection.apply(tape, h);
  }
}
