package dev.jukebox.core.vqvae;

import dev.jukebox.core.weights.WeightSource;
import dev.jukebox.core.weights.store.FileTensor;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;

/** The weights of a tiny model by the original's names, drawn so that every part is heard. */
public final class RandomWeights {
  private final Map<String, FileTensor> tensors = new LinkedHashMap<>();
  private final Random random;

  /** No weights yet. */
  public RandomWeights(long seed) {
    this.random = new Random(seed);
  }

  /** Adds a tensor of normal numbers. */
  public void normal(String name, double mean, double deviation, long... shape) {
    long size = 1;
    for (long extent : shape) {
      size *= extent;
    }
    float[] values = new float[Math.toIntExact(size)];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) (mean + deviation * random.nextGaussian());
    }
    put(name, values, shape);
  }

  /** Adds a tensor that is not random. */
  public void put(String name, float[] values, long... shape) {
    tensors.put(name, FileTensor.ofFloats(values, shape));
  }

  /** Adds {@code name.weight} and {@code name.bias} of a layer norm. */
  public void layerNorm(String name, int width) {
    normal(name + ".weight", 1, 0.2, width);
    normal(name + ".bias", 0, 0.1, width);
  }

  /** Adds {@code name.w} [in, out] and {@code name.b}; outputs have about {@code gain}. */
  public void linear(String name, int in, int out, double gain) {
    normal(name + ".w", 0, gain / Math.sqrt(in), in, out);
    normal(name + ".b", 0, 0.1, out);
  }

  /** Adds {@code name.weight} [out, in, kernel] and {@code name.bias}. */
  public void conv(String name, int in, int out, int kernel) {
    normal(name + ".weight", 0, 1 / Math.sqrt(in * kernel), out, in, kernel);
    normal(name + ".bias", 0, 0.1, out);
  }

  /** Adds {@code name.weight} [in, out, kernel], of which two taps reach an output. */
  public void transposedConv(String name, int in, int out, int kernel) {
    normal(name + ".weight", 0, 1 / Math.sqrt(2 * in), in, out, kernel);
    normal(name + ".bias", 0, 0.1, out);
  }

  /** The elements of a tensor. */
  public float[] values(String name) {
    return tensors.get(name).toFloats();
  }

  /** All of them but one, where a test takes one away. */
  public WeightSource sourceWithout(String name) {
    Map<String, FileTensor> others = new LinkedHashMap<>(tensors);
    if (others.remove(name) == null) {
      throw new IllegalArgumentException("no weight " + name);
    }
    return WeightSource.of("random weights", others);
  }

  /** All of them. */
  public WeightSource source() {
    return WeightSource.of("random weights", tensors);
  }
}
