package dev.jukebox.core.autograd;

import dev.jukebox.compute.DType;
import dev.jukebox.compute.Shape;
import dev.jukebox.compute.Tensor;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * A tensor on a tape, and the gradient of the loss in it once the tape has gone back that far.
 *
 * <pre>{@code
 * Variable y = Linears.linear(tape, x, tape.parameter(weight), tape.parameter(bias));
 * }</pre>
 */
public final class Variable {

  /** Writes a gradient to a tensor, or adds it to what the tensor holds. */
  interface GradientWriter {
    void write(Tensor gradient, boolean add);
  }

  private final Workspace workspace;
  private final Tensor value;
  private final boolean needsGradient;
  private final boolean ownsGradient;
  private final Optional<String> name;
  private Optional<Tensor> gradient;

  private Variable(
      Workspace workspace,
      Tensor value,
      boolean needsGradient,
      boolean ownsGradient,
      Optional<String> name,
      Optional<Tensor> gradient) {
    this.workspace = workspace;
    this.value = value;
    this.needsGradient = needsGradient;
    this.ownsGradient = ownsGradient;
    this.name = name;
    this.gradient = gradient;
  }

  static Variable constant(Workspace workspace, Tensor value) {
    return new Variable(workspace, value, false, true, Optional.empty(), Optional.empty());
  }

  static Variable computed(Workspace workspace, Tensor value, boolean needsGradient) {
    return new Variable(workspace, value, needsGradient, true, Optional.empty(), Optional.empty());
  }

  static Variable of(Workspace workspace, Parameter parameter) {
    return new Variable(
        workspace,
        parameter.value(),
        true,
        false,
        Optional.of(parameter.name()),
        Optional.of(parameter.gradient()));
  }

  /** A parameter's value on a tape that does not go back. */
  static Variable named(Workspace workspace, Parameter parameter) {
    return new Variable(
        workspace, parameter.value(), false, true, Optional.of(parameter.name()), Optional.empty());
  }

  /** This value where no gradient is wanted of it. */
  Variable withoutGradient() {
    return new Variable(workspace, value, false, true, name, Optional.empty());
  }

  /** The elements. */
  public Tensor value() {
    return value;
  }

  /** The extents. */
  public Shape shape() {
    return value.shape();
  }

  /** Whether gradients flow here. */
  public boolean needsGradient() {
    return needsGradient;
  }

  /** The parameter's name, if it is one. */
  Optional<String> name() {
    return name;
  }

  /** The gradient, if any has flowed here. */
  public Optional<Tensor> gradient() {
    return gradient;
  }

  /** Lets an operation write or add its gradient; does nothing where none is needed. */
  void receive(GradientWriter writer) {
    if (!needsGradient) {
      return;
    }
    boolean add = gradient.isPresent();
    if (!add) {
      gradient = Optional.of(workspace.take(DType.F32, value.shape().toArray()));
    }
    writer.write(gradient.orElseThrow(), add);
  }

  /** As {@link #receive}, for an operation that writes other gradients beside this one. */
  void receiveAlways(GradientWriter writer) {
    if (needsGradient) {
      receive(writer);
      return;
    }
    Tensor unused = workspace.take(DType.F32, value.shape().toArray());
    writer.write(unused, false);
    workspace.give(unused);
  }

  /** As {@link #receive}, for an operation that can only write over what stands there. */
  void receiveWritten(Consumer<Tensor> writer) {
    receiveAlways(
        (target, add) -> {
          if (!add) {
            writer.accept(target);
            return;
          }
          Tensor own = workspace.take(DType.F32, target.shape().toArray());
          writer.accept(own);
          workspace.backend().training().activation().add(target, own, target);
          workspace.give(own);
        });
  }

  /** As {@link #receive}, for an operation that can only add. */
  void receiveAdded(Consumer<Tensor> adder) {
    receiveAlways(
        (target, add) -> {
          if (!add) {
            workspace.backend().training().activation().fill(target, 0);
          }
          adder.accept(target);
        });
  }

  /** Hands its whole gradient on to a variable of the same shape, which often needs no copy. */
  void handGradientTo(Variable other) {
    Tensor own = gradient.orElseThrow();
    if (other.needsGradient && other.ownsGradient && other.gradient.isEmpty()) {
      other.gradient = gradient;
      gradient = Optional.empty();
    } else {
      other.receive(
          (target, add) -> workspace.backend().training().activation().scale(own, 1, add, target));
    }
  }

  /** Gives back the gradient's memory. */
  void releaseGradient() {
    if (ownsGradient) {
      gradient.ifPresent(workspace::give);
      gradient = Optional.empty();
    }
  }
}
