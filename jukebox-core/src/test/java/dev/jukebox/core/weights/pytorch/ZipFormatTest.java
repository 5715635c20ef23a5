package dev.jukebox.core.weights.pytorch;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jukebox.core.golden.Golden;
import dev.jukebox.core.weights.Checkpoint;
import dev.jukebox.core.weights.pickle.PyObject;
import dev.jukebox.error.CheckpointException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ZipFormatTest {
  @TempDir Path directory;

  private Path zip(Map<String, byte[]> entries) throws IOException {
    Path path = directory.resolve("made.pth.tar");
    try (OutputStream out = Files.newOutputStream(path);
        ZipOutputStream zip = new ZipOutputStream(out)) {
      for (Map.Entry<String, byte[]> entry : entries.entrySet()) {
        zip.putNextEntry(new ZipEntry(entry.getKey()));
        zip.write(entry.getValue());
        zip.closeEntry();
      }
    }
    return path;
  }

  private static Map<String, byte[]> golden() throws IOException {
    Map<String, byte[]> entries = new LinkedHashMap<>();
    try (ZipFile zip = new ZipFile(Golden.file("small_prior.zip.pth.tar").toFile())) {
      for (ZipEntry entry : Collections.list(zip.entries())) {
        try (InputStream in = zip.getInputStream(entry)) {
          entries.put(entry.getName(), in.readAllBytes());
        }
      }
    }
    return entries;
  }

  private static byte[] latin1(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }

  private static String refusal(Path file) {
    String message =
        assertThrows(CheckpointException.class, () -> Checkpoint.open(file).close()).getMessage();
    assertTrue(message.startsWith(file.toString()), message);
    return message;
  }

  @Test
  void readsWhatOtherToolsCompressed() throws IOException {
    Path compressed = zip(golden());
    try (Checkpoint expected = Checkpoint.open(Golden.file("small_prior.pth.tar"));
        Checkpoint actual = Checkpoint.open(compressed)) {
      assertEquals(expected.tensors().keySet(), actual.tensors().keySet());
      expected
          .tensors()
          .forEach(
              (name, tensor) ->
                  assertArrayEquals(
                      tensor.toFloats(), actual.tensors().get(name).toFloats(), name));
    }
  }

  @Test
  void refusesEntriesThatWouldUnfoldWithoutEnd() throws IOException {
    // Declared sizes that deflate cannot reach, and that it can.
    byte[] noise = new byte[400_000];
    new Random(21).nextBytes(noise);
    for (byte[] content : List.of(latin1("N."), noise)) {
      Path file = zip(Map.of("a/data.pkl", content));
      byte[] archive = Files.readAllBytes(file);
      ByteBuffer bytes = ByteBuffer.wrap(archive).order(ByteOrder.LITTLE_ENDIAN);
      int central = bytes.getInt(archive.length - 6);
      bytes.putInt(central + 24, 300 << 20);
      Files.write(file, archive);
      assertTrue(refusal(file).contains("compressed"));
    }
  }

  @Test
  void refusesOtherArchivesAndByteOrders() throws IOException {
    assertTrue(refusal(zip(Map.of("word/document.xml", latin1("<x/>")))).contains("no PyTorch"));
    Map<String, byte[]> two = Map.of("a/data.pkl", latin1("N."), "b/data.pkl", latin1("N."));
    assertTrue(refusal(zip(two)).contains("2 entries data.pkl"));
    Map<String, byte[]> big = Map.of("a/data.pkl", latin1("N."), "a/byteorder", latin1("big"));
    assertTrue(refusal(zip(big)).contains("big-endian"));
    assertTrue(refusal(zip(Map.of("a/data.pkl", latin1("N.")))).contains("neither a checkpoint"));
  }

  @Test
  void refusesStoragesThatAreMissingOrShort() throws IOException {
    Map<String, byte[]> entries = golden();
    String storage =
        entries.keySet().stream()
            .filter(name -> name.endsWith("/data/3"))
            .findFirst()
            .orElseThrow();
    byte[] whole = entries.get(storage);
    entries.put(storage, new byte[whole.length - 1]);
    assertTrue(refusal(zip(entries)).contains("storage 3 has " + (whole.length - 1) + " bytes"));
    entries.remove(storage);
    assertTrue(refusal(zip(entries)).contains("lacks the bytes of storage 3"));
  }

  @Test
  void neverRunsWhatAFileNames() throws IOException {
    Path trace = directory.resolve("trace");
    String pickle = "cos\nsystem\n(S'touch " + trace + "'\ntR.";
    Path file = zip(Map.of("a/data.pkl", latin1(pickle)));
    try (PyTorchFile opened = PyTorchFile.open(file)) {
      assertEquals("os.system", assertInstanceOf(PyObject.class, opened.root()).toString());
    }
    assertTrue(refusal(file).contains("neither a checkpoint"));
    assertTrue(Files.notExists(trace));
  }

  @Test
  void refusesTensorsThatAreNone() throws IOException {
    String rebuild = "ctorch._utils\n_rebuild_tensor_v2\n";
    String storage = "(S'storage'\nctorch\nFloatStorage\nS'0'\nS'cpu'\nI%s\ntQ";
    Map<String, String> pickles = new LinkedHashMap<>();
    pickles.put(rebuild + "(NI0\n(I1\nt(I1\ntI00\nNtR.", "makes no sense");
    pickles.put(rebuild + "(tR.", "makes no sense");
    pickles.put(storage.formatted("-1") + ".", "makes no sense");
    pickles.put(storage.formatted("9223372036854775807") + ".", "makes no sense");
    pickles.put(storage.formatted("3") + ".", "has 8 bytes instead of 12");
    pickles.put(storage.formatted("1").replace("Float", "ComplexFloat") + ".", "ComplexFloat");
    pickles.put(rebuild + "(" + storage.formatted("2") + "I0\n(I3\nt(I1\nttR.", "does not fit");
    pickles.put(rebuild + "(" + storage.formatted("2") + "I1\n(I2\nt(I1\nttR.", "does not fit");
    pickles.put(rebuild + "(" + storage.formatted("2") + "I0\n(I2\nt(I-1\nttR.", "strides");
    pickles.put(rebuild + "(" + storage.formatted("2") + "I0\n(I2\nt(tttR.", "makes no sense");
    for (Map.Entry<String, String> entry : pickles.entrySet()) {
      Path file = zip(Map.of("a/data.pkl", latin1(entry.getKey()), "a/data/0", new byte[8]));
      String message = refusal(file);
      assertTrue(message.contains(entry.getValue()), entry.getKey() + ": " + message);
    }
  }
}
