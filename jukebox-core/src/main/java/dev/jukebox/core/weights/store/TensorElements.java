package dev.jukebox.core.weights.store;

import dev.jukebox.compute.DType;
import dev.jukebox.compute.ElementSource;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** The floating-point elements of a tensor, float64 narrowed piece by piece. */
record TensorElements(FileTensor tensor) implements ElementSource {

  @Override
  public DType dtype() {
    return switch (tensor.type()) {
      case F16 -> DType.F16;
      case BF16 -> DType.BF16;
      default -> DType.F32;
    };
  }

  @Override
  public long size() {
    return tensor.size();
  }

  @Override
  public ByteBuffer elements(long start, int count) {
    if (tensor.type() != StoredType.F64) {
      return tensor.bytes(start, count);
    }
    ByteBuffer narrow = ByteBuffer.allocateDirect(4 * count).order(ByteOrder.LITTLE_ENDIAN);
    int chunk = 1 << 20;
    for (int done = 0; done < count; done += chunk) {
      int some = Math.min(chunk, count - done);
      ByteBuffer wide = tensor.bytes(start + done, some);
      for (int i = 0; i < some; i++) {
        narrow.putFloat((float) wide.getDouble(8 * i));
      }
    }
    return narrow.flip().asReadOnlyBuffer().order(ByteOrder.LITTLE_ENDIAN);
  }
}
