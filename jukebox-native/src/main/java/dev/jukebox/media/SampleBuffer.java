package dev.jukebox.media;

import dev.jukebox.error.InvalidInputException;
import java.util.Arrays;
import org.bytedeco.javacpp.FloatPointer;

/** Rows of samples that grow as they are decoded, after a number of samples to drop. */
final class SampleBuffer {

  private static final int FIRST_CAPACITY = 1 << 16;
  private static final int MAX_CAPACITY = Integer.MAX_VALUE - 8;

  private final long limit;
  private long toDrop;
  private float[][] rows;
  private int length;

  /** Drops {@code skip} samples of each row and keeps the {@code limit} that follow. */
  SampleBuffer(int rows, long skip, long limit) {
    this.rows = new float[rows][(int) Math.min(limit, FIRST_CAPACITY)];
    this.toDrop = skip;
    this.limit = limit;
  }

  boolean isFull() {
    return length >= limit;
  }

  /** Appends {@code count} samples of each plane. */
  void append(FloatPointer[] planes, int count) {
    int dropped = (int) Math.min(toDrop, count);
    toDrop -= dropped;
    int kept = (int) Math.min(count - dropped, limit - length);
    if (kept <= 0) {
      return;
    }
    reserve((long) length + kept);
    for (int r = 0; r < rows.length; r++) {
      planes[r].position(dropped).get(rows[r], length, kept);
      planes[r].position(0);
    }
    length += kept;
  }

  /** The rows, cut or filled with zeros to at most {@code available} samples. */
  float[][] toArrays(long available) {
    int wanted = (int) Math.min(MAX_CAPACITY, Math.max(0, Math.min(limit, available)));
    float[][] result = new float[rows.length][];
    for (int r = 0; r < rows.length; r++) {
      result[r] = rows[r].length == wanted ? rows[r] : Arrays.copyOf(rows[r], wanted);
    }
    rows = new float[rows.length][0];
    length = 0;
    return result;
  }

  private void reserve(long needed) {
    if (needed <= rows[0].length) {
      return;
    }
    if (needed > MAX_CAPACITY) {
      throw new InvalidInputException(
          "More than " + MAX_CAPACITY + " samples were decoded; read the file in parts.");
    }
    long capacity = Math.min(Math.min(limit, MAX_CAPACITY), Math.max(needed, 2L * rows[0].length));
    for (int r = 0; r < rows.length; r++) {
      rows[r] = Arrays.copyOf(rows[r], (int) capacity);
    }
  }
}
