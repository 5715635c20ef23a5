package dev.jukebox.core.optim;

import dev.jukebox.compute.Arena;
import dev.jukebox.compute.Backend;
import dev.jukebox.compute.DType;
import dev.jukebox.compute.Tensor;
import dev.jukebox.core.autograd.Parameter;
import dev.jukebox.core.autograd.Parameters;
import dev.jukebox.core.hparams.Hyperparams;
import dev.jukebox.error.InvalidInputException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * Exponential moving averages of all parameters, which make better models than the parameters
 * themselves: evaluation, sampling and checkpoints use them.
 *
 * <p>They follow every step of {@link Adam} (fused), or every so many steps at once (delayed).
 *
 * <pre>{@code
 * MovingAverage average = MovingAverage.fused(parameters, 0.999);
 * average.inPlace(() -> evaluate(model)); // with the averages in the parameters' place
 * }</pre>
 */
public final class MovingAverage implements AutoCloseable {
  private final Parameters parameters;
  private final Backend backend;
  private final Arena arena;
  private final List<Tensor> tensors = new ArrayList<>();
  private final double decay;
  private final int frequency;
  private long steps;
  private boolean swapped;

  private MovingAverage(Parameters parameters, double decay, int frequency) {
    if (!(decay >= 0 && decay <= 1)) {
      throw new InvalidInputException(
          "The decay mu of the moving averages is %s, and has to be from 0 to 1".formatted(decay));
    }
    this.parameters = parameters;
    this.backend = parameters.backend();
    this.arena = backend.arena();
    this.decay = decay;
    this.frequency = frequency;
    for (Parameter parameter : parameters.all()) {
      tensors.add(arena.tensor(DType.F32, parameter.value().shape().toArray()));
    }
    reset();
  }

  /** Averages that begin at the parameters' values and follow every step. */
  public static MovingAverage fused(Parameters parameters, double decay) {
    return new MovingAverage(parameters, decay, 0);
  }

  /** Averages that begin at the parameters' values and follow every {@code frequency} steps. */
  public static MovingAverage delayed(Parameters parameters, double decay, int frequency) {
    if (frequency < 1) {
      throw new InvalidInputException(
          "Hyperparameter cpu_ema_freq is %d, and has to be 1 or more".formatted(frequency));
    }
    return new MovingAverage(parameters, Math.pow(decay, frequency), frequency);
  }

  /**
   * The averages of the hyperparameters ema, cpu_ema, cpu_ema_freq and mu; empty without ema.
   *
   * @param workers number of devices that a step's batch is spread over, each with bs items
   */
  public static Optional<MovingAverage> of(Hyperparams hps, Parameters parameters, int workers) {
    if (!hps.booleanOf("ema")) {
      return Optional.empty();
    }
    double decay = decay(hps, workers);
    return Optional.of(
        hps.booleanOf("cpu_ema")
            ? delayed(parameters, decay, hps.intOf("cpu_ema_freq"))
            : fused(parameters, decay));
  }

  /** The hyperparameter mu, or what follows from the number of items in a step's batch. */
  static double decay(Hyperparams hps, int workers) {
    OptionalDouble given = hps.optionalDouble("mu");
    return given.isPresent() && given.getAsDouble() != 0
        ? given.getAsDouble()
        : 1 - hps.intOf("bs") * workers / 8.0 / 1000;
  }

  /** The averages in the order of the parameters, F32 and of their shapes. */
  public List<Tensor> tensors() {
    return List.copyOf(tensors);
  }

  /** Whether {@link Adam} moves the averages. */
  public boolean isFused() {
    return frequency == 0;
  }

  /** The decay of one update. */
  public double decay() {
    return decay;
  }

  /** Steps that were taken since the averages began. */
  public long steps() {
    return steps;
  }

  /** Begins again at the parameters' present values. */
  public void reset() {
    requireOwnPlaces();
    for (int i = 0; i < tensors.size(); i++) {
      TensorCopies.copy(backend, parameters.all().get(i).value(), tensors.get(i));
    }
    steps = 0;
  }

  /** Goes on as after so many steps; the tensors are uploaded by the caller. */
  public void resume(long stepsTaken) {
    requireOwnPlaces();
    steps = stepsTaken;
  }

  /** Follows a step of the optimizer; to be called after each. */
  void afterStep() {
    requireOwnPlaces();
    steps++;
    if (isFused() || steps % frequency != 0) {
      return;
    }
    for (int i = 0; i < tensors.size(); i++) {
      Tensor average = tensors.get(i);
      Tensor value = parameters.all().get(i).value();
      backend.elementwise().interpolate(average, value, (float) (1 - decay), average);
    }
  }

  /** Puts the averages in the parameters' place until the result is closed. */
  public Swap swap() {
    requireOwnPlaces();
    return new Swap();
  }

  /** Runs something with the averages in the parameters' place. */
  public void inPlace(Runnable body) {
    try (Swap swap = swap()) {
      swap.run(body);
    }
  }

  /** Refuses what would mix averages and parameters up. */
  void requireOwnPlaces() {
    if (swapped) {
      throw new IllegalStateException("the moving averages stand in the parameters' place");
    }
  }

  private void exchange() {
    for (int i = 0; i < tensors.size(); i++) {
      TensorCopies.exchange(backend, parameters.all().get(i).value(), tensors.get(i));
    }
  }

  /** Averages that stand in the parameters' place, which closing ends; bit-exact both ways. */
  public final class Swap implements AutoCloseable {
    private boolean open = true;

    private Swap() {
      exchange();
      swapped = true;
    }

    /** Runs something that uses the parameters. */
    public void run(Runnable body) {
      body.run();
    }

    /** Puts the parameters' own values back; closing twice does nothing. */
    @Override
    public void close() {
      if (open) {
        open = false;
        swapped = false;
        exchange();
      }
    }
  }

  /** Frees the averages. */
  @Override
  public void close() {
    arena.close();
  }
}
