package dev.jukebox.core.weights.store;

import dev.jukebox.compute.ElementSource;
import dev.jukebox.error.CheckpointException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * A tensor as it is stored in a file: a type, a shape and bytes that are read when asked for.
 *
 * <p>Elements are handed over in row-major order whatever strides the file has. Immutable.
 *
 * <pre>{@code
 * try (WeightSource weights = WeightSource.vqvae(path)) {
 *   float[] codebook = weights.get("bottleneck.level_blocks.0.k").toFloats();
 * }
 * }</pre>
 */
public final class FileTensor {
  /** Tensors that repeat elements of a smaller storage are believed up to this many elements. */
  private static final long MAX_EXPANDED = 1 << 24;

  private static final int CHUNK = 1 << 20;

  private final StoredType type;
  private final Layout layout;
  private final ByteSource storage;

  private FileTensor(StoredType type, Layout layout, ByteSource storage) {
    this.type = type;
    this.layout = layout;
    this.storage = storage;
  }

  /**
   * A tensor over all bytes of a storage, row-major.
   *
   * @throws CheckpointException if the shape does not have exactly the storage's size
   */
  public static FileTensor of(StoredType type, ByteSource storage, long... shape) {
    FileTensor tensor =
        new FileTensor(type, Layout.contiguous(storage.description(), shape), storage);
    if (tensor.size() > storage.byteSize() / type.byteSize()
        || tensor.byteSize() != storage.byteSize()) {
      throw new CheckpointException(
          "%s: a tensor of shape %s and type %s cannot have %d bytes"
              .formatted(
                  storage.description(),
                  Arrays.toString(shape),
                  type.torchName(),
                  storage.byteSize()));
    }
    return tensor;
  }

  /**
   * A view of a storage with PyTorch's geometry, all in elements.
   *
   * @param offset the first element
   * @param shape the extents, outermost first
   * @param strides the distance between neighbours along each axis, not negative
   * @throws CheckpointException if an element would lie outside the storage
   */
  public static FileTensor strided(
      StoredType type, ByteSource storage, long offset, long[] shape, long[] strides) {
    Layout layout = Layout.strided(storage.description(), offset, shape, strides);
    long available = storage.byteSize() / type.byteSize();
    if (layout.end() > available || layout.size() > Math.max(available, MAX_EXPANDED)) {
      throw new CheckpointException(
          "%s: a tensor of shape %s, strides %s and offset %d does not fit its storage of %d elements"
              .formatted(
                  storage.description(),
                  Arrays.toString(shape),
                  Arrays.toString(strides),
                  offset,
                  available));
    }
    return new FileTensor(type, layout, storage);
  }

  /** A single-precision tensor over an array, which is not copied. */
  public static FileTensor ofFloats(float[] values, long... shape) {
    return of(StoredType.F32, ArraySources.of(values), shape);
  }

  /** A 64-bit integer tensor over an array, which is not copied. */
  public static FileTensor ofLongs(long[] values, long... shape) {
    return of(StoredType.I64, ArraySources.of(values), shape);
  }

  /** A 32-bit integer tensor over an array, which is not copied. */
  public static FileTensor ofInts(int[] values, long... shape) {
    return of(StoredType.I32, ArraySources.of(values), shape);
  }

  /** A tensor of shape {@code shape} over elements held elsewhere, in the type they have there. */
  public static FileTensor ofElements(ElementSource elements, long... shape) {
    return of(ArraySources.typeOf(elements.dtype()), ArraySources.of(elements), shape);
  }

  /** The type of the stored elements. */
  public StoredType type() {
    return type;
  }

  /** A copy of the extents, outermost first; empty for a scalar. */
  public long[] shape() {
    return layout.shape();
  }

  /** Number of elements. */
  public long size() {
    return layout.size();
  }

  /** Number of bytes the elements take when laid out row-major. */
  public long byteSize() {
    return layout.size() * type.byteSize();
  }

  /** The bytes that hold the elements, which other tensors may share. */
  public ByteSource storage() {
    return storage;
  }

  /** Whether the stored elements already lie in row-major order without gaps. */
  public boolean isContiguous() {
    return layout.isContiguous();
  }

  /**
   * The elements in the type they have in the file; float64 as float32. Nothing is copied for
   * contiguous elements of the other types.
   *
   * @throws CheckpointException if the tensor holds integers
   */
  public ElementSource elements() {
    if (!type.isFloating()) {
      throw new CheckpointException(
          "%s: a tensor of shape %s holds %s, not floating-point numbers"
              .formatted(storage.description(), this, type.torchName()));
    }
    return new TensorElements(this);
  }

  /**
   * Raw elements in row-major order as a read-only, little-endian, direct buffer.
   *
   * @param start the first element
   * @param count so many that they take at most 2^30 bytes
   */
  public ByteBuffer bytes(long start, int count) {
    Ranges.check(start, count, size());
    int length = Math.multiplyExact(count, type.byteSize());
    if (layout.isContiguous()) {
      return storage.view((layout.offset() + start) * type.byteSize(), length);
    }
    ByteBuffer gathered = ByteBuffer.allocateDirect(length).order(ByteOrder.LITTLE_ENDIAN);
    layout.gather(storage, type.byteSize(), start, count, gathered);
    return gathered.flip().asReadOnlyBuffer().order(ByteOrder.LITTLE_ENDIAN);
  }

  /**
   * All elements as single-precision numbers, row-major; float64 and integers are rounded.
   *
   * @throws CheckpointException if there are too many for an array
   */
  public float[] toFloats() {
    float[] values = new float[arrayLength()];
    for (int start = 0; start < values.length; start += CHUNK) {
      int count = Math.min(CHUNK, values.length - start);
      Conversions.toFloats(type, bytes(start, count), values, start, count);
    }
    return values;
  }

  /**
   * All elements as integers, row-major.
   *
   * @throws CheckpointException if there are too many for an array or they are not integers
   */
  public long[] toLongs() {
    if (type.isFloating()) {
      throw new CheckpointException(
          "%s: a tensor of shape %s holds %s, not integers"
              .formatted(storage.description(), this, type.torchName()));
    }
    long[] values = new long[arrayLength()];
    for (int start = 0; start < values.length; start += CHUNK) {
      int count = Math.min(CHUNK, values.length - start);
      Conversions.toLongs(type, bytes(start, count), values, start, count);
    }
    return values;
  }

  /** Writes the elements' bytes, row-major and little-endian, piece by piece. */
  public void writeTo(OutputStream out) throws IOException {
    byte[] piece = new byte[(int) Math.min(byteSize(), (long) CHUNK * type.byteSize())];
    for (long start = 0; start < size(); start += CHUNK) {
      int count = (int) Math.min(CHUNK, size() - start);
      bytes(start, count).get(piece, 0, count * type.byteSize());
      out.write(piece, 0, count * type.byteSize());
    }
  }

  private int arrayLength() {
    if (size() > Integer.MAX_VALUE - 8) {
      throw new CheckpointException(
          "%s: a tensor of shape %s has too many elements for an array"
              .formatted(storage.description(), this));
    }
    return (int) size();
  }

  /** The shape and type, as in {@code [64, 3] float32}. */
  @Override
  public String toString() {
    return Arrays.toString(layout.shape()) + " " + type.torchName();
  }
}
