package dev.jukebox.core.weights.store;

/** 16-bit floating-point numbers to single precision; exact. */
final class Halves {

  private Halves() {}

  /** The value of an IEEE half. */
  static float fromF16(short bits) {
    int sign = (bits & 0x8000) << 16;
    int exponent = (bits >> 10) & 0x1f;
    int fraction = bits & 0x3ff;
    if (exponent == 0) {
      float magnitude = fraction * 0x1p-24f;
      return sign == 0 ? magnitude : -magnitude;
    }
    int wide = exponent == 0x1f ? 0xff : exponent + 112;
    return Float.intBitsToFloat(sign | wide << 23 | fraction << 13);
  }

  /** The value of the upper half of a single. */
  static float fromBf16(short bits) {
    return Float.intBitsToFloat(bits << 16);
  }
}
