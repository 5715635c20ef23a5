package dev.jukebox.core.nn;

import dev.jukebox.compute.Arena;
import dev.jukebox.compute.Backend;
import dev.jukebox.compute.ConvGeometry;
import dev.jukebox.compute.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * A decoder block: a projection, then residual stacks with transposed convolutions. The VQ-VAE's
 * decoders and the upsamplers' conditioners are both made of it.
 */
public final class UpBlock {
  private final Backend backend;
  private final List<Stage> stages = new ArrayList<>();

  /**
   * Loads the block.
   *
   * @param in input channels
   * @param out output channels
   * @param up number of transposed convolutions
   * @param stride step of each
   */
  public UpBlock(WeightScope scope, int in, int out, int up, int stride, ResnetConfig resnet) {
    this.backend = scope.backend();
    ConvGeometry strided = new ConvGeometry(2 * stride, stride, stride / 2, 1, true);
    int width = resnet.width();
    stages.add(new Conv(scope.sub("model.0"), in, width, ConvGeometry.same(3, 1)));
    for (int i = 1; i <= up; i++) {
      WeightScope step = scope.sub("model." + i);
      stages.add(
          new Step(
              new Resnet1d(step.sub("0"), resnet),
              new Conv(step.sub("1"), width, i == up ? out : width, strided)));
    }
  }

  /** The output for x [batch, time, in] as a new tensor of the arena. */
  public Tensor apply(Tensor x, Arena arena) {
    return Stage.chain(backend, stages, x, arena);
  }

  /** The convolutions in the order in which they run. */
  public Stream<ConvGeometry> geometries() {
    return stages.stream().flatMap(Stage::geometries);
  }

  /** The residual stack writes over the stage's input, which no one else reads. */
  private record Step(Resnet1d resnet, Conv up) implements Stage {
    @Override
    public Tensor apply(Tensor x, Arena arena) {
      resnet.apply(x);
      return up.apply(x, arena);
    }

    @Override
    public Stream<ConvGeometry> geometries() {
      return Stream.concat(resnet.geometries(), up.geometries());
    }
  }
}
