package dev.jukebox.core.weights.store;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jukebox.compute.DType;
import dev.jukebox.compute.ElementSource;
import dev.jukebox.error.CheckpointException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FileTensorTest {

  private static ByteSource counting(int elements) {
    ByteBuffer bytes = ByteBuffer.allocate(4 * elements).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < elements; i++) {
      bytes.putFloat(i);
    }
    return ByteSource.of("counting", bytes.flip());
  }

  @Test
  void stridedElementsComeInRowMajorOrderInAnyPieces() {
    long[] shape = {4, 2, 3};
    FileTensor tensor =
        FileTensor.strided(StoredType.F32, counting(30), 5, shape, new long[] {1, 12, 4});
    float[] expected = new float[24];
    int n = 0;
    for (int i = 0; i < 4; i++) {
      for (int j = 0; j < 2; j++) {
        for (int k = 0; k < 3; k++) {
          expected[n++] = 5 + i + 12 * j + 4 * k;
        }
      }
    }
    assertFalse(tensor.isContiguous());
    assertArrayEquals(expected, tensor.toFloats());
    for (int start = 0; start <= 24; start++) {
      for (int count = 0; count <= 24 - start; count++) {
        ByteBuffer piece = tensor.elements().elements(start, count);
        assertEquals(ByteOrder.LITTLE_ENDIAN, piece.order());
        assertEquals(4 * count, piece.remaining());
        for (int i = 0; i < count; i++) {
          assertEquals(expected[start + i], piece.getFloat());
        }
      }
    }
    assertThrows(IndexOutOfBoundsException.class, () -> tensor.bytes(20, 5));
  }

  @Test
  void stridesOfSingleExtentsDoNotMatter() {
    FileTensor tensor =
        FileTensor.strided(
            StoredType.F32, counting(6), 0, new long[] {1, 3, 1, 2}, new long[] {99, 2, 77, 1});
    assertTrue(tensor.isContiguous());
    assertEquals(5f, tensor.toFloats()[5]);
  }

  @ParameterizedTest
  @CsvSource({
    "0, 5, 1",
    "1, 4, 1",
    "-1, 2, 1",
    "0, -1, 1",
    "0, 2, -1",
    "0, 3, 2",
    "9223372036854775807, 2, 1",
    "0, 9223372036854775807, 1",
    "0, 9223372036854775807, 0",
    "0, 2, 9223372036854775807",
    "0, 100000000, 0",
  })
  void refusesElementsOutsideTheStorage(long offset, long extent, long stride) {
    CheckpointException refusal =
        assertThrows(
            CheckpointException.class,
            () ->
                FileTensor.strided(
                    StoredType.F32, counting(4), offset, new long[] {extent}, new long[] {stride}));
    assertTrue(refusal.getMessage().startsWith("counting: a tensor of shape"));
  }

  @Test
  void refusesShapesThatDoNotFillTheBytes() {
    assertThrows(CheckpointException.class, () -> FileTensor.of(StoredType.F32, counting(6), 2, 4));
    assertThrows(CheckpointException.class, () -> FileTensor.of(StoredType.F64, counting(5), 2));
    assertThrows(
        CheckpointException.class,
        () -> FileTensor.of(StoredType.F32, counting(0), 1L << 31, 1L << 31, 4));
    assertEquals(0, FileTensor.of(StoredType.F32, counting(0), 1L << 31, 1L << 31, 0).size());
  }

  @Test
  void narrowsDoublesPieceByPiece() {
    ByteBuffer bytes = ByteBuffer.allocate(24).order(ByteOrder.LITTLE_ENDIAN);
    bytes.putDouble(0.1).putDouble(-2).putDouble(1e300);
    FileTensor tensor = FileTensor.of(StoredType.F64, ByteSource.of("doubles", bytes.flip()), 3);
    ElementSource elements = tensor.elements();
    assertEquals(DType.F32, elements.dtype());
    ByteBuffer piece = elements.elements(1, 2);
    assertEquals(-2f, piece.getFloat());
    assertEquals(Float.POSITIVE_INFINITY, piece.getFloat());
    assertArrayEquals(new float[] {0.1f, -2, Float.POSITIVE_INFINITY}, tensor.toFloats());
  }

  @Test
  void keepsIntegersAndFloatsApart() {
    FileTensor integers = FileTensor.ofLongs(new long[] {1, 2}, 2);
    CheckpointException refusal = assertThrows(CheckpointException.class, integers::elements);
    assertTrue(refusal.getMessage().contains("int64"), refusal.getMessage());
    FileTensor floats = FileTensor.ofFloats(new float[] {1}, 1);
    assertThrows(CheckpointException.class, floats::toLongs);
    assertEquals("[2] int64", integers.toString());
  }

  @Test
  void writesFromMemoryInPieces() throws IOException {
    float[] values = new float[(1 << 20) + 3];
    for (int i = 0; i < values.length; i++) {
      values[i] = i * 0.5f;
    }
    FileTensor tensor = FileTensor.ofFloats(values, values.length);
    FileTensor again = FileTensor.ofElements(tensor.elements(), values.length);
    assertArrayEquals(values, again.toFloats());
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    again.writeTo(out);
    ByteBuffer written = ByteBuffer.wrap(out.toByteArray()).order(ByteOrder.LITTLE_ENDIAN);
    assertEquals(4L * values.length, written.remaining());
    for (float value : values) {
      assertEquals(value, written.getFloat());
    }
  }
}
