package dev.jukebox.compute;

import dev.jukebox.error.InvalidInputException;

/**
 * How far and where a step of Adam goes (Kingma and Ba 2015, with decoupled weight decay as in
 * apex's FusedAdam).
 *
 * @param learningRate at least 0
 * @param beta1 decay of the first moment, in [0, 1)
 * @param beta2 decay of the second moment, in [0, 1)
 * @param epsilon added to the root of the second moment, at least 0
 * @param weightDecay at least 0; multiplied by the step size too
 * @param step number of this step, from 1
 * @param scale what gradients are divided by, above 0: the loss scale times the clip factor
 * @param averageDecay decay of the moving averages of the parameters, in [0, 1]
 */
public record AdamSettings(
    double learningRate,
    double beta1,
    double beta2,
    double epsilon,
    double weightDecay,
    int step,
    double scale,
    double averageDecay) {

  public AdamSettings {
    require(learningRate >= 0 && learningRate < Double.POSITIVE_INFINITY, "lr", learningRate);
    require(beta1 >= 0 && beta1 < 1, "beta1", beta1);
    require(beta2 >= 0 && beta2 < 1, "beta2", beta2);
    require(epsilon >= 0 && epsilon < Double.POSITIVE_INFINITY, "eps", epsilon);
    require(weightDecay >= 0 && weightDecay < Double.POSITIVE_INFINITY, "decay", weightDecay);
    require(step >= 1, "step", step);
    require(scale > 0 && scale < Double.POSITIVE_INFINITY, "scale", scale);
    require(averageDecay >= 0 && averageDecay <= 1, "mu", averageDecay);
  }

  private static void require(boolean holds, String name, double value) {
    if (!holds) {
      throw new InvalidInputException(
          "Adam's " + name + " is " + value + ", which is outside its range");
    }
  }

  /** The learning rate with both moments' corrections for having begun at zero. */
  public double stepSize() {
    return learningRate * Math.sqrt(1 - Math.pow(beta2, step)) / (1 - Math.pow(beta1, step));
  }
}
