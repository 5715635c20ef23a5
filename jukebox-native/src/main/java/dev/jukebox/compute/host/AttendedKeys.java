package dev.jukebox.compute.host;

import dev.jukebox.compute.AttentionSpec;
import java.util.stream.IntStream;

/** Which positions of a whole window a query reads. */
final class AttendedKeys {
  /** A key and a value of zeros. */
  static final int ZERO = -1;

  private AttendedKeys() {}

  /** The positions of the keys in ascending order, the zero key first; none gives output 0. */
  static int[] of(AttentionSpec spec, int position) {
    int length = spec.blockCtx();
    int block = position / length;
    return switch (spec.pattern()) {
      case DENSE -> IntStream.rangeClosed(0, position).toArray();
      case BLOCK -> IntStream.rangeClosed(block * length, position).toArray();
      case TRANSPOSE_BLOCK ->
          IntStream.rangeClosed(0, block).map(b -> b * length + position % length).toArray();
      case PREV_BLOCK -> IntStream.range(Math.max(0, block - 1) * length, block * length).toArray();
      case SUMMARY ->
          IntStream.concat(
                  IntStream.of(ZERO),
                  IntStream.range(1, spec.slotCount(position)).map(slot -> slot * length - 1))
              .toArray();
      case PRIME -> IntStream.range(0, spec.slotCount(position)).toArray();
      case ENCODER -> IntStream.range(0, spec.keyLength()).toArray();
    };
  }
}
