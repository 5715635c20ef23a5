package dev.jukebox.compute.cuda;

import static dev.jukebox.compute.cuda.CudaMemory.address;

import dev.jukebox.compute.Arena;
import dev.jukebox.compute.ConvGeometry;
import dev.jukebox.compute.ConvOps;
import dev.jukebox.compute.ConvWeight;
import dev.jukebox.compute.DType;
import dev.jukebox.compute.Tensor;
import dev.jukebox.compute.check.Check;
import dev.jukebox.compute.check.ConvCheck;
import java.util.Optional;

/** Convolutions as matrix products whose left side is gathered on the way. */
final class CudaConv implements ConvOps {
  private final CudaContext context;

  CudaConv(CudaContext context) {
    this.context = context;
  }

  @Override
  public ConvWeight pack(Tensor weight, Tensor bias, ConvGeometry geometry, Arena arena) {
    ConvCheck.pack(weight, bias, geometry);
    int in = Math.toIntExact(weight.shape().dim(geometry.transposed() ? 0 : 1));
    int out = Math.toIntExact(weight.shape().dim(geometry.transposed() ? 1 : 0));
    Tensor packed = arena.tensor(DType.F32, CudaApi.convPackedSize(in, out, geometry.kernel()));
    int status =
        CudaApi.convPack(
            context.handle(),
            address(weight),
            in,
            out,
            geometry.kernel(),
            geometry.stride(),
            geometry.transposed() ? 1 : 0,
            address(packed));
    context.check(status, "conv pack", weight);
    return new ConvWeight(in, out, geometry, packed, CudaLinear.copy(context, bias, arena));
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
    Check.requireShape(
        "conv",
        "packed weight of another backend",
        weight.packed(),
        DType.F32,
        CudaApi.convPackedSize(weight.in(), weight.out(), geometry.kernel()));
    int status =
        CudaApi.convApply(
            context.handle(),
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
            x.shape().dim(0),
            x.shape().dim(1),
            reluInput ? 1 : 0,
            address(residual),
            scale,
            address(y),
            y.shape().dim(1));
    context.check(status, "conv", x, geometry, y);
  }
}
