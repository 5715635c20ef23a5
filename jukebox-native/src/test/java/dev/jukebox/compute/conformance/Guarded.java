package dev.jukebox.compute.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.jukebox.compute.Arena;
import dev.jukebox.compute.Backend;
import dev.jukebox.compute.DType;
import dev.jukebox.compute.Shape;
import dev.jukebox.compute.Tensor;
import java.util.Arrays;

/**
 * An F32 tensor between bands of NaNs, at an address that no vector is aligned to: a read outside
 * poisons a result, a write outside is seen.
 */
final class Guarded {
  private static final int BAND = 67;
  private static final int POISON = 0x7fc0dead;

  private final Backend backend;
  private final Tensor whole;
  private final Tensor tensor;

  /** A tensor that is itself poison. */
  Guarded(Backend backend, Arena arena, long... dims) {
    this.backend = backend;
    int size = Math.toIntExact(Shape.of(dims).size());
    this.whole = arena.tensor(DType.F32, size + 2L * BAND);
    float[] poison = new float[size + 2 * BAND];
    Arrays.fill(poison, Float.intBitsToFloat(POISON));
    backend.upload(whole, poison);
    this.tensor = whole.slice(BAND, size).reshape(dims);
  }

  /** A tensor of these values. */
  static Tensor of(Backend backend, Arena arena, float[] values, long... dims) {
    Guarded guarded = new Guarded(backend, arena, dims);
    backend.upload(guarded.tensor, values);
    return guarded.tensor;
  }

  Tensor tensor() {
    return tensor;
  }

  /** The values, after a check of both bands. */
  float[] values() {
    float[] all = backend.downloadFloats(whole);
    for (int i = 0; i < BAND; i++) {
      assertEquals(POISON, Float.floatToRawIntBits(all[i]), "written before the tensor at " + i);
      assertEquals(
          POISON,
          Float.floatToRawIntBits(all[all.length - 1 - i]),
          "written behind the tensor at " + (BAND - 1 - i));
    }
    return Arrays.copyOfRange(all, BAND, all.length - BAND);
  }
}
