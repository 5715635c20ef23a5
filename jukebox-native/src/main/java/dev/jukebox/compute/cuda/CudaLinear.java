package dev.jukebox.compute.cuda;

import static dev.jukebox.compute.cuda.CudaMemory.address;

import dev.jukebox.compute.Activation;
import dev.jukebox.compute.Arena;
import dev.jukebox.compute.DType;
import dev.jukebox.compute.FusedOps;
import dev.jukebox.compute.LinearOps;
import dev.jukebox.compute.LinearWeight;
import dev.jukebox.compute.NormOps;
import dev.jukebox.compute.NormWeight;
import dev.jukebox.compute.Tensor;
import dev.jukebox.compute.check.Check;
import dev.jukebox.compute.check.LinearCheck;
import dev.jukebox.compute.check.NormCheck;
import java.util.Optional;

/** Matrix products, and the operations around them that a decode step fuses with them. */
final class CudaLinear implements LinearOps, FusedOps {
  private final CudaContext context;
  private final NormOps norms;

  CudaLinear(CudaContext context, NormOps norms) {
    this.context = context;
    this.norms = norms;
  }

  @Override
  public LinearWeight pack(
      Tensor weight, boolean transposed, Optional<Tensor> bias, DType storage, Arena arena) {
    LinearCheck.pack(weight, transposed, bias, storage);
    int in = Math.toIntExact(weight.shape().dim(transposed ? 1 : 0));
    int out = Math.toIntExact(weight.shape().dim(transposed ? 0 : 1));
    Tensor packed = arena.tensor(DType.I8, packedBytes(in, out, storage));
    Optional<Tensor> scales =
        storage == DType.I8 ? Optional.of(arena.tensor(DType.F32, out)) : Optional.empty();
    int status =
        CudaApi.linearPack(
            context.handle(),
            address(weight),
            transposed ? 1 : 0,
            in,
            out,
            CudaMemory.code(storage),
            address(packed),
            address(scales));
    context.check(status, "linear pack", weight);
    return new LinearWeight(
        in, out, storage, packed, scales, bias.map(b -> copy(context, b, arena)));
  }

  private static long packedBytes(int in, int out, DType storage) {
    return CudaApi.linearPackedBytes(in, out, CudaMemory.code(storage));
  }

  /** A copy of a bias that the arena owns. */
  static Tensor copy(CudaContext context, Tensor bias, Arena arena) {
    Tensor own = arena.tensor(DType.F32, bias.size());
    int status =
        CudaApi.copyPositions(
            context.handle(), address(bias), 1, 0, address(own), 1, 0, 0, 1, 1, bias.size());
    context.check(status, "copy", bias);
    return own;
  }

  @Override
  public void apply(LinearWeight weight, Tensor x, Activation activation, Tensor y) {
    run(weight, Optional.empty(), x, activation, Optional.empty(), Optional.empty(), 1, y);
  }

  @Override
  public void applyResidual(LinearWeight weight, Tensor x, Tensor residual, Tensor y) {
    run(
        weight,
        Optional.empty(),
        x,
        Activation.NONE,
        Optional.of(residual),
        Optional.empty(),
        1,
        y);
  }

  @Override
  public void normLinear(
      NormWeight norm,
      LinearWeight weight,
      Tensor x,
      Tensor normed,
      Activation activation,
      Tensor y) {
    NormCheck.layerNorm(x, norm.gain(), norm.bias(), normed);
    int code = CudaMemory.code(weight.storage());
    if (CudaApi.linearFusesNorm(context.handle(), x.shape().rows(), code) == 1) {
      run(weight, Optional.of(norm), x, activation, Optional.empty(), Optional.empty(), 1, y);
    } else {
      norms.layerNorm(x, norm.gain(), norm.bias(), norm.eps(), normed);
      apply(weight, normed, activation, y);
    }
  }

  @Override
  public void linearInterpolate(
      LinearWeight weight, Tensor x, Tensor residual, Tensor base, float scale, Tensor y) {
    run(
        weight,
        Optional.empty(),
        x,
        Activation.NONE,
        Optional.of(residual),
        Optional.of(base),
        scale,
        y);
  }

  private void run(
      LinearWeight weight,
      Optional<NormWeight> norm,
      Tensor x,
      Activation activation,
      Optional<Tensor> residual,
      Optional<Tensor> base,
      float scale,
      Tensor y) {
    LinearCheck.apply(weight, x, residual, y);
    base.ifPresent(b -> LinearCheck.apply(weight, x, base, y));
    Check.requireShape(
        "linear",
        "packed weight of another backend",
        weight.packed(),
        DType.I8,
        packedBytes(weight.in(), weight.out(), weight.storage()));
    int status =
        CudaApi.linearApply(
            context.handle(),
            address(weight.packed()),
            address(weight.scales()),
            address(weight.bias()),
            weight.in(),
            weight.out(),
            CudaMemory.code(weight.storage()),
            address(x),
            x.shape().rows(),
            address(norm.map(NormWeight::gain)),
            address(norm.map(NormWeight::bias)),
            norm.map(NormWeight::eps).orElse(0f),
            activation == Activation.QUICK_GELU ? 1 : 0,
            address(residual),
            address(base),
            scale,
            address(y));
    context.check(
        status, "linear", x, weight.storage() + "[" + weight.in() + ", " + weight.out() + "]", y);
  }
}
