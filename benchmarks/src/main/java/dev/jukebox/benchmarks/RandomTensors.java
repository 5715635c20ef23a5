package dev.jukebox.benchmarks;

import dev.jukebox.compute.DType;
import dev.jukebox.compute.ElementSource;
import dev.jukebox.core.weights.store.FileTensor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;

/**
 * Tensors of normally distributed numbers that take next to no memory: all repeat one block, each
 * from a place of its own.
 */
final class RandomTensors {
  /** A prime, so that the rows of a matrix differ. */
  static final int PERIOD = 262_139;

  /** Pieces up to this many elements are views; larger ones are copied together. */
  private static final int PIECE = 1 << 20;

  private static final int STRIDE = 7919;

  private record Scale(float mean, float std) {}

  private final float[] unit = new float[PERIOD];
  private final Map<Scale, FloatBlock> blocks = new HashMap<>();
  private int tensors;

  RandomTensors(long seed) {
    Random random = new Random(seed);
    for (int i = 0; i < PERIOD; i++) {
      unit[i] = (float) random.nextGaussian();
    }
  }

  /** An F32 tensor of this mean and standard deviation. */
  FileTensor normal(float mean, float std, long... shape) {
    FloatBlock block = blocks.computeIfAbsent(new Scale(mean, std), this::block);
    long size = 1;
    for (long extent : shape) {
      size = Math.multiplyExact(size, extent);
    }
    int offset = (int) ((long) STRIDE * tensors++ % PERIOD);
    return FileTensor.ofElements(new Repeated(block, offset, size), shape);
  }

  private FloatBlock block(Scale scale) {
    ByteBuffer bytes =
        ByteBuffer.allocateDirect((PERIOD + PIECE) * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    FloatBuffer values = bytes.asFloatBuffer();
    for (int i = 0; i < PERIOD + PIECE; i++) {
      values.put(i, scale.mean() + scale.std() * unit[i % PERIOD]);
    }
    return new FloatBlock(bytes.asReadOnlyBuffer());
  }

  /** Element i is number i % PERIOD, for PERIOD + PIECE elements. */
  private record FloatBlock(ByteBuffer bytes) {
    ByteBuffer view(int start, int count) {
      return bytes.slice(start * Float.BYTES, count * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    }
  }

  private record Repeated(FloatBlock block, int offset, long size) implements ElementSource {

    @Override
    public DType dtype() {
      return DType.F32;
    }

    @Override
    public ByteBuffer elements(long start, int count) {
      int from = (int) ((offset + start) % PERIOD);
      if (count <= PIECE) {
        return block.view(from, count);
      }
      ByteBuffer all =
          ByteBuffer.allocateDirect(Math.multiplyExact(count, Float.BYTES))
              .order(ByteOrder.LITTLE_ENDIAN);
      for (int done = 0; done < count; done += PIECE) {
        int place = (int) ((offset + start + done) % PERIOD);
        all.put(block.view(place, Math.min(PIECE, count - done)));
      }
      return all.flip().asReadOnlyBuffer().order(ByteOrder.LITTLE_ENDIAN);
    }
  }
}
