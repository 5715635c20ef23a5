package dev.jukebox.compute;

import dev.jukebox.error.InvalidInputException;

/**
 * How a token is drawn from logits.
 *
 * @param temp divisor of the logits, above 0; 0.99 in the original's runs
 * @param topK keep the k largest logits (and those equal to the k-th); 0 for all
 * @param topP keep the most probable tokens up to this probability, in [0, 1]; 0 for all
 */
public record SamplerSettings(float temp, int topK, float topP) {

  public SamplerSettings {
    if (!(temp > 0) || Float.isInfinite(temp)) {
      throw new InvalidInputException("temp is " + temp + ", expected a number above 0");
    }
    if (topK < 0) {
      throw new InvalidInputException("top_k is " + topK + ", expected 0 (off) or more");
    }
    if (!(topP >= 0 && topP <= 1)) {
      throw new InvalidInputException("top_p is " + topP + ", expected 0 (off) to 1");
    }
    if (topK > 0 && topP > 0) {
      throw new InvalidInputException(
          "top_k " + topK + " and top_p " + topP + " exclude each other: give one of them");
    }
  }
}
