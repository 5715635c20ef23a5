package dev.jukebox.core.weights.safetensors;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jukebox.core.weights.store.FileTensor;
import dev.jukebox.error.CheckpointException;
import dev.jukebox.error.InvalidInputException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SafetensorsFileTest {
  @TempDir Path directory;

  private Path file(long length, String header, int dataBytes) throws IOException {
    byte[] json = header.getBytes(StandardCharsets.UTF_8);
    ByteBuffer bytes = ByteBuffer.allocate(8 + json.length + dataBytes);
    bytes.order(ByteOrder.LITTLE_ENDIAN).putLong(length).put(json);
    for (int i = 0; i < dataBytes; i++) {
      bytes.put((byte) i);
    }
    Path file = directory.resolve("a.safetensors");
    Files.write(file, bytes.array());
    return file;
  }

  /** The bytes of the example in the format's description: a length, a header, the data. */
  @Test
  void readsTheFormatAsDescribed() throws IOException {
    String header =
        "{\"__metadata__\":{\"format\":\"pt\"},"
            + "\"x\":{\"dtype\":\"I16\",\"shape\":[1,2],\"data_offsets\":[0,4]},"
            + "\"none\":{\"dtype\":\"F32\",\"shape\":[0,3],\"data_offsets\":[4,4]},"
            + "\"y\":{\"dtype\":\"U8\",\"shape\":[],\"data_offsets\":[4,5]}}   ";
    try (SafetensorsFile file = SafetensorsFile.open(file(header.length(), header, 5))) {
      assertEquals(Map.of("format", "pt"), file.metadata());
      assertArrayEquals(new long[] {0x100, 0x302}, file.tensors().get("x").toLongs());
      assertArrayEquals(new long[] {1, 2}, file.tensors().get("x").shape());
      assertArrayEquals(new long[] {4}, file.tensors().get("y").toLongs());
      assertEquals(0, file.tensors().get("none").size());
    }
  }

  @Test
  void readsBackWhatItWrote() {
    Map<String, FileTensor> tensors = new LinkedHashMap<>();
    tensors.put("small", FileTensor.ofInts(new int[] {1, 2, 3}, 3));
    tensors.put("wide \"quoted\"", FileTensor.ofLongs(new long[] {-1}, 1));
    tensors.put("scalar", FileTensor.ofFloats(new float[] {2.5f}));
    Path path = directory.resolve("b.safetensors");
    SafetensorsWriter.write(path, tensors, Map.of("step", "5"));
    try (SafetensorsFile file = SafetensorsFile.open(path)) {
      assertEquals(tensors.keySet(), file.tensors().keySet());
      assertEquals(Map.of("step", "5"), file.metadata());
      assertArrayEquals(new long[] {-1}, file.tensors().get("wide \"quoted\"").toLongs());
      assertArrayEquals(new long[] {1, 2, 3}, file.tensors().get("small").toLongs());
      assertArrayEquals(new float[] {2.5f}, file.tensors().get("scalar").toFloats());
    }
    assertThrows(
        InvalidInputException.class,
        () ->
            SafetensorsWriter.write(path, Map.of("__metadata__", tensors.get("small")), Map.of()));
  }

  @ParameterizedTest
  @ValueSource(longs = {-1, 0, 1, 3, 100_000_001, Long.MAX_VALUE, Long.MIN_VALUE})
  void refusesHeaderLengths(long length) throws IOException {
    Path file = file(length, "{}", 0);
    CheckpointException refusal =
        assertThrows(CheckpointException.class, () -> SafetensorsFile.open(file));
    assertTrue(refusal.getMessage().startsWith(file.toString()), refusal.getMessage());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "'dtype':'F32','shape':[2],'data_offsets':[0,4] | cannot have 4 bytes",
        "'dtype':'F32','shape':[2],'data_offsets':[0,12] | incomplete",
        "'dtype':'F32','shape':[2],'data_offsets':[8,0] | no valid data_offsets",
        "'dtype':'F32','shape':[2],'data_offsets':[-8,0] | no valid shape",
        "'dtype':'F32','shape':[2],'data_offsets':[0] | no valid data_offsets",
        "'dtype':'F32','shape':[2],'data_offsets':[0,99999999999999999999] | no valid shape",
        "'dtype':'F32','shape':[-2],'data_offsets':[0,8] | no valid shape",
        "'dtype':'F32','shape':[2.0],'data_offsets':[0,8] | no valid shape",
        "'dtype':'F32','shape':[4294967296,4294967296],'data_offsets':[0,8] | too large",
        "'dtype':'F8_E4M3','shape':[8],'data_offsets':[0,8] | F8_E4M3",
        "'shape':[2],'data_offsets':[0,8] | type ''",
        "'dtype':'F32','shape':[1],'data_offsets':[0,4]},'y':{'dtype':'F32','shape':[1],"
            + "'data_offsets':[2,6] | overlaps",
        "'dtype':'F32','shape':[1],'data_offsets':[0,4]},'x':{'dtype':'F32','shape':[1],"
            + "'data_offsets':[4,8] | not valid JSON",
      })
  void refusesBadTensors(String entry, String words) throws IOException {
    String header = "{'x':{" + entry + "}}";
    header = header.replace('\'', '"');
    Path file = file(header.length(), header, 8);
    CheckpointException refusal =
        assertThrows(CheckpointException.class, () -> SafetensorsFile.open(file));
    assertTrue(refusal.getMessage().startsWith(file.toString()), refusal.getMessage());
    assertTrue(refusal.getMessage().contains(words), refusal.getMessage());
  }

  @Test
  void refusesDeepHeaders() throws IOException {
    String header = "{\"x\":" + "[".repeat(100_000);
    Path file = file(header.length(), header, 8);
    assertThrows(CheckpointException.class, () -> SafetensorsFile.open(file));
  }
}
