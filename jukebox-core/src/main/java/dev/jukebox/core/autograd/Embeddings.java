package dev.jukebox.core.autograd;

import dev.jukebox.compute.DType;
import dev.jukebox.compute.Shape;
import dev.jukebox.compute.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Rows of tables, and how they are laid along a window. */
public final class Embeddings {

  private Embeddings() {}

  /**
   * A table and the ids of its rows.
   *
   * @param table [rows, width]
   * @param ids I32 [batch, positions]; a negative id stands for zeros
   */
  public record Lookup(Variable table, Tensor ids) {}

  /**
   * The sum of several look-ups, [batch, positions, width].
   *
   * @param lookups with ids of one shape
   */
  public static Variable gatherSum(Tape tape, List<Lookup> lookups) {
    Tensor ids = lookups.get(0).ids();
    long width = lookups.get(0).table().shape().dim(1);
    Tensor y = tape.take(DType.F32, ids.shape().dim(0), ids.shape().dim(1), width);
    tape.ops().activation().fill(y, 0);
    List<Variable> tables = new ArrayList<>();
    for (Lookup lookup : lookups) {
      tape.backend().embedding().gatherAdd(lookup.table().value(), lookup.ids(), y);
      tables.add(lookup.table());
    }
    return tape.record(
        y,
        tables,
        dy -> {
          for (Lookup lookup : lookups) {
            lookup
                .table()
                .receiveAdded(
                    dTable -> tape.ops().embedding().scatterAdd(dy, lookup.ids(), dTable));
          }
        });
  }

  /**
   * The input of every position: the token before it, and before the first a start.
   *
   * @param table [bins, width]
   * @param previous I32 [batch, positions]: the token before each position, −1 at the first
   * @param start [batch, 1, width], or [1, width] for one that all items share
   */
  public static Variable shifted(Tape tape, Variable table, Tensor previous, Variable start) {
    long batch = previous.shape().dim(0);
    long width = table.shape().dim(1);
    Tensor y = tape.take(DType.F32, batch, previous.shape().dim(1), width);
    tape.ops().activation().fill(y, 0);
    tape.backend().embedding().gatherAdd(table.value(), previous, y);
    boolean shared = start.shape().rank() == 2;
    Tensor starts = start.value().reshape(shared ? 1 : batch, 1, width);
    for (long n = 0; n < batch; n++) {
      tape.backend()
          .elementwise()
          .copyPositions(starts.slice(shared ? 0 : n, 1), 0, y.slice(n, 1), 0, 1);
    }
    return tape.record(
        y,
        List.of(table, start),
        dy -> {
          table.receiveAdded(dTable -> tape.ops().embedding().scatterAdd(dy, previous, dTable));
          start.receiveAdded(
              dStart -> {
                Tensor rows = dStart.reshape(shared ? 1 : batch, width);
                for (long n = 0; n < batch; n++) {
                  Tensor first = dy.slice(n, 1).reshape(dy.shape().dim(1), width).slice(0, 1);
                  tape.ops().activation().scale(first, 1, true, rows.slice(shared ? 0 : n, 1));
                }
              });
        });
  }

  /**
   * x + positions + condition.
   *
   * @param x [batch, length, width]
   * @param positions [length, width]
   * @param condition [batch, length, width], if there is any
   */
  public static Variable addPositions(
      Tape tape, Variable x, Variable positions, Optional<Variable> condition) {
    Shape shape = x.shape();
    Tensor y = tape.take(DType.F32, shape.toArray());
    Tensor table = positions.value().reshape(1, shape.dim(1), shape.dim(2));
    tape.backend().elementwise().addSlice(x.value(), table, 0, y);
    condition.ifPresent(c -> tape.ops().activation().add(y, c.value(), y));
    List<Variable> inputs = new ArrayList<>(List.of(positions));
    condition.ifPresent(inputs::add);
    return tape.recordSum(
        y,
        x,
        inputs,
        dy -> {
          positions.receiveAdded(
              dPositions ->
                  tape.ops()
                      .activation()
                      .sumRows(
                          dy.reshape(shape.dim(0), shape.dim(1) * shape.dim(2)),
                          dPositions.reshape(shape.dim(1) * shape.dim(2))));
          condition.ifPresent(
              c -> c.receive((dc, add) -> tape.ops().activation().scale(dy, 1, add, dc)));
        });
  }

  /**
   * x after {@code count} positions of zeros, [batch, count + length, width].
   *
   * @param x [batch, length, width]
   */
  public static Variable afterZeros(Tape tape, Variable x, long count) {
    Shape shape = x.shape();
    long length = shape.dim(1);
    Tensor y = tape.take(DType.F32, shape.dim(0), count + length, shape.dim(2));
    tape.ops().activation().fill(y, 0);
    tape.backend().elementwise().copyPositions(x.value(), 0, y, count, length);
    return tape.record(
        y,
        List.of(x),
        dy ->
            x.receiveAdded(
                dx -> {
                  for (long n = 0; n < shape.dim(0); n++) {
                    Tensor item = dy.slice(n, 1).reshape(count + length, shape.dim(2));
                    tape.ops()
                        .activation()
                        .scale(item.slice(count, length), 1, true, dx.slice(n, 1));
                  }
                }));
  }
}
