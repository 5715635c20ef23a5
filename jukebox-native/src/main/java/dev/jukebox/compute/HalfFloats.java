package dev.jukebox.compute;

import dev.jukebox.error.ComputeException;
import java.nio.ByteBuffer;

/** Conversions between single precision and the two 16-bit formats; widening is exact. */
public final class HalfFloats {

  private HalfFloats() {}

  /** The value of IEEE half bits. */
  public static float fromHalf(short bits) {
    int sign = (bits & 0x8000) << 16;
    int exponent = (bits >> 10) & 0x1f;
    int fraction = bits & 0x3ff;
    if (exponent == 0x1f) {
      return Float.intBitsToFloat(sign | 0x7f800000 | fraction << 13);
    }
    if (exponent == 0) {
      float magnitude = fraction * 0x1p-24f;
      return sign == 0 ? magnitude : -magnitude;
    }
    return Float.intBitsToFloat(sign | (exponent + 112) << 23 | fraction << 13);
  }

  /** The IEEE half nearest to a value, ties to even; values out of range become infinite. */
  public static short toHalf(float value) {
    int bits = Float.floatToRawIntBits(value);
    int sign = (bits >>> 16) & 0x8000;
    float magnitude = Math.abs(value);
    if (Float.isNaN(value)) {
      return (short) (sign | 0x7e00);
    }
    if (magnitude >= 65520f) {
      return (short) (sign | 0x7c00);
    }
    if (magnitude < 0x1p-14f) {
      return (short) (sign | (int) Math.rint(magnitude * 0x1p24f));
    }
    int rounded = (bits & 0x7fffffff) + 0xfff + ((bits >>> 13) & 1);
    return (short) (sign | (rounded >>> 13) - (112 << 10));
  }

  /** The value of bfloat16 bits. */
  public static float fromBfloat(short bits) {
    return Float.intBitsToFloat(bits << 16);
  }

  /** The bfloat16 nearest to a value, ties to even. */
  public static short toBfloat(float value) {
    int bits = Float.floatToRawIntBits(value);
    if (Float.isNaN(value)) {
      return (short) (bits >>> 16 | 0x40);
    }
    return (short) ((bits + 0x7fff + ((bits >>> 16) & 1)) >>> 16);
  }

  /**
   * Puts the first {@code count} elements of {@code source}, stored as {@code dtype}, into {@code
   * target} as singles; exact.
   *
   * @throws ComputeException if they are no floating-point numbers
   */
  public static void widen(DType dtype, ByteBuffer source, float[] target, int count) {
    switch (dtype) {
      case F32 -> source.asFloatBuffer().get(target, 0, count);
      case F16 -> {
        for (int i = 0; i < count; i++) {
          target[i] = fromHalf(source.getShort(source.position() + 2 * i));
        }
      }
      case BF16 -> {
        for (int i = 0; i < count; i++) {
          target[i] = fromBfloat(source.getShort(source.position() + 2 * i));
        }
      }
      case I8, I32 ->
          throw new ComputeException("upload: source is " + dtype + ", expected floats");
    }
  }
}
