package dev.jukebox.core.optim;

import dev.jukebox.compute.Arena;
import dev.jukebox.compute.Backend;
import dev.jukebox.compute.DType;
import dev.jukebox.compute.ElementSource;
import dev.jukebox.compute.HalfFloats;
import dev.jukebox.compute.Tensor;
import dev.jukebox.core.weights.store.BackendElements;
import dev.jukebox.core.weights.store.FileTensor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.IntBuffer;

/** One moment of a parameter in a backend's memory: F32, or F16 of which pairs go as integers. */
final class MomentTensor {
  private static final float LARGEST_HALF = 65504;
  private static final float SMALLEST_SCALE = 1e-8f;
  private static final long PIECE = 1 << 20;

  private final Backend backend;
  private final Tensor tensor;

  /** The memory of halves as I32, two to an element; the last may be half used. */
  private final Tensor pairs;

  private MomentTensor(Backend backend, Tensor tensor, Tensor pairs) {
    this.backend = backend;
    this.tensor = tensor;
    this.pairs = pairs;
  }

  /** A moment of zeros. */
  static MomentTensor of(Backend backend, Arena arena, Tensor parameter, boolean halves) {
    if (!halves) {
      Tensor singles = arena.tensor(DType.F32, parameter.shape().toArray());
      return new MomentTensor(backend, singles, singles);
    }
    Tensor pairs = arena.tensor(DType.I32, (parameter.size() + 1) / 2);
    Tensor view = new Tensor(DType.F16, parameter.shape(), pairs.memory(), pairs.byteOffset());
    return new MomentTensor(backend, view, pairs);
  }

  Tensor tensor() {
    return tensor;
  }

  private boolean isHalf() {
    return tensor.dtype() == DType.F16;
  }

  /** The elements as they are stored, as they will be when they are asked for. */
  FileTensor saved() {
    return isHalf()
        ? FileTensor.ofElements(new Halves(), tensor.shape().toArray())
        : BackendElements.tensor(backend, tensor, DType.F32);
  }

  void clear() {
    if (isHalf()) {
      for (long start = 0; start < pairs.size(); start += PIECE) {
        int count = (int) Math.min(PIECE, pairs.size() - start);
        backend.upload(pairs.slice(start, count), new int[count]);
      }
    } else {
      backend.upload(tensor, new float[Math.toIntExact(tensor.size())]);
    }
  }

  /**
   * Takes saved elements over, bit by bit where they are stored as here.
   *
   * @param scale what they are multiplied by; 1 for elements that are as they are
   * @return the scale of the elements now, 1 in F32
   */
  float restore(FileTensor saved, double scale) {
    ElementSource elements = saved.elements();
    if (isHalf() && elements.dtype() == DType.F16) {
      uploadHalves(elements);
      return (float) scale;
    }
    if (!isHalf() && scale == 1) {
      backend.upload(tensor, elements);
      return 1;
    }
    float[] values = saved.toFloats();
    float largest = 0;
    for (int i = 0; i < values.length; i++) {
      values[i] *= (float) scale;
      largest = Math.max(largest, Math.abs(values[i]));
    }
    if (!isHalf()) {
      backend.upload(tensor, values);
      return 1;
    }
    float newScale = largest / LARGEST_HALF + SMALLEST_SCALE;
    for (int i = 0; i < values.length; i++) {
      values[i] /= newScale;
    }
    uploadHalves(new RoundedHalves(values));
    return newScale;
  }

  private void uploadHalves(ElementSource halves) {
    for (long start = 0; start < pairs.size(); start += PIECE) {
      int count = (int) Math.min(PIECE, pairs.size() - start);
      int elements = (int) Math.min(2L * count, halves.size() - 2 * start);
      ByteBuffer bytes = ByteBuffer.allocate(4 * count).order(ByteOrder.LITTLE_ENDIAN);
      bytes.put(halves.elements(2 * start, elements)).rewind();
      int[] values = new int[count];
      bytes.asIntBuffer().get(values);
      backend.upload(pairs.slice(start, count), values);
    }
  }

  /** Elements of the halves in the backend's memory. */
  private final class Halves implements ElementSource {

    @Override
    public DType dtype() {
      return DType.F16;
    }

    @Override
    public long size() {
      return tensor.size();
    }

    @Override
    public ByteBuffer elements(long start, int count) {
      long first = start / 2;
      int[] values = backend.downloadInts(pairs.slice(first, (start + count + 1) / 2 - first));
      ByteBuffer bytes =
          ByteBuffer.allocateDirect(4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
      IntBuffer ints = bytes.asIntBuffer();
      ints.put(values);
      return bytes
          .slice((int) (start % 2) * Short.BYTES, count * Short.BYTES)
          .asReadOnlyBuffer()
          .order(ByteOrder.LITTLE_ENDIAN);
    }
  }

  /** Singles of an array, rounded to halves. */
  private static final class RoundedHalves implements ElementSource {
    private final float[] values;

    RoundedHalves(float[] values) {
      this.values = values;
    }

    @Override
    public DType dtype() {
      return DType.F16;
    }

    @Override
    public long size() {
      return values.length;
    }

    @Override
    public ByteBuffer elements(long start, int count) {
      ByteBuffer bytes = ByteBuffer.allocate(count * Short.BYTES).order(ByteOrder.LITTLE_ENDIAN);
      for (int i = 0; i < count; i++) {
        bytes.putShort(i * Short.BYTES, HalfFloats.toHalf(values[(int) start + i]));
      }
      return bytes;
    }
  }
}
