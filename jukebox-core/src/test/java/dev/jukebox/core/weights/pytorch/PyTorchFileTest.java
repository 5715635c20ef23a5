package dev.jukebox.core.weights.pytorch;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.jukebox.core.weights.Checkpoint;
import dev.jukebox.core.weights.pickle.None;
import dev.jukebox.core.weights.pickle.PyObject;
import dev.jukebox.core.weights.pickle.PyOrderedDict;
import dev.jukebox.core.weights.pickle.PyTuple;
import dev.jukebox.core.weights.store.FileTensor;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What torch.save wrote, both from files kept here and, where PyTorch is installed, fresh ones. */
class PyTorchFileTest {

  @ParameterizedTest
  @ValueSource(strings = {"mixed.legacy.pt", "mixed.zip.pt"})
  void readsEveryTypeAndGeometry(String name) throws IOException {
    checkTensors(Python.resources(), name);
  }

  @ParameterizedTest
  @ValueSource(strings = {"mixed.legacy.pt", "mixed.zip.pt"})
  void readsEveryPlainValue(String name) {
    checkValues(Python.resources().resolve(name));
  }

  @ParameterizedTest
  @ValueSource(strings = {"wrapped.legacy.pt", "wrapped.zip.pt"})
  void readsCheckpointsOfWrappedModels(String name) {
    checkWrapped(Python.resources().resolve(name));
  }

  @Test
  void readsWhatTheInstalledTorchWrites(@TempDir Path directory) throws IOException {
    Python.assumeTorch();
    Python.run("make_fixtures.py", directory.toString());
    for (String format : List.of("legacy", "zip")) {
      checkTensors(directory, "mixed." + format + ".pt");
      checkValues(directory.resolve("mixed." + format + ".pt"));
      checkWrapped(directory.resolve("wrapped." + format + ".pt"));
    }
  }

  private static void checkTensors(Path directory, String name) throws IOException {
    JsonNode expected =
        JsonMapper.builder().build().readTree(directory.resolve("expected.json").toFile());
    assertTrue(expected.size() > 20);
    try (PyTorchFile file = PyTorchFile.open(directory.resolve(name))) {
      Map<?, ?> tensors = (Map<?, ?>) ((Map<?, ?>) file.root()).get("tensors");
      assertInstanceOf(PyOrderedDict.class, tensors);
      assertEquals(expected.size(), tensors.size());
      expected
          .properties()
          .forEach(
              entry ->
                  checkTensor(
                      entry.getKey(), entry.getValue(), (FileTensor) tensors.get(entry.getKey())));
    }
  }

  private static void checkTensor(String name, JsonNode expected, FileTensor actual) {
    assertEquals(expected.get("type").asText(), actual.type().torchName(), name);
    assertEquals(expected.get("shape").toString(), toJson(actual.shape()), name);
    JsonNode values = expected.get("values");
    assertEquals(values.size(), actual.size(), name);
    float[] floats = actual.toFloats();
    for (int i = 0; i < values.size(); i++) {
      String text = values.get(i).asText();
      if (actual.type().isFloating()) {
        assertEquals(parse(text), floats[i], name + " " + i);
      } else {
        assertEquals(Long.parseLong(text), actual.toLongs()[i], name + " " + i);
        assertEquals((float) Long.parseLong(text), floats[i], name + " " + i);
      }
    }
    if (actual.type().isFloating()) {
      assertEquals(actual.size(), actual.elements().size(), name);
    }
  }

  private static float parse(String text) {
    return switch (text) {
      case "inf" -> Float.POSITIVE_INFINITY;
      case "-inf" -> Float.NEGATIVE_INFINITY;
      case "nan" -> Float.NaN;
      default -> (float) Double.parseDouble(text);
    };
  }

  private static String toJson(long[] shape) {
    return Arrays.toString(shape).replace(" ", "");
  }

  private static void checkValues(Path path) {
    try (PyTorchFile file = PyTorchFile.open(path)) {
      Map<?, ?> values = (Map<?, ?>) ((Map<?, ?>) file.root()).get("values");
      assertEquals(None.NONE, values.get("none"));
      assertEquals(List.of(true, false), values.get("flags"));
      assertEquals(
          List.of(0L, 255L, 256L, 65535L, 65536L, -1L, 1L << 31, Long.MIN_VALUE, Long.MAX_VALUE),
          values.get("ints"));
      assertEquals(BigInteger.ONE.shiftLeft(70), values.get("big"));
      assertEquals(0.1, values.get("real"));
      assertEquals("caf\u00e9 \u266b\n", values.get("text"));
      assertEquals("x".repeat(300), values.get("long_text"));
      assertEquals(PyTuple.of(1L, PyTuple.of(2L, 3L), PyTuple.of()), values.get("tuple"));
      assertFalse(values.get("list") instanceof PyTuple);
      assertEquals(List.of(1L, List.of(2L), List.of()), values.get("list"));
      assertSame(values.get("list"), values.get("again"));
      assertEquals(Set.of(3L), values.get("set"));
      assertArrayEquals(new byte[] {0, -1}, (byte[]) values.get("bytes"));
      assertEquals(Map.of(0L, "a", 7L, "b"), values.get("int_keys"));
      assertEquals(PyTuple.of(1L, 2L), values.get("size"));
      assertEquals(2.5, values.get("np_float"));
      assertEquals(-7L, values.get("np_int"));
      PyObject namespace = assertInstanceOf(PyObject.class, values.get("namespace"));
      assertEquals("argparse.Namespace", namespace.toString());
      assertEquals(Map.of("width", 3L), namespace.state());
    }
  }

  private static void checkWrapped(Path path) {
    try (Checkpoint checkpoint = Checkpoint.open(path)) {
      assertEquals(List.of("a", "b.weight"), List.copyOf(checkpoint.tensors().keySet()));
      assertArrayEquals(new long[] {3, 4}, checkpoint.tensors().get("b.weight").shape());
      assertEquals(23f, checkpoint.tensors().get("b.weight").toFloats()[11]);
      assertEquals(77, checkpoint.step().orElseThrow());
      assertEquals(Map.of("levels", 3L, "name", "wrapped"), checkpoint.hyperparameters());
      Map<?, ?> optimizer = (Map<?, ?>) checkpoint.optimizer().orElseThrow();
      Map<?, ?> first = (Map<?, ?>) ((Map<?, ?>) optimizer.get("state")).get(0L);
      assertEquals(22f, ((FileTensor) first.get("exp_avg")).toFloats()[11]);
    }
  }
}
