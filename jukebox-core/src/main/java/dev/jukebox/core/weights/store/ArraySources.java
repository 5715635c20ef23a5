package dev.jukebox.core.weights.store;

import dev.jukebox.compute.DType;
import dev.jukebox.compute.ElementSource;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Numbers in memory seen as the bytes they would have in a file. */
final class ArraySources {
  private static final String MEMORY = "a tensor in memory";

  private ArraySources() {}

  /** Fills a buffer with elements from {@code first}. */
  private interface Filler {
    void fill(ByteBuffer target, int first, int count);
  }

  static ByteSource of(float[] values) {
    return new ArraySource(
        values.length,
        4,
        (target, first, count) -> target.asFloatBuffer().put(values, first, count));
  }

  static ByteSource of(long[] values) {
    return new ArraySource(
        values.length,
        8,
        (target, first, count) -> target.asLongBuffer().put(values, first, count));
  }

  static ByteSource of(int[] values) {
    return new ArraySource(
        values.length, 4, (target, first, count) -> target.asIntBuffer().put(values, first, count));
  }

  static ByteSource of(ElementSource elements) {
    return new ElementBytes(elements, elements.dtype().byteSize());
  }

  static StoredType typeOf(DType dtype) {
    return switch (dtype) {
      case F32 -> StoredType.F32;
      case F16 -> StoredType.F16;
      case BF16 -> StoredType.BF16;
      case I8 -> StoredType.I8;
      case I32 -> StoredType.I32;
    };
  }

  /** Whole elements only: tensors ask for nothing else. */
  private record ArraySource(long count, int width, Filler filler) implements ByteSource {

    @Override
    public long byteSize() {
      return count * width;
    }

    @Override
    public String description() {
      return MEMORY;
    }

    @Override
    public ByteBuffer view(long start, int length) {
      Ranges.check(start, length, byteSize());
      ByteBuffer copy = ByteBuffer.allocateDirect(length).order(ByteOrder.LITTLE_ENDIAN);
      filler.fill(copy, (int) (start / width), length / width);
      return copy.asReadOnlyBuffer().order(ByteOrder.LITTLE_ENDIAN);
    }
  }

  private record ElementBytes(ElementSource elements, int width) implements ByteSource {

    @Override
    public long byteSize() {
      return elements.size() * width;
    }

    @Override
    public String description() {
      return MEMORY;
    }

    @Override
    public ByteBuffer view(long start, int length) {
      return elements.elements(start / width, length / width);
    }
  }
}
