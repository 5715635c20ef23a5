package dev.jukebox.core.autograd;

import dev.jukebox.compute.DType;
import dev.jukebox.compute.MatmulOps;
import dev.jukebox.compute.Tensor;
import java.util.List;

/** Products of rows with weight matrices. */
public final class Linears {

  private Linears() {}

  /**
   * x·W + b.
   *
   * @param x [..., in]
   * @param weight [in, out]
   * @param bias [out]
   */
  public static Variable linear(Tape tape, Variable x, Variable weight, Variable bias) {
    MatmulOps ops = tape.ops().matmul();
    Tensor y = tape.take(DType.F32, rowsOf(x, weight.shape().dim(1)));
    ops.linear(x.value(), weight.value(), bias.value(), y);
    return tape.record(y, List.of(x, weight, bias), dy -> flowBack(tape, x, weight, bias, dy));
  }

  /** residual + x·W + b. */
  public static Variable addLinear(
      Tape tape, Variable residual, Variable x, Variable weight, Variable bias) {
    Tensor y = tape.take(DType.F32, residual.shape().toArray());
    tape.ops().matmul().linear(x.value(), weight.value(), bias.value(), y);
    tape.ops().activation().add(residual.value(), y, y);
    return tape.recordSum(
        y, residual, List.of(x, weight, bias), dy -> flowBack(tape, x, weight, bias, dy));
  }

  private static void flowBack(Tape tape, Variable x, Variable weight, Variable bias, Tensor dy) {
    MatmulOps ops = tape.ops().matmul();
    x.receive((dx, add) -> ops.multiply(dy, false, weight.value(), true, add, dx));
    weight.receive((dw, add) -> ops.multiply(x.value(), true, dy, false, add, dw));
    bias.receiveAdded(db -> tape.ops().activation().sumRows(dy, db));
  }

  /**
   * x·Wᵀ: the logits of a head whose weight may be the table that embeds tokens.
   *
   * @param x [..., in]
   * @param weight [out, in]
   */
  public static Variable head(Tape tape, Variable x, Variable weight) {
    MatmulOps ops = tape.ops().matmul();
    Tensor y = tape.take(DType.F32, rowsOf(x, weight.shape().dim(0)));
    ops.multiply(x.value(), false, weight.value(), true, false, y);
    return tape.record(
        y,
        List.of(x, weight),
        dy -> {
          x.receive((dx, add) -> ops.multiply(dy, false, weight.value(), false, add, dx));
          weight.receive((dw, add) -> ops.multiply(dy, true, x.value(), false, add, dw));
        });
  }

  private static long[] rowsOf(Variable x, long rowLength) {
    long[] dims = x.shape().toArray();
    dims[dims.length - 1] = rowLength;
    return dims;
  }
}
