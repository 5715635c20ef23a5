package dev.jukebox.core.pack;

import dev.jukebox.compute.HalfFloats;
import dev.jukebox.core.weights.safetensors.ScaledTensors;
import dev.jukebox.core.weights.store.ByteSource;
import dev.jukebox.core.weights.store.FileTensor;
import dev.jukebox.core.weights.store.StoredType;
import dev.jukebox.error.InvalidInputException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Map;

/** Makes tensors smaller: rounds them to 16-bit floats, or to whole numbers with scales. */
final class Quantiser {
  private static final int LARGEST = 127;

  private Quantiser() {}

  /** A tensor in a form, under its name; the scales of whole numbers are under a second one. */
  static Map<String, FileTensor> apply(String name, FileTensor tensor, TensorForm form) {
    requireFinite(name, tensor);
    return switch (form) {
      case F32 -> Map.of(name, FileTensor.ofFloats(tensor.toFloats(), tensor.shape()));
      case F16 -> Map.of(name, halves(name, tensor));
      case I8_ROWS -> wholeNumbers(name, tensor, true);
      case I8_COLUMNS -> wholeNumbers(name, tensor, false);
    };
  }

  private static void requireFinite(String name, FileTensor tensor) {
    for (float value : tensor.toFloats()) {
      if (!Float.isFinite(value)) {
        throw new InvalidInputException(
            "tensor '" + name + "' has a weight that is " + value + ", which cannot be packed");
      }
    }
  }

  private static FileTensor halves(String name, FileTensor tensor) {
    float[] values = tensor.toFloats();
    ByteBuffer bytes = buffer(values.length * Short.BYTES);
    for (float value : values) {
      short half = HalfFloats.toHalf(value);
      if (Float.isInfinite(HalfFloats.fromHalf(half))) {
        throw new InvalidInputException(
            "tensor '"
                + name
                + "' has the weight "
                + value
                + ", too large for f16: pack it as f32");
      }
      bytes.putShort(half);
    }
    return tensor(StoredType.F16, bytes, tensor.shape());
  }

  /** The nearest of 255 equal steps; the largest weight of a row or column is one of them. */
  private static Map<String, FileTensor> wholeNumbers(
      String name, FileTensor tensor, boolean rows) {
    float[] values = tensor.toFloats();
    long[] shape = tensor.shape();
    int width = Math.toIntExact(shape[1]);
    int count = Math.toIntExact(shape[rows ? 0 : 1]);
    float[] scales = new float[count];
    for (int i = 0; i < values.length; i++) {
      int slice = rows ? i / width : i % width;
      scales[slice] = Math.max(scales[slice], Math.abs(values[i]) / LARGEST);
    }
    ByteBuffer numbers = buffer(values.length);
    for (int i = 0; i < values.length; i++) {
      float scale = scales[rows ? i / width : i % width];
      long steps = scale == 0 ? 0 : Math.round((double) values[i] / scale);
      numbers.put((byte) Math.max(-LARGEST, Math.min(LARGEST, steps)));
    }
    return Map.of(
        name,
        tensor(StoredType.I8, numbers, shape),
        name + ScaledTensors.SUFFIX,
        FileTensor.ofFloats(scales, rows ? count : 1, rows ? 1 : count));
  }

  private static ByteBuffer buffer(int bytes) {
    return ByteBuffer.allocateDirect(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  private static FileTensor tensor(StoredType type, ByteBuffer bytes, long[] shape) {
    return FileTensor.of(type, ByteSource.of("a packed tensor", bytes.flip()), shape);
  }
}
