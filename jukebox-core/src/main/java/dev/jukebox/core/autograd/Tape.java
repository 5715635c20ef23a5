package dev.jukebox.core.autograd;

import dev.jukebox.compute.Backend;
import dev.jukebox.compute.DType;
import dev.jukebox.compute.Tensor;
import dev.jukebox.compute.TrainingOps;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The operations of one forward pass, in their order, and how to go back through them.
 *
 * <p>Losses are the roots: each is noted with its weight in the total, and {@link #backward} begins
 * at all of them. What an operation keeps for its gradient is freed as soon as the tape has gone
 * back over it.
 *
 * <pre>{@code
 * try (Tape tape = Tape.recording(workspace)) {
 *   Variable logits = model.forward(tape, tokens);
 *   Losses.crossEntropy(tape, logits, tokens, weights);
 *   tape.backward(1);
 * }
 * }</pre>
 */
public final class Tape implements AutoCloseable {

  /** What an operation left behind. */
  private record Node(Optional<Variable> output, List<Tensor> held, Runnable backward) {}

  private final Workspace workspace;
  private final boolean recording;
  private final boolean checking;
  private final List<Node> nodes = new ArrayList<>();
  private List<Tensor> held = new ArrayList<>();
  private float lossScale = 1;

  private Tape(Workspace workspace, boolean recording, boolean checking) {
    this.workspace = workspace;
    this.recording = recording;
    this.checking = checking;
  }

  /** A tape that can go back. */
  public static Tape recording(Workspace workspace) {
    return new Tape(workspace, true, false);
  }

  /** A tape for values alone: nothing on it needs a gradient. */
  public static Tape evaluating(Workspace workspace) {
    return new Tape(workspace, false, false);
  }

  /**
   * A tape for values alone that looks at every one, to find the operation that first gives NaN or
   * infinity; slow.
   */
  public static Tape checking(Workspace workspace) {
    return new Tape(workspace, false, true);
  }

  /** A tape for values alone, which looks at every one if this does. */
  Tape forValues() {
    return new Tape(workspace, false, checking);
  }

  /** The memory of this tape. */
  public Workspace workspace() {
    return workspace;
  }

  /** The backend that computes. */
  public Backend backend() {
    return workspace.backend();
  }

  /** Whether the tape can go back. */
  public boolean isRecording() {
    return recording;
  }

  TrainingOps ops() {
    return backend().training();
  }

  /** A value that no gradient is wanted of; its memory stays the caller's. */
  public Variable constant(Tensor value) {
    return Variable.constant(workspace, value);
  }

  /** A value whose gradient is wanted, such as the input of a part of a model. */
  Variable leaf(Tensor value) {
    return Variable.computed(workspace, value, recording);
  }

  /** A parameter; gradients are added to its own. */
  public Variable parameter(Parameter parameter) {
    return recording ? Variable.of(workspace, parameter) : Variable.named(workspace, parameter);
  }

  /** A tensor of any contents, held until the tape has gone back over the next operation. */
  public Tensor take(DType dtype, long... dims) {
    Tensor tensor = workspace.take(dtype, dims);
    held.add(tensor);
    return tensor;
  }

  /**
   * Notes an operation.
   *
   * @param value its result, taken from this tape
   * @param inputs what it was computed from
   * @param gradient hands the inputs their gradients, given that of the result
   */
  Variable record(Tensor value, List<Variable> inputs, GradientOf gradient) {
    check(value, inputs);
    boolean needed = recording && inputs.stream().anyMatch(Variable::needsGradient);
    Variable output = Variable.computed(workspace, value, needed);
    close(
        Optional.of(output), needed ? () -> output.gradient().ifPresent(gradient::flow) : () -> {});
    return output;
  }

  /** As {@link #record}, for a sum: the residual's gradient is that of the result. */
  Variable recordSum(Tensor value, Variable residual, List<Variable> inputs, GradientOf gradient) {
    check(value, inputs);
    boolean needed =
        recording
            && (residual.needsGradient() || inputs.stream().anyMatch(Variable::needsGradient));
    Variable output = Variable.computed(workspace, value, needed);
    close(
        Optional.of(output),
        () -> {
          if (output.gradient().isPresent()) {
            gradient.flow(output.gradient().get());
            output.handGradientTo(residual);
          }
        });
    return output;
  }

  /** As {@link #record}, for a part whose parameters need gradients whatever its inputs do. */
  Variable recordPart(Tensor value, GradientOf gradient) {
    Variable output = Variable.computed(workspace, value, recording);
    close(Optional.of(output), () -> output.gradient().ifPresent(gradient::flow));
    return output;
  }

  private void check(Tensor value, List<Variable> inputs) {
    if (checking) {
      FiniteCheck.require(backend(), value, inputs);
    }
  }

  /**
   * Notes a loss: an operation that gradients begin at.
   *
   * @param values what it gave, row by row or item by item
   */
  void root(float[] values, Runnable gradient) {
    if (checking) {
      FiniteCheck.require(values);
    }
    close(Optional.empty(), recording ? gradient : () -> {});
  }

  private void close(Optional<Variable> output, Runnable backward) {
    nodes.add(new Node(output, held, backward));
    held = new ArrayList<>();
  }

  /** The gradient of an operation's inputs, given that of its result. */
  interface GradientOf {
    void flow(Tensor dy);
  }

  /** What losses are multiplied by while the tape goes back. */
  float lossScale() {
    return lossScale;
  }

  /**
   * Goes back from every loss to every parameter, adding to the parameters' gradients; call it
   * once.
   *
   * @param scale what the losses are multiplied by
   */
  public void backward(float scale) {
    if (!recording) {
      throw new IllegalStateException("a tape for values alone cannot go back");
    }
    lossScale = scale;
    for (int i = nodes.size() - 1; i >= 0; i--) {
      nodes.get(i).backward().run();
      release(nodes.remove(i));
    }
  }

  /** Goes back from one value, whose gradient is given. */
  void backward(Variable from, Tensor gradient, float scale) {
    from.receive((target, add) -> ops().activation().scale(gradient, 1, add, target));
    backward(scale);
  }

  private void release(Node node) {
    node.output().ifPresent(Variable::releaseGradient);
    node.held().forEach(workspace::give);
  }

  /** Gives back all memory. */
  @Override
  public void close() {
    held.forEach(workspace::give);
    held = new ArrayList<>();
    for (Node node : nodes) {
      release(node);
    }
    nodes.clear();
  }
}
