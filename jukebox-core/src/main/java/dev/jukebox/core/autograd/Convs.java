package dev.jukebox.core.autograd;

import dev.jukebox.compute.Arena;
import dev.jukebox.compute.ConvGeometry;
import dev.jukebox.compute.ConvOps;
import dev.jukebox.compute.ConvWeight;
import dev.jukebox.compute.DType;
import dev.jukebox.compute.Tensor;
import java.util.List;
import java.util.Optional;

/** One-dimensional convolutions over [batch, time, channels]. */
public final class Convs {

  private Convs() {}

  /**
   * What a convolution is made of.
   *
   * @param weight [out, in, kernel], or [in, out, kernel] if transposed
   * @param bias [out]
   */
  public record Kernel(Variable weight, Variable bias, ConvGeometry geometry) {
    long out() {
      return bias.shape().dim(0);
    }
  }

  /** conv(x), or conv(relu(x)). */
  public static Variable conv(Tape tape, Variable x, boolean reluInput, Kernel kernel) {
    Tensor y =
        tape.take(
            DType.F32,
            x.shape().dim(0),
            kernel.geometry().outputLength(x.shape().dim(1)),
            kernel.out());
    ConvOps ops = tape.backend().conv();
    try (Arena packed = tape.backend().arena()) {
      ops.apply(packed(tape, kernel, packed), x.value(), reluInput, y);
    }
    return tape.record(
        y,
        List.of(x, kernel.weight(), kernel.bias()),
        dy -> flowBack(tape, x, reluInput, kernel, dy, 1));
  }

  /** residual + scale·conv(relu(x)). */
  public static Variable addConvRelu(
      Tape tape, Variable residual, float scale, Variable x, Kernel kernel) {
    Tensor y = tape.take(DType.F32, residual.shape().toArray());
    ConvOps ops = tape.backend().conv();
    try (Arena packed = tape.backend().arena()) {
      ops.applyResidual(packed(tape, kernel, packed), x.value(), true, residual.value(), scale, y);
    }
    return tape.recordSum(
        y,
        residual,
        List.of(x, kernel.weight(), kernel.bias()),
        dy -> flowBack(tape, x, true, kernel, dy, scale));
  }

  private static ConvWeight packed(Tape tape, Kernel kernel, Arena arena) {
    return tape.backend()
        .conv()
        .pack(kernel.weight().value(), kernel.bias().value(), kernel.geometry(), arena);
  }

  private static void flowBack(
      Tape tape, Variable x, boolean reluInput, Kernel kernel, Tensor dy, float scale) {
    kernel
        .weight()
        .receiveAdded(
            dw ->
                kernel
                    .bias()
                    .receiveAdded(
                        db ->
                            tape.ops()
                                .conv()
                                .weight(
                                    kernel.geometry(), x.value(), reluInput, dy, scale, dw, db)));
    x.receive(
        (dx, add) -> {
          Optional<Tensor> own =
              reluInput || add || scale != 1
                  ? Optional.of(tape.workspace().take(DType.F32, dx.shape().toArray()))
                  : Optional.empty();
          Tensor linear = own.orElse(dx);
          try (Arena packed = tape.backend().arena()) {
            ConvWeight back =
                tape.ops()
                    .conv()
                    .packInputGradient(kernel.weight().value(), kernel.geometry(), packed);
            tape.backend().conv().apply(back, dy, false, linear);
          }
          if (scale != 1) {
            tape.ops().activation().scale(linear, scale, false, linear);
          }
          if (reluInput) {
            tape.ops().activation().reluGradient(x.value(), linear, add, dx);
          } else if (own.isPresent()) {
            tape.ops().activation().scale(linear, 1, add, dx);
          }
          own.ifPresent(tape.workspace()::give);
        });
  }
}
