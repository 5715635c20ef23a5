package dev.jukebox.core.optim;

import dev.jukebox.core.hparams.Hyperparams;
import dev.jukebox.error.InvalidInputException;
import java.util.OptionalDouble;

/**
 * What the loss is multiplied by so that small gradients survive half precision. Immutable.
 *
 * <p>A dynamic scale grows a little with each good gradient and is halved by one that overflows.
 *
 * <pre>{@code
 * LossScale scale = LossScale.of(hyperparams);
 * scale = scale.after(overflow);
 * }</pre>
 *
 * @param value above 0
 * @param growth factor for a good gradient; empty for a scale that never changes
 */
public record LossScale(double value, OptionalDouble growth) {
  private static final double FIRST = 0x1p16;
  private static final double LARGEST = 0x1p24;

  public LossScale {
    if (!(value > 0 && value < Double.POSITIVE_INFINITY)) {
      throw new InvalidInputException(
          "A loss scale is %s, and has to be above 0 (hyperparameter fp16_loss_scale)"
              .formatted(value));
    }
  }

  /** The scale of the hyperparameters fp16, fp16_loss_scale and fp16_scale_window. */
  public static LossScale of(Hyperparams hps) {
    if (!hps.booleanOf("fp16")) {
      return fixed(1);
    }
    OptionalDouble fixed = hps.optionalDouble("fp16_loss_scale");
    return fixed.isPresent()
        ? fixed(fixed.getAsDouble())
        : dynamic(hps.doubleOf("fp16_scale_window"));
  }

  /** A scale that never changes. */
  public static LossScale fixed(double value) {
    return new LossScale(value, OptionalDouble.empty());
  }

  /** A scale that begins at 2^16 and doubles over {@code window} good gradients, up to 2^24. */
  public static LossScale dynamic(double window) {
    if (!(window > 0)) {
      throw new InvalidInputException(
          "Hyperparameter fp16_scale_window is %s, and has to be above 0".formatted(window));
    }
    return new LossScale(FIRST, OptionalDouble.of(Math.pow(2, 1 / window)));
  }

  /** Whether it changes. */
  public boolean isDynamic() {
    return growth.isPresent();
  }

  /** The scale of the next gradient. */
  public LossScale after(boolean overflow) {
    if (growth.isEmpty()) {
      return this;
    }
    return at(overflow ? value / 2 : Math.min(LARGEST, value * growth.getAsDouble()));
  }

  /** The same rule at another value, such as that of a run which is resumed. */
  public LossScale at(double other) {
    return new LossScale(other, growth);
  }
}
