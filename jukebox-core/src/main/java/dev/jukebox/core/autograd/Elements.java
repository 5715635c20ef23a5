package dev.jukebox.core.autograd;

import dev.jukebox.compute.ActivationOps;
import dev.jukebox.compute.DType;
import dev.jukebox.compute.Tensor;
import java.util.List;

/** Functions of single elements. */
public final class Elements {

  private Elements() {}

  /** a + b, of one shape. */
  public static Variable add(Tape tape, Variable a, Variable b) {
    ActivationOps ops = tape.ops().activation();
    Tensor y = tape.take(DType.F32, a.shape().toArray());
    ops.add(a.value(), b.value(), y);
    return tape.recordSum(
        y, a, List.of(b), dy -> b.receive((db, add) -> ops.scale(dy, 1, add, db)));
  }

  /** base + scale·(x − base), of one shape: a residual layer whose branches are scaled. */
  public static Variable interpolate(Tape tape, Variable base, Variable x, float scale) {
    ActivationOps ops = tape.ops().activation();
    Tensor y = tape.take(DType.F32, x.shape().toArray());
    tape.backend().elementwise().interpolate(base.value(), x.value(), scale, y);
    return tape.record(
        y,
        List.of(base, x),
        dy -> {
          base.receive((da, add) -> ops.scale(dy, 1 - scale, add, da));
          x.receive((dx, add) -> ops.scale(dy, scale, add, dx));
        });
  }

  /** x·σ(1.702x). */
  public static Variable quickGelu(Tape tape, Variable x) {
    ActivationOps ops = tape.ops().activation();
    Tensor y = tape.take(DType.F32, x.shape().toArray());
    ops.quickGelu(x.value(), y);
    return tape.record(
        y, List.of(x), dy -> x.receiveWritten(dx -> ops.quickGeluGradient(x.value(), dy, dx)));
  }
}
