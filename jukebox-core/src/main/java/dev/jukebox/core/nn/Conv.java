package dev.jukebox.core.nn;

import dev.jukebox.compute.Arena;
import dev.jukebox.compute.Backend;
import dev.jukebox.compute.ConvGeometry;
import dev.jukebox.compute.ConvWeight;
import dev.jukebox.compute.DType;
import dev.jukebox.compute.Tensor;
import java.util.stream.Stream;

/** A one-dimensional convolution over [batch, time, channels]. */
public final class Conv implements Stage {
  private final Backend backend;
  private final ConvWeight weight;

  /** Loads {@code weight} and {@code bias} of the scope. */
  public Conv(WeightScope scope, int in, int out, ConvGeometry geometry) {
    this.backend = scope.backend();
    try (Arena temporary = backend.arena()) {
      Tensor w =
          geometry.transposed()
              ? scope.loadInto(temporary, "weight", in, out, geometry.kernel())
              : scope.loadInto(temporary, "weight", out, in, geometry.kernel());
      Tensor b = scope.loadInto(temporary, "bias", out);
      this.weight = backend.conv().pack(w, b, geometry, scope.arena());
    }
  }

  /** conv(x), as a new tensor of the arena. */
  @Override
  public Tensor apply(Tensor x, Arena arena) {
    return apply(x, false, arena);
  }

  /** conv(relu(x)), as a new tensor of the arena. */
  Tensor applyRelu(Tensor x, Arena arena) {
    return apply(x, true, arena);
  }

  private Tensor apply(Tensor x, boolean reluInput, Arena arena) {
    long length = weight.geometry().outputLength(x.shape().dim(1));
    Tensor y = arena.tensor(DType.F32, x.shape().dim(0), length, weight.out());
    backend.conv().apply(weight, x, reluInput, y);
    return y;
  }

  /** residual + scale·conv(relu(x)), written over {@code residual}. */
  void addReluTo(Tensor x, Tensor residual, float scale) {
    backend.conv().applyResidual(weight, x, true, residual, scale, residual);
  }

  @Override
  public Stream<ConvGeometry> geometries() {
    return Stream.of(weight.geometry());
  }
}
