package dev.jukebox.core.autograd;

import dev.jukebox.compute.DType;
import dev.jukebox.compute.Tensor;
import java.util.ArrayList;
import java.util.List;

/** Gradient checkpointing: time for memory (Chen et al. 2016). */
public final class Checkpoints {

  private Checkpoints() {}

  /** A part of a model. */
  public interface Part {
    /** The part's output on a tape. */
    Variable run(Tape tape, List<Variable> inputs);
  }

  /**
   * The output of a part, of which nothing else is kept: it is computed once more on the way back.
   */
  public static Variable checkpoint(Tape tape, List<Variable> inputs, Part part) {
    Tensor y;
    try (Tape inner = tape.forValues()) {
      Variable output = part.run(inner, inputs.stream().map(Variable::withoutGradient).toList());
      y = tape.take(DType.F32, output.shape().toArray());
      tape.ops().activation().scale(output.value(), 1, false, y);
    }
    return tape.recordPart(y, dy -> flowBack(tape, inputs, part, dy));
  }

  private static void flowBack(Tape tape, List<Variable> inputs, Part part, Tensor dy) {
    try (Tape inner = Tape.recording(tape.workspace())) {
      List<Variable> leaves = new ArrayList<>();
      for (Variable x : inputs) {
        leaves.add(x.needsGradient() ? inner.leaf(x.value()) : inner.constant(x.value()));
      }
      inner.backward(part.run(inner, leaves), dy, tape.lossScale());
      for (int i = 0; i < leaves.size(); i++) {
        Variable leaf = leaves.get(i);
        Variable outer = inputs.get(i);
        leaf.gradient()
            .ifPresent(
                gradient ->
                    outer.receive(
                        (dx, add) -> tape.ops().activation().scale(gradient, 1, add, dx)));
        leaf.releaseGradient();
      }
    }
  }
}
