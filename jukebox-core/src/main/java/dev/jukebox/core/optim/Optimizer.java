package dev.jukebox.core.optim;

import dev.jukebox.core.autograd.Parameters;
import dev.jukebox.core.hparams.Hyperparams;
import java.util.Optional;

/**
 * Everything between a gradient and the next forward pass: loss scale, clipping, the schedule of
 * the learning rate, Adam and the moving averages.
 *
 * <pre>{@code
 * try (Optimizer optimizer = new Optimizer(parameters, hyperparams, 1)) {
 *   while (!optimizer.isFinished()) {
 *     tape.backward(loss, optimizer.lossScale().value());
 *     StepResult result = optimizer.step();
 *     parameters.clearGradients();
 *   }
 * }
 * }</pre>
 */
public final class Optimizer implements AutoCloseable {
  private final LearningRate learningRate;
  private final GradientRule rule;
  private final Optional<MovingAverage> average;
  private final Adam adam;
  private LossScale lossScale;
  private long steps;

  /**
   * The optimizer of a run that begins with the parameters' present values.
   *
   * @param parameters filled with their first values; none may be added later
   * @param workers number of devices that a step's batch is spread over
   */
  public Optimizer(Parameters parameters, Hyperparams hps, int workers) {
    this.learningRate = LearningRate.of(hps);
    this.rule = GradientRule.of(hps);
    this.lossScale = LossScale.of(hps);
    this.average = MovingAverage.of(hps, parameters, workers);
    this.adam = new Adam(parameters, AdamOptions.of(hps), average);
  }

  /** What the next loss is to be multiplied by. */
  public LossScale lossScale() {
    return lossScale;
  }

  /** The schedule. */
  public LearningRate learningRate() {
    return learningRate;
  }

  /** Adam and its state. */
  public Adam adam() {
    return adam;
  }

  /** The moving averages; empty without the hyperparameter ema. */
  public Optional<MovingAverage> average() {
    return average;
  }

  /** Steps of the run, which the schedule counts by; those not taken do not count. */
  public long steps() {
    return steps;
  }

  /** Whether the learning rate has come to 0. */
  public boolean isFinished() {
    return learningRate.isFinished(steps);
  }

  /**
   * Takes a step with the gradients that the parameters hold, unless they overflowed or are too
   * long. A batch whose loss itself is not finite is left out without a call.
   */
  public StepResult step() {
    double scale = lossScale.value();
    double rate = learningRate.at(steps);
    GradientNorm gradient = adam.gradientNorm(scale);
    lossScale = lossScale.after(gradient.overflow());
    if (gradient.overflow()) {
      return new StepResult(StepResult.Outcome.OVERFLOW, gradient.norm(), rate, scale);
    }
    if (rule.skips(gradient.norm())) {
      return new StepResult(StepResult.Outcome.IGNORED, gradient.norm(), rate, scale);
    }
    adam.step(rate, rule.divisor(gradient.norm(), scale));
    steps++;
    return new StepResult(StepResult.Outcome.TAKEN, gradient.norm(), rate, scale);
  }

  /** Goes on as after so many steps; {@link #adam} and {@link #average} are restored apart. */
  public void resume(long stepsTaken) {
    steps = stepsTaken;
  }

  /** Goes on with a loss scale of an earlier run, if it is one that changes. */
  public void resumeLossScale(double value) {
    if (lossScale.isDynamic()) {
      lossScale = lossScale.at(value);
    }
  }

  /** Frees moments and averages. */
  @Override
  public void close() {
    adam.close();
    average.ifPresent(MovingAverage::close);
  }
}
