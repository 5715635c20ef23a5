package dev.jukebox.core.optim;

import dev.jukebox.compute.AdamSettings;
import dev.jukebox.compute.AdamTensors;
import dev.jukebox.compute.Arena;
import dev.jukebox.compute.Backend;
import dev.jukebox.compute.DType;
import dev.jukebox.compute.ParameterGroup;
import dev.jukebox.compute.Tensor;
import dev.jukebox.core.autograd.Parameter;
import dev.jukebox.core.autograd.Parameters;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Adam over all parameters of a model, with decoupled weight decay (Kingma and Ba 2015; Loshchilov
 * and Hutter 2019).
 *
 * <pre>{@code
 * try (Adam adam = new Adam(parameters, AdamOptions.of(hyperparams), Optional.empty())) {
 *   GradientNorm gradient = adam.gradientNorm(lossScale);
 *   if (!gradient.overflow()) {
 *     adam.step(3e-4, rule.divisor(gradient.norm(), lossScale));
 *   }
 * }
 * }</pre>
 */
public final class Adam implements AutoCloseable {
  private final Backend backend;
  private final Arena arena;
  private final AdamOptions options;
  private final Optional<MovingAverage> average;
  private final List<MomentPair> moments = new ArrayList<>();
  private final ParameterGroup group;
  private final Tensor normAndOverflow;
  private int step;

  /**
   * Adam before its first step.
   *
   * @param parameters all of them; they must outlive it, and none may be added
   * @param average moving averages of these parameters, which follow each step; the caller closes
   *     them
   */
  public Adam(Parameters parameters, AdamOptions options, Optional<MovingAverage> average) {
    this.backend = parameters.backend();
    this.options = options;
    this.average = average;
    this.arena = backend.arena();
    this.normAndOverflow = arena.tensor(DType.F32, 2);
    List<Tensor> averages =
        average.filter(MovingAverage::isFused).map(MovingAverage::tensors).orElse(List.of());
    List<AdamTensors> tensors = new ArrayList<>();
    List<Parameter> all = parameters.all();
    for (int i = 0; i < all.size(); i++) {
      MomentPair pair = MomentPair.of(backend, arena, all.get(i), options.halfMoments());
      moments.add(pair);
      tensors.add(
          pair.with(
              all.get(i), averages.isEmpty() ? Optional.empty() : Optional.of(averages.get(i))));
    }
    this.group = backend.optimizer().group(tensors, arena);
  }

  /** What does not change from step to step. */
  public AdamOptions options() {
    return options;
  }

  /** Number of steps taken. */
  public int steps() {
    return step;
  }

  /** The length of the gradient that the parameters hold now, multiplied by the loss scale. */
  public GradientNorm gradientNorm(double lossScale) {
    backend.optimizer().gradientNorm(group, normAndOverflow);
    float[] values = backend.downloadFloats(normAndOverflow);
    return new GradientNorm(values[0] / lossScale, values[1] != 0);
  }

  /**
   * One step, and the moving averages after it.
   *
   * @param learningRate at least 0
   * @param divisor what the gradients are divided by: the loss scale times the clip factor
   */
  public void step(double learningRate, double divisor) {
    average.ifPresent(MovingAverage::requireOwnPlaces);
    double decay = average.filter(MovingAverage::isFused).map(MovingAverage::decay).orElse(1.0);
    AdamSettings settings =
        new AdamSettings(
            learningRate,
            options.beta1(),
            options.beta2(),
            options.epsilon(),
            options.weightDecay(),
            step + 1,
            divisor,
            decay);
    backend.optimizer().adam(settings, group);
    step++;
    average.ifPresent(MovingAverage::afterStep);
  }

  /** What a checkpoint keeps; the elements are read when it is written, so before another step. */
  public AdamState state() {
    return new AdamState(step, moments.stream().map(pair -> Optional.of(pair.saved())).toList());
  }

  /**
   * Goes on from a saved state; moments kept in another type than here are converted.
   *
   * @param state with moments of the parameters' shapes, in their order
   */
  public void restore(AdamState state) {
    if (state.moments().size() != moments.size()) {
      throw new IllegalArgumentException(
          "moments of %d parameters for %d".formatted(state.moments().size(), moments.size()));
    }
    for (int i = 0; i < moments.size(); i++) {
      MomentPair pair = moments.get(i);
      state.moments().get(i).ifPresentOrElse(pair::restore, pair::clear);
    }
    step = state.step();
  }

  /** Frees the moments. */
  @Override
  public void close() {
    arena.close();
  }
}
