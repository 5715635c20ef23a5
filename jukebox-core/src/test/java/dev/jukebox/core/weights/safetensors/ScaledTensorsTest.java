package dev.jukebox.core.weights.safetensors;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jukebox.core.weights.store.ByteSource;
import dev.jukebox.core.weights.store.FileTensor;
import dev.jukebox.core.weights.store.StoredType;
import dev.jukebox.error.CheckpointException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ScaledTensorsTest {
  private static final byte[] NUMBERS = {1, -2, 3, 127, -127, 0};

  @TempDir private Path directory;

  @Test
  void aScaleForEachSliceOfOneAxis() {
    assertArrayEquals(
        new float[] {10, -20, 30, 1270, -1270, 0}, read(scale(1, 1), new float[] {10}));
    assertArrayEquals(
        new float[] {10, -20, 30, 12.7f, -12.7f, 0}, read(scale(2, 1), new float[] {10, 0.1f}));
    assertArrayEquals(
        new float[] {1, -4, 15, 127, -254, 0}, read(scale(1, 3), new float[] {1, 2, 5}));
  }

  private float[] read(long[] scaleShape, float[] scales) {
    Map<String, FileTensor> tensors = new LinkedHashMap<>();
    tensors.put("w", numbers(2, 3));
    tensors.put("w.scale", FileTensor.ofFloats(scales, scaleShape));
    tensors.put("alone.scale", FileTensor.ofFloats(new float[] {4}, 1));
    tensors.put("raw", numbers(6));
    try (SafetensorsFile file = write(tensors)) {
      assertEquals(Set.of("w", "alone.scale", "raw"), file.tensors().keySet());
      assertEquals(StoredType.I8, file.tensors().get("raw").type());
      FileTensor w = file.tensors().get("w");
      assertArrayEquals(new long[] {2, 3}, w.shape());
      // Pieces that begin within a row have the scales of their own places.
      float[] whole = w.toFloats();
      ByteBuffer piece = w.elements().elements(2, 3);
      for (int i = 0; i < 3; i++) {
        assertEquals(whole[2 + i], piece.getFloat(4 * i));
      }
      return whole;
    }
  }

  @Test
  void scalesThatDoNotFitAreRefused() {
    refused(FileTensor.ofFloats(new float[2], 2));
    refused(FileTensor.ofFloats(new float[3], 3, 1));
    refused(FileTensor.ofFloats(new float[6], 2, 3));
    refused(FileTensor.ofFloats(new float[2], 1, 2));
    refused(FileTensor.ofInts(new int[3], 1, 3));
  }

  private void refused(FileTensor scale) {
    String message =
        assertThrows(
                CheckpointException.class,
                () -> write(Map.of("w", numbers(2, 3), "w.scale", scale)))
            .getMessage();
    assertTrue(message.contains("'w.scale'") && message.contains("no scale of [2, 3]"), message);
  }

  private SafetensorsFile write(Map<String, FileTensor> tensors) {
    Path path = directory.resolve("s.safetensors");
    SafetensorsWriter.write(path, tensors, Map.of());
    return SafetensorsFile.open(path);
  }

  private static long[] scale(long... shape) {
    return shape;
  }

  private static FileTensor numbers(long... shape) {
    return FileTensor.of(StoredType.I8, ByteSource.of("test", ByteBuffer.wrap(NUMBERS)), shape);
  }
}
