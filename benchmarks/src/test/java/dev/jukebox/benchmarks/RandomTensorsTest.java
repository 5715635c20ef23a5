package dev.jukebox.benchmarks;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.jukebox.core.weights.store.FileTensor;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class RandomTensorsTest {

  @Test
  void piecesAreThoseOfTheWhole() {
    int size = 3 * RandomTensors.PERIOD + (1 << 20);
    FileTensor tensor = new RandomTensors(1).normal(0, 1, size);
    float[] whole = new float[size];
    tensor.elements().elements(0, size).asFloatBuffer().get(whole);
    assertArrayEquals(whole, tensor.toFloats());
    int start = 2 * RandomTensors.PERIOD - 5;
    float[] part = new float[11];
    tensor.elements().elements(start, 11).asFloatBuffer().get(part);
    assertArrayEquals(Arrays.copyOfRange(whole, start, start + 11), part);
    assertEquals(whole[7], whole[RandomTensors.PERIOD + 7]);
  }

  @Test
  void meanAndDeviationAreAsAsked() {
    float[] values = new RandomTensors(1).normal(1, 0.02f, 512, 512).toFloats();
    double mean = 0;
    double square = 0;
    for (float value : values) {
      mean += value / (double) values.length;
      square += (value - 1.0) * (value - 1.0) / values.length;
    }
    assertEquals(1, mean, 1e-3);
    assertEquals(0.02, Math.sqrt(square), 1e-3);
  }

  @Test
  void tensorsDiffer() {
    RandomTensors random = new RandomTensors(1);
    float[] first = random.normal(0, 1, 100).toFloats();
    float[] second = random.normal(0, 1, 100).toFloats();
    assertFalse(Arrays.equals(first, second));
    assertArrayEquals(first, new RandomTensors(1).normal(0, 1, 100).toFloats());
  }
}
