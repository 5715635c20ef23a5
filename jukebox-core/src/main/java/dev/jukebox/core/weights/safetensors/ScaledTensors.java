package dev.jukebox.core.weights.safetensors;

import dev.jukebox.compute.DType;
import dev.jukebox.compute.ElementSource;
import dev.jukebox.core.weights.store.FileTensor;
import dev.jukebox.core.weights.store.StoredType;
import dev.jukebox.error.CheckpointException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Tensors kept as whole numbers and scales, seen as the numbers they stand for.
 *
 * <p>A tensor {@code name} of type I8 beside a floating-point tensor {@code name.scale} stands for
 * their product. The scale has as many axes as the tensor, all of extent 1 but at most one, along
 * which each slice has a scale of its own: [1, n_out] for a matrix [n_in, n_out] whose outputs are
 * scaled, [bins, 1] for a table of embeddings.
 */
public final class ScaledTensors {

  /** What follows a tensor's name in the name of its scale. */
  public static final String SUFFIX = ".scale";

  private ScaledTensors() {}

  /** The tensors with products in place of whole numbers and scales; the others as they are. */
  static Map<String, FileTensor> widened(String file, Map<String, FileTensor> stored) {
    Map<String, FileTensor> widened = new LinkedHashMap<>();
    stored.forEach(
        (name, tensor) -> {
          FileTensor scale = stored.get(name + SUFFIX);
          if (scale != null && isScaled(tensor)) {
            widened.put(name, product(file, name, tensor, scale));
          } else if (!isScale(name, stored)) {
            widened.put(name, tensor);
          }
        });
    return widened;
  }

  private static boolean isScaled(FileTensor tensor) {
    return tensor.type() == StoredType.I8;
  }

  private static boolean isScale(String name, Map<String, FileTensor> stored) {
    if (!name.endsWith(SUFFIX)) {
      return false;
    }
    FileTensor whole = stored.get(name.substring(0, name.length() - SUFFIX.length()));
    return whole != null && isScaled(whole);
  }

  private static FileTensor product(String file, String name, FileTensor whole, FileTensor scale) {
    long[] shape = whole.shape();
    long[] scaleShape = scale.shape();
    int axis = -1;
    boolean fits = scale.type().isFloating() && scaleShape.length == shape.length;
    for (int i = 0; fits && i < shape.length; i++) {
      if (scaleShape[i] != 1) {
        fits = axis < 0 && scaleShape[i] == shape[i];
        axis = i;
      }
    }
    if (!fits) {
      throw new CheckpointException(
          "%s is damaged: tensor '%s%s' is %s, which is no scale of %s along one axis"
              .formatted(file, name, SUFFIX, scale, whole));
    }
    long inner = 1;
    for (int i = axis + 1; axis >= 0 && i < shape.length; i++) {
      inner *= shape[i];
    }
    return FileTensor.ofElements(new Products(whole, scale.toFloats(), inner), shape);
  }

  /** The products, made as they are asked for. */
  private static final class Products implements ElementSource {
    private final FileTensor whole;
    private final float[] scales;
    // Elements between one slice and the next.
    private final long inner;

    Products(FileTensor whole, float[] scales, long inner) {
      this.whole = whole;
      this.scales = Arrays.copyOf(scales, scales.length);
      this.inner = inner;
    }

    @Override
    public DType dtype() {
      return DType.F32;
    }

    @Override
    public long size() {
      return whole.size();
    }

    @Override
    public ByteBuffer elements(long start, int count) {
      ByteBuffer numbers = whole.bytes(start, count);
      ByteBuffer products =
          ByteBuffer.allocateDirect(Math.multiplyExact(count, Float.BYTES))
              .order(ByteOrder.LITTLE_ENDIAN);
      for (int i = 0; i < count; i++) {
        float scale = scales[(int) ((start + i) / inner % scales.length)];
        products.putFloat(numbers.get(i) * scale);
      }
      return products.flip().asReadOnlyBuffer().order(ByteOrder.LITTLE_ENDIAN);
    }
  }
}
