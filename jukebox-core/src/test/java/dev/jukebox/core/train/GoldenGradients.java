package dev.jukebox.core.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jukebox.compute.Backend;
import dev.jukebox.core.autograd.Parameter;
import dev.jukebox.core.autograd.Parameters;
import dev.jukebox.core.golden.NpyArray;
import dev.jukebox.core.weights.WeightReader;
import java.util.Map;
import java.util.TreeSet;

/** Parameters filled from a golden checkpoint, and their gradients compared with golden ones. */
public final class GoldenGradients {
  private static final double TOLERANCE = 1e-3;
  private static final String PREFIX = "grad/";

  private GoldenGradients() {}

  /** Fills every parameter from a checkpoint. */
  public static void load(Parameters parameters, WeightReader reader) {
    for (Parameter parameter : parameters.all()) {
      parameters
          .backend()
          .upload(
              parameter.value(),
              reader.take(parameter.name(), parameter.value().shape().toArray()).elements());
    }
  }

  /** Fails unless every gradient is within 1e-3 of its norm, and there is one for each. */
  public static void assertClose(
      Backend backend, Parameters parameters, Map<String, NpyArray> golden) {
    TreeSet<String> expected = new TreeSet<>();
    golden.keySet().stream()
        .filter(name -> name.startsWith(PREFIX))
        .forEach(name -> expected.add(name.substring(PREFIX.length())));
    TreeSet<String> names = new TreeSet<>();
    parameters.all().forEach(parameter -> names.add(parameter.name()));
    assertEquals(expected, names, "parameters");
    for (Parameter parameter : parameters.all()) {
      double[] want = golden.get(PREFIX + parameter.name()).doubles();
      float[] got = backend.downloadFloats(parameter.gradient());
      assertEquals(want.length, got.length, parameter.name());
      double norm = 0;
      double error = 0;
      for (int i = 0; i < want.length; i++) {
        norm += want[i] * want[i];
        error += (want[i] - got[i]) * (want[i] - got[i]);
      }
      assertTrue(
          Math.sqrt(error) <= TOLERANCE * Math.sqrt(norm),
          "%s: error %.3g of a gradient of norm %.3g"
              .formatted(parameter.name(), Math.sqrt(error), Math.sqrt(norm)));
    }
  }
}
