package dev.jukebox.compute.host;

import dev.jukebox.compute.DType;
import dev.jukebox.compute.HalfFloats;
import dev.jukebox.error.ComputeException;

/** What a weight's values become when they are stored in fewer bits. */
final class WeightRounding {

  private WeightRounding() {}

  /** Rounds the weights of one output to the storage type, in place. */
  static void round(float[] column, DType storage) {
    switch (storage) {
      case F32 -> {}
      case F16 -> {
        for (int i = 0; i < column.length; i++) {
          column[i] = HalfFloats.fromHalf(HalfFloats.toHalf(column[i]));
        }
      }
      case BF16 -> {
        for (int i = 0; i < column.length; i++) {
          column[i] = HalfFloats.fromBfloat(HalfFloats.toBfloat(column[i]));
        }
      }
      case I8 -> roundToBytes(column);
      case I32 -> throw new ComputeException("linear pack: storage is I32, expected a weight type");
    }
  }

  /** Symmetric: the largest magnitude of the output becomes 127. */
  private static void roundToBytes(float[] column) {
    float largest = 0;
    for (float value : column) {
      largest = Math.max(largest, Math.abs(value));
    }
    float scale = largest / 127;
    if (scale == 0) {
      return;
    }
    for (int i = 0; i < column.length; i++) {
      column[i] = (float) Math.rint(column[i] / scale) * scale;
    }
  }
}
