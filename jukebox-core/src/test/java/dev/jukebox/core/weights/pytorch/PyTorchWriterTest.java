package dev.jukebox.core.weights.pytorch;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.jukebox.core.golden.Golden;
import dev.jukebox.core.weights.Checkpoint;
import dev.jukebox.core.weights.pickle.None;
import dev.jukebox.core.weights.pickle.PyOrderedDict;
import dev.jukebox.core.weights.pickle.PyTuple;
import dev.jukebox.core.weights.store.ByteSource;
import dev.jukebox.core.weights.store.FileTensor;
import dev.jukebox.core.weights.store.MappedFile;
import dev.jukebox.core.weights.store.StoredType;
import dev.jukebox.error.FileAccessException;
import dev.jukebox.error.InvalidInputException;
import java.io.IOException;
import java.io.InputStream;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PyTorchWriterTest {
  @TempDir Path directory;

  /** Values of every kind; a long map and a long list cross the batches. */
  private static Map<String, Object> everything() {
    FileTensor tied = FileTensor.ofFloats(new float[] {1.5f, -2, Float.NaN}, 3);
    Map<String, Object> root = new LinkedHashMap<>();
    root.put("tied", tied);
    root.put("twin", tied);
    root.put("scalar", FileTensor.ofFloats(new float[] {7}));
    root.put("empty", FileTensor.ofFloats(new float[0], 0, 4));
    root.put("longs", FileTensor.ofLongs(new long[] {Long.MIN_VALUE, 5}, 1, 2));
    root.put("ints", FileTensor.ofInts(new int[] {-3, 4, 5, 6}, 2, 2));
    root.put("none", None.NONE);
    root.put("flags", List.of(true, false));
    root.put("numbers", List.of(0L, 255, 256L, 70_000L, -1L, 1L << 40, Long.MIN_VALUE));
    root.put("big", BigInteger.ONE.shiftLeft(70));
    root.put("reals", PyTuple.of(0.1, -1e300, 0.5f));
    root.put("text", "caf\u00e9 \u266b");
    root.put("tuple", PyTuple.of(1L, PyTuple.of(), List.of("text", "text")));
    root.put("set", Set.of(3L));
    root.put("bytes", new byte[] {0, -1, 'a'});
    root.put("ordered", new PyOrderedDict(Map.of(5L, "five")));
    root.put("list", new ArrayList<Object>(Collections.nCopies(2500, 9L)));
    Map<Long, Long> squares = new LinkedHashMap<>();
    for (long i = 0; i < 1000; i++) {
      squares.put(i, i * i);
    }
    root.put("squares", squares);
    return root;
  }

  @Test
  void readsBackWhatItWrote() {
    Path path = directory.resolve("all.pt");
    PyTorchWriter.write(path, everything());
    checkReadBack(path);
  }

  @Test
  void readsBackSixtyFourBitZips() {
    Path path = directory.resolve("wide.pt");
    PyTorchWriter.write(path, everything(), 8);
    checkReadBack(path);
  }

  private static void checkReadBack(Path path) {
    try (PyTorchFile file = PyTorchFile.open(path)) {
      Map<?, ?> root = (Map<?, ?>) file.root();
      Map<String, Object> expected = everything();
      assertEquals(new ArrayList<>(expected.keySet()), new ArrayList<>(root.keySet()));
      assertSame(root.get("tied"), root.get("twin"));
      assertArrayEquals(
          new float[] {1.5f, -2, Float.NaN}, ((FileTensor) root.get("tied")).toFloats());
      assertArrayEquals(new long[] {Long.MIN_VALUE, 5}, ((FileTensor) root.get("longs")).toLongs());
      assertArrayEquals(new long[] {0, 4}, ((FileTensor) root.get("empty")).shape());
      assertArrayEquals(new long[0], ((FileTensor) root.get("scalar")).shape());
      assertArrayEquals((byte[]) expected.get("bytes"), (byte[]) root.get("bytes"));
      assertEquals(PyTuple.of(0.1, -1e300, 0.5), root.get("reals"));
      assertEquals(
          List.of(0L, 255L, 256L, 70_000L, -1L, 1L << 40, Long.MIN_VALUE), root.get("numbers"));
      assertInstanceOf(PyOrderedDict.class, root.get("ordered"));
      for (String key :
          List.of("none", "flags", "big", "text", "tuple", "set", "ordered", "list", "squares")) {
        assertEquals(expected.get(key), root.get(key), key);
      }
    }
  }

  @Test
  void writesAlignedEntriesWithRightChecksums() throws IOException {
    for (long wideFrom : new long[] {0xffffffffL, 8}) {
      Path path = directory.resolve("zip.pt");
      PyTorchWriter.write(path, everything(), wideFrom);
      List<String> names = new ArrayList<>();
      try (ZipFile zip = new ZipFile(path.toFile())) {
        for (ZipEntry entry : Collections.list(zip.entries())) {
          names.add(entry.getName());
          try (InputStream in = zip.getInputStream(entry)) {
            CRC32 crc = new CRC32();
            crc.update(in.readAllBytes());
            assertEquals(entry.getCrc(), crc.getValue(), entry.getName());
          }
        }
      }
      assertEquals(
          List.of("archive/data.pkl", "archive/byteorder", "archive/data/0"), names.subList(0, 3));
      assertTrue(names.contains("archive/version"));
    }
    try (MappedFile file = MappedFile.open(directory.resolve("zip.pt"))) {
      for (ZipDirectory.Entry entry : ZipDirectory.read(file).values()) {
        long local = entry.header();
        ByteBuffer lengths = file.view(local + 26, 4);
        long data = local + 30 + lengths.getShort(0) + lengths.getShort(2);
        assertEquals(0, data % 64, entry.name());
      }
    }
  }

  @Test
  void torchLoadsWhatWeWrite() throws IOException {
    Python.assumeTorch();
    for (long wideFrom : new long[] {0xffffffffL, 8}) {
      Path path = directory.resolve("all" + wideFrom + ".pt");
      PyTorchWriter.write(path, everything(), wideFrom);
      Map<String, JsonNode> root = items(parse(Python.run("read_back.py", path.toString())));
      assertEquals(everything().keySet(), root.keySet());
      JsonNode tied = root.get("tied");
      assertEquals("torch.float32", tied.get("kind").asText());
      assertEquals("[\"1.5\",\"-2.0\",\"nan\"]", tied.get("values").toString());
      assertEquals(tied.get("storage"), root.get("twin").get("storage"));
      assertEquals("[]", root.get("scalar").get("shape").toString());
      assertEquals("[0,4]", root.get("empty").get("shape").toString());
      assertEquals("torch.int64", root.get("longs").get("kind").asText());
      assertEquals("[\"-9223372036854775808\",\"5\"]", root.get("longs").get("values").toString());
      assertEquals("torch.int32", root.get("ints").get("kind").asText());
      assertEquals("NoneType", root.get("none").get("kind").asText());
      assertEquals("1180591620717411303424", root.get("big").get("value").asText());
      assertEquals("tuple", root.get("reals").get("kind").asText());
      assertEquals("'caf\u00e9 \u266b'", root.get("text").get("value").asText());
      assertEquals("set", root.get("set").get("kind").asText());
      assertEquals("b'\\x00\\xffa'", root.get("bytes").get("value").asText());
      assertEquals("OrderedDict", root.get("ordered").get("kind").asText());
      assertEquals(2500, root.get("list").get("items").size());
      assertEquals(1000, root.get("squares").get("items").size());
    }
  }

  @Test
  void torchLoadsOurCheckpointsWithoutTrustingThem() throws IOException {
    Python.assumeTorch();
    Path path = directory.resolve("checkpoint.pt");
    try (Checkpoint golden = Checkpoint.open(Golden.file("prior_5b.pth.tar"))) {
      Checkpoint.write(
          path,
          withoutReals(golden.hyperparameters()),
          golden.tensors(),
          Optional.of(Map.of("state", Map.of(), "scale", 65536)),
          4321);
      Python.Result result = Python.runAny("read_back.py", path.toString(), "safe");
      assumeTrue(!result.output().contains("no weights_only"), result.output());
      assertEquals(0, result.code(), result.output());
      Map<String, JsonNode> root = items(parse(result.output()));
      assertEquals("4321", root.get("step").get("value").asText());
      Map<String, JsonNode> model = items(root.get("model"));
      assertEquals(golden.tensors().keySet(), model.keySet());
      golden.tensors().forEach((name, tensor) -> checkTorch(name, tensor, model.get(name)));
    }
  }

  /** PyTorch 1.13 refuses floating-point numbers outside tensors where it does not trust a file. */
  private static Map<String, Object> withoutReals(Map<String, Object> values) {
    Map<String, Object> others = new LinkedHashMap<>(values);
    others.values().removeIf(value -> value instanceof Double || value instanceof PyTuple);
    assertTrue(others.size() > 20);
    return others;
  }

  private static void checkTorch(String name, FileTensor expected, JsonNode actual) {
    assertEquals("torch." + expected.type().torchName(), actual.get("kind").asText(), name);
    assertEquals(
        Arrays.toString(expected.shape()).replace(" ", ""), actual.get("shape").toString(), name);
    float[] values = expected.toFloats();
    assertEquals(values.length, actual.get("values").size());
    for (int i = 0; i < values.length; i++) {
      assertEquals(values[i], Float.parseFloat(actual.get("values").get(i).asText()), name);
    }
  }

  @Test
  void aCheckpointReadAndWrittenIsTheSame() {
    Path path = directory.resolve("copy.pt");
    try (Checkpoint golden = Checkpoint.open(Golden.file("prior_5b_lyrics.zip.pth.tar"))) {
      Checkpoint.write(path, golden.hyperparameters(), golden.tensors(), golden.optimizer(), 1234);
      try (Checkpoint copy = Checkpoint.open(path)) {
        assertEquals(golden.hyperparameters(), copy.hyperparameters());
        assertEquals(golden.step(), copy.step());
        assertEquals(golden.tensors().keySet(), copy.tensors().keySet());
        golden
            .tensors()
            .forEach(
                (name, tensor) ->
                    assertEquals(
                        tensor.bytes(0, (int) tensor.size()),
                        copy.tensors().get(name).bytes(0, (int) tensor.size()),
                        name));
      }
    }
  }

  @Test
  void refusesValuesPythonWouldNotKnow() {
    Path path = directory.resolve("refused.pt");
    assertThrows(
        InvalidInputException.class, () -> PyTorchWriter.write(path, Map.of("x", new Object())));
    List<Object> cycle = new ArrayList<>();
    PyTuple tuple = PyTuple.of(cycle);
    for (int i = 0; i < 1000; i++) {
      tuple = PyTuple.of(tuple);
    }
    PyTuple deep = tuple;
    assertThrows(InvalidInputException.class, () -> PyTorchWriter.write(path, deep));
    assertTrue(Files.notExists(path));
  }

  @Test
  void aFailedWriteLeavesTheOldFileAndNothingElse() throws IOException {
    Path path = directory.resolve("latest.pt");
    PyTorchWriter.write(path, Map.of("step", 1L));
    byte[] before = Files.readAllBytes(path);
    FileTensor broken = FileTensor.of(StoredType.F32, new FailingSource(4_000_000), 1_000_000);
    FileAccessException failure =
        assertThrows(
            FileAccessException.class, () -> PyTorchWriter.write(path, Map.of("x", broken)));
    assertTrue(failure.getMessage().contains("gone"), failure.getMessage());
    assertArrayEquals(before, Files.readAllBytes(path));
    try (Stream<Path> files = Files.list(directory)) {
      assertEquals(List.of(path), files.toList());
    }
    FileAccessException missing =
        assertThrows(
            FileAccessException.class,
            () -> PyTorchWriter.write(path.resolve("inside.pt"), Map.of("x", 1L)));
    assertTrue(missing.getMessage().contains(path.toString()), missing.getMessage());
  }

  /** A disk that goes away. */
  private record FailingSource(long byteSize) implements ByteSource {
    @Override
    public String description() {
      return "failing";
    }

    @Override
    public ByteBuffer view(long start, int length) {
      throw new FileAccessException("Cannot read failing: gone.");
    }
  }

  private static JsonNode parse(String json) throws IOException {
    return JsonMapper.builder().build().readTree(json);
  }

  private static Map<String, JsonNode> items(JsonNode dict) {
    Map<String, JsonNode> items = new LinkedHashMap<>();
    for (JsonNode item : dict.get("items")) {
      String key = item.get(0).get("value").asText();
      items.put(key.substring(1, key.length() - 1), item.get(1));
    }
    return items;
  }
}
