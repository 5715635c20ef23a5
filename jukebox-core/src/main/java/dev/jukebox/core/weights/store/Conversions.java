package dev.jukebox.core.weights.store;

import dev.jukebox.compute.HalfFloats;
import java.nio.ByteBuffer;

/** Little-endian elements of any stored type as Java numbers. */
final class Conversions {

  private Conversions() {}

  static void toFloats(StoredType type, ByteBuffer from, float[] to, int first, int count) {
    switch (type) {
      case F32 -> from.asFloatBuffer().get(to, first, count);
      case F16 -> {
        for (int i = 0; i < count; i++) {
          to[first + i] = HalfFloats.fromHalf(from.getShort(2 * i));
        }
      }
      case BF16 -> {
        for (int i = 0; i < count; i++) {
          to[first + i] = HalfFloats.fromBfloat(from.getShort(2 * i));
        }
      }
      case F64 -> {
        for (int i = 0; i < count; i++) {
          to[first + i] = (float) from.getDouble(8 * i);
        }
      }
      default -> {
        for (int i = 0; i < count; i++) {
          to[first + i] = integer(type, from, i);
        }
      }
    }
  }

  static void toLongs(StoredType type, ByteBuffer from, long[] to, int first, int count) {
    for (int i = 0; i < count; i++) {
      to[first + i] = integer(type, from, i);
    }
  }

  private static long integer(StoredType type, ByteBuffer from, int i) {
    return switch (type) {
      case I64 -> from.getLong(8 * i);
      case I32 -> from.getInt(4 * i);
      case I16 -> from.getShort(2 * i);
      case I8 -> from.get(i);
      case U8 -> Byte.toUnsignedLong(from.get(i));
      case BOOL -> from.get(i) == 0 ? 0 : 1;
      default -> throw new IllegalArgumentException(type + " is no integer type");
    };
  }
}
