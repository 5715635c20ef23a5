package dev.jukebox.core.nn;

import dev.jukebox.compute.Arena;
import dev.jukebox.compute.Backend;
import dev.jukebox.compute.ConvGeometry;
import dev.jukebox.compute.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** An encoder block: strided convolutions with residual stacks, then a projection. */
public final class DownBlock {
  private final Backend backend;
  private final List<Stage> stages = new ArrayList<>();

  /**
   * Loads the block.
   *
   * @param in input channels
   * @param out output channels
   * @param down number of strided convolutions
   * @param stride step of each
   */
  public DownBlock(WeightScope scope, int in, int out, int down, int stride, ResnetConfig resnet) {
    this.backend = scope.backend();
    ConvGeometry strided = new ConvGeometry(2 * stride, stride, stride / 2, 1, false);
    int width = resnet.width();
    for (int i = 0; i < down; i++) {
      WeightScope step = scope.sub("model." + i);
      stages.add(
          new Step(
              new Conv(step.sub("0"), i == 0 ? in : width, width, strided),
              new Resnet1d(step.sub("1"), resnet)));
    }
    stages.add(new Conv(scope.sub("model." + down), width, out, ConvGeometry.same(3, 1)));
  }

  /** The output for x [batch, time, in] as a new tensor of the arena. */
  public Tensor apply(Tensor x, Arena arena) {
    return Stage.chain(backend, stages, x, arena);
  }

  /** The convolutions in the order in which they run. */
  public Stream<ConvGeometry> geometries() {
    return stages.stream().flatMap(Stage::geometries);
  }

  private record Step(Conv down, Resnet1d resnet) implements Stage {
    @Override
    public Tensor apply(Tensor x, Arena arena) {
      Tensor h = down.apply(x, arena);
      resnet.apply(h);
      return h;
    }

    @Override
    public Stream<ConvGeometry> geometries() {
      return Stream.concat(down.geometries(), resnet.geometries());
    }
  }
}
