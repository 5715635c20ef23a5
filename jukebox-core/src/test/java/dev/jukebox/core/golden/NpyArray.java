package dev.jukebox.core.golden;

import java.util.Arrays;

/** A NumPy array in row-major order, whatever order the file had; integers to 2^53 are exact. */
public final class NpyArray {
  private final int[] shape;
  private final boolean floating;
  private final double[] values;

  NpyArray(int[] shape, boolean floating, double[] values) {
    this.shape = shape;
    this.floating = floating;
    this.values = values;
  }

  /** A copy of the extents, outermost first; empty for a scalar. */
  public int[] shape() {
    return shape.clone();
  }

  /** Whether the file held floating-point numbers. */
  public boolean isFloating() {
    return floating;
  }

  /** Number of elements. */
  public int size() {
    return values.length;
  }

  /** The elements in single precision. */
  public float[] floats() {
    float[] floats = new float[values.length];
    for (int i = 0; i < floats.length; i++) {
      floats[i] = (float) values[i];
    }
    return floats;
  }

  /** The elements in double precision. */
  public double[] doubles() {
    return values.clone();
  }

  /** The elements of an array of integers or booleans. */
  public long[] longs() {
    if (floating) {
      throw new IllegalStateException("an array of floating-point numbers");
    }
    return Arrays.stream(values).mapToLong(value -> (long) value).toArray();
  }

  /** The elements of an array of integers that fit 32 bits. */
  public int[] ints() {
    return Arrays.stream(longs()).mapToInt(Math::toIntExact).toArray();
  }

  /** The only element. */
  public double scalar() {
    if (values.length != 1) {
      throw new IllegalStateException("an array of shape " + Arrays.toString(shape));
    }
    return values[0];
  }

  @Override
  public String toString() {
    return "array " + Arrays.toString(shape);
  }
}
