package dev.jukebox.core.weights.store;

import dev.jukebox.compute.Backend;
import dev.jukebox.compute.DType;
import dev.jukebox.compute.ElementSource;
import dev.jukebox.compute.HalfFloats;
import dev.jukebox.compute.Tensor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * The elements of a backend's tensor as it is when they are asked for, brought over piece by piece,
 * so that a model is saved without a second copy of it.
 *
 * <pre>{@code
 * FileTensor weight = BackendElements.tensor(backend, parameter.value(), DType.F16);
 * }</pre>
 */
public final class BackendElements implements ElementSource {
  private final Backend backend;
  private final Tensor flat;
  private final DType dtype;

  private BackendElements(Backend backend, Tensor tensor, DType dtype) {
    this.backend = backend;
    this.flat = tensor.reshape(tensor.size());
    this.dtype = dtype;
  }

  /**
   * A tensor to be saved.
   *
   * @param tensor F32; it must live until the elements were read
   * @param dtype the type it has in the file: F32, or F16, to which elements are then rounded
   */
  public static FileTensor tensor(Backend backend, Tensor tensor, DType dtype) {
    if (tensor.dtype() != DType.F32 || (dtype != DType.F32 && dtype != DType.F16)) {
      throw new IllegalArgumentException("a tensor " + tensor + " cannot be saved as " + dtype);
    }
    return FileTensor.ofElements(
        new BackendElements(backend, tensor, dtype), tensor.shape().toArray());
  }

  @Override
  public DType dtype() {
    return dtype;
  }

  @Override
  public long size() {
    return flat.size();
  }

  @Override
  public ByteBuffer elements(long start, int count) {
    float[] values = backend.downloadFloats(flat.slice(start, count));
    ByteBuffer bytes =
        ByteBuffer.allocateDirect(count * dtype.byteSize()).order(ByteOrder.LITTLE_ENDIAN);
    if (dtype == DType.F32) {
      bytes.asFloatBuffer().put(values);
    } else {
      for (int i = 0; i < count; i++) {
        bytes.putShort(2 * i, HalfFloats.toHalf(values[i]));
      }
    }
    return bytes.asReadOnlyBuffer().order(ByteOrder.LITTLE_ENDIAN);
  }
}
