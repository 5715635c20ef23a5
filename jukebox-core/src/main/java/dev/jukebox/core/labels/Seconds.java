package dev.jukebox.core.labels;

import java.math.BigDecimal;
import java.math.RoundingMode;

/** Times as a person reads them. */
final class Seconds {

  private Seconds() {}

  /** Such as {@code "23.8 s"}: at most three decimals. */
  static String show(double seconds) {
    return BigDecimal.valueOf(seconds)
            .setScale(3, RoundingMode.HALF_EVEN)
            .stripTrailingZeros()
            .toPlainString()
        + " s";
  }

  static String show(long samples, int sampleRate) {
    return show((double) samples / sampleRate);
  }
}
