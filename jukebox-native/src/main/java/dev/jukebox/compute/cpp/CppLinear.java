package dev.jukebox.compute.cpp;

import static dev.jukebox.compute.host.HostTensors.address;

import dev.jukebox.compute.Activation;
import dev.jukebox.compute.Arena;
import dev.jukebox.compute.DType;
import dev.jukebox.compute.LinearOps;
import dev.jukebox.compute.LinearWeight;
import dev.jukebox.compute.Tensor;
import dev.jukebox.compute.check.Check;
import dev.jukebox.compute.check.LinearCheck;
import dev.jukebox.compute.host.HostTensors;
import dev.jukebox.error.ComputeException;
import java.util.Optional;

/** Matrix products over weights packed in panels, [panels, in, width]. */
final class CppLinear implements LinearOps {
  private final CppEngine engine;
  private final int panelWidth;

  CppLinear(CppEngine engine) {
    this.engine = engine;
    this.panelWidth = NativeApi.linearPanelWidth(engine.handle());
  }

  @Override
  public LinearWeight pack(
      Tensor weight, boolean transposed, Optional<Tensor> bias, DType storage, Arena arena) {
    LinearCheck.pack(weight, transposed, bias, storage);
    int in = Math.toIntExact(weight.shape().dim(transposed ? 1 : 0));
    int out = Math.toIntExact(weight.shape().dim(transposed ? 0 : 1));
    Optional<Tensor> ownBias = bias.map(b -> copy(b, out, arena));
    Tensor packed = arena.tensor(storage, panels(out), in, panelWidth);
    Optional<Tensor> scales =
        storage == DType.I8 ? Optional.of(arena.tensor(DType.F32, out)) : Optional.empty();
    int status =
        NativeApi.linearPack(
            engine.handle(),
            address(weight),
            transposed ? 1 : 0,
            in,
            out,
            code(storage),
            address(packed),
            packed.byteSize(),
            addressOrNull(scales));
    CppEngine.check(status, "linear pack", weight);
    return new LinearWeight(in, out, storage, packed, scales, ownBias);
  }

  private long panels(int out) {
    return (out + panelWidth - 1L) / panelWidth;
  }

  /** A copy of a bias that the arena owns. */
  static Tensor copy(Tensor bias, int out, Arena arena) {
    Tensor own = arena.tensor(DType.F32, out);
    HostTensors.floats(own).put(HostTensors.floats(bias));
    return own;
  }

  /** A storage type's number in the C ABI. */
  private static int code(DType storage) {
    return switch (storage) {
      case F32 -> 0;
      case F16 -> 1;
      case BF16 -> 2;
      case I8 -> 3;
      case I32 -> throw new ComputeException("linear: no weight is stored as I32");
    };
  }

  private static long addressOrNull(Optional<Tensor> tensor) {
    return tensor.isPresent() ? address(tensor.get()) : 0;
  }

  @Override
  public void apply(LinearWeight weight, Tensor x, Activation activation, Tensor y) {
    run(weight, x, activation, Optional.empty(), y);
  }

  @Override
  public void applyResidual(LinearWeight weight, Tensor x, Tensor residual, Tensor y) {
    run(weight, x, Activation.NONE, Optional.of(residual), y);
  }

  private void run(
      LinearWeight weight, Tensor x, Activation activation, Optional<Tensor> residual, Tensor y) {
    long rows = x.shape().rows();
    LinearCheck.apply(weight, x, residual, y);
    Check.requireShape(
        "linear",
        "packed weight of another backend",
        weight.packed(),
        weight.storage(),
        panels(weight.out()),
        weight.in(),
        panelWidth);
    int status =
        NativeApi.linearApply(
            engine.handle(),
            address(weight.packed()),
            addressOrNull(weight.scales()),
            addressOrNull(weight.bias()),
            weight.in(),
            weight.out(),
            code(weight.storage()),
            address(x),
            rows,
            activation == Activation.QUICK_GELU ? 1 : 0,
            addressOrNull(residual),
            address(y));
    CppEngine.check(status, "linear", x, weight.packed(), y);
  }
}
