package dev.jukebox.compute.cpp;

import static dev.jukebox.compute.host.HostTensors.address;

import dev.jukebox.compute.Arena;
import dev.jukebox.compute.ConvGeometry;
import dev.jukebox.compute.ConvOps;
import dev.jukebox.compute.ConvWeight;
import dev.jukebox.compute.DType;
import dev.jukebox.compute.Tensor;
import dev.jukebox.compute.check.Check;
import dev.jukebox.compute.check.ConvCheck;
import java.util.Optional;

/** Convolutions as products with gathered rows. */
final class CppConv implements ConvOps {
  private final CppEngine engine;

  CppConv(CppEngine engine) {
    this.engine = engine;
  }

  @Override
  public ConvWeight pack(Tensor weight, Tensor bias, ConvGeometry geometry, Arena arena) {
    ConvCheck.pack(weight, bias, geometry);
    int in = Math.toIntExact(weight.shape().dim(geometry.transposed() ? 0 : 1));
    int out = Math.toIntExact(weight.shape().dim(geometry.transposed() ? 1 : 0));
    Tensor ownBias = CppLinear.copy(bias, out, arena);
    Tensor packed = arena.tensor(DType.F32, packedSize(in, out, geometry));
    int status =
        NativeApi.convPack(
            engine.handle(),
            address(weight),
            in,
            out,
            geometry.kernel(),
            geometry.stride(),
            geometry.transposed() ? 1 : 0,
            address(packed),
            packed.size());
    CppEngine.check(status, "conv pack", weight);
    return new ConvWeight(in, out, geometry, packed, ownBias);
  }

  private long packedSize(int in, int out, ConvGeometry geometry) {
    return NativeApi.convPackedSize(engine.handle(), in, out, geometry.kernel());
  }

  @Override
  public void apply(ConvWeight weight, Tensor x, boolean reluInput, Tensor y) {
    run(weight, x, reluInput, Optional.empty(), 1, y);
  }

  @Override
  public void applyResidual(
      ConvWeight weight, Tensor x, boolean reluInput, Tensor residual, float scale, Tensor y) {
    run(weight, x, reluInput, Optional.of(residual), scale, y);
  }

  private void run(
      ConvWeight weight,
      Tensor x,
      boolean reluInput,
      Optional<Tensor> residual,
      float scale,
      Tensor y) {
    ConvCheck.apply(weight, x, residual, y);
    ConvGeometry geometry = weight.geometry();
    long batch = x.shape().dim(0);
    long time = x.shape().dim(1);
    long outLength = time == 0 ? 0 : Math.max(0, geometry.outputLength(time));
    Check.requireShape(
        "conv",
        "packed weight of another backend",
        weight.packed(),
        DType.F32,
        packedSize(weight.in(), weight.out(), geometry));
    int status =
        NativeApi.convApply(
            engine.handle(),
            address(weight.packed()),
            address(weight.bias()),
            weight.in(),
            weight.out(),
            geometry.kernel(),
            geometry.stride(),
            geometry.padding(),
            geometry.dilation(),
            geometry.transposed() ? 1 : 0,
            address(x),
            batch,
            time,
            reluInput ? 1 : 0,
            residual.isPresent() ? address(residual.get()) : 0,
            scale,
            address(y),
            outLength);
    CppEngine.check(status, "conv", x, geometry, y);
  }
}
