package dev.jukebox.core.pack;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jukebox.core.weights.safetensors.SafetensorsFile;
import dev.jukebox.core.weights.safetensors.SafetensorsWriter;
import dev.jukebox.core.weights.store.FileTensor;
import dev.jukebox.core.weights.store.StoredType;
import dev.jukebox.error.InvalidInputException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class QuantiserTest {
  private static final double HALF_EPS = Math.pow(2, -11);
  private static final double HALF_SMALLEST = Math.pow(2, -25);

  @TempDir private Path directory;

  @Test
  void formsFollowFromNameAndRank() {
    assertEquals(TensorForm.I8_COLUMNS, form("prior.transformer._attn_mods.0.mlp.c_fc.w", 2));
    assertEquals(TensorForm.I8_ROWS, form("prior.x_out.weight", 2));
    assertEquals(TensorForm.I8_ROWS, form("prior.pos_emb.pos_emb", 2));
    assertEquals(TensorForm.F16, form("conditioner_blocks.0.cond.model.0.weight", 3));
    assertEquals(TensorForm.F16, form("bottleneck.level_blocks.0.k", 2));
    assertEquals(TensorForm.F32, form("prior.transformer._attn_mods.0.mlp.c_fc.b", 1));
    assertEquals(TensorForm.F16, TensorForm.of("a.w", 2, PackedType.F16));
    assertEquals(TensorForm.F32, TensorForm.of("a.w", 2, PackedType.F32));
  }

  private static TensorForm form(String name, int rank) {
    return TensorForm.of(name, rank, PackedType.I8);
  }

  /** At most half a step of the row's or column's own scale, whatever the others are like. */
  @ParameterizedTest
  @CsvSource({"1,1", "1,7", "7,1", "5,3", "33,65", "128,96"})
  void wholeNumbersAreWithinHalfAStep(int rows, int columns) {
    float[] values = unequal(rows, columns);
    for (TensorForm form : new TensorForm[] {TensorForm.I8_ROWS, TensorForm.I8_COLUMNS}) {
      FileTensor tensor = FileTensor.ofFloats(values, rows, columns);
      Map<String, FileTensor> packed = Quantiser.apply("t", tensor, form);
      assertEquals(StoredType.I8, packed.get("t").type());
      float[] scales = packed.get("t.scale").toFloats();
      assertEquals(form == TensorForm.I8_ROWS ? rows : columns, scales.length);
      float[] back = roundTrip(packed);
      for (int i = 0; i < values.length; i++) {
        float scale = scales[form == TensorForm.I8_ROWS ? i / columns : i % columns];
        double error = Math.abs((double) back[i] - values[i]);
        // The product is rounded to a float once.
        double bound = 0.5 * scale + Math.ulp(values[i]);
        assertTrue(error <= bound, form + " " + i + ": " + error + " > " + bound);
      }
      // What was rounded once stays as it is.
      FileTensor again = FileTensor.ofFloats(back, rows, columns);
      assertArrayEquals(back, roundTrip(Quantiser.apply("t", again, form)), 1e-6f * 16);
    }
  }

  @ParameterizedTest
  @CsvSource({"1", "13", "4096"})
  void halvesAreWithinHalfAStep(int size) {
    float[] values = unequal(size, 1);
    float[] back =
        roundTrip(Quantiser.apply("t", FileTensor.ofFloats(values, size, 1, 1), TensorForm.F16));
    for (int i = 0; i < size; i++) {
      double bound = Math.max(Math.abs(values[i]) * HALF_EPS, HALF_SMALLEST);
      assertTrue(Math.abs((double) back[i] - values[i]) <= bound, i + ": " + back[i]);
    }
  }

  @Test
  void zerosStayAndWhatIsNoNumberIsRefused() {
    float[] zeros = new float[6];
    assertArrayEquals(
        zeros,
        roundTrip(Quantiser.apply("t", FileTensor.ofFloats(zeros, 2, 3), TensorForm.I8_ROWS)));
    for (float bad : new float[] {Float.NaN, Float.POSITIVE_INFINITY}) {
      refused(TensorForm.I8_ROWS, bad, "cannot be packed");
    }
    refused(TensorForm.F16, 70_000, "too large for f16");
  }

  private static void refused(TensorForm form, float value, String words) {
    FileTensor tensor = FileTensor.ofFloats(new float[] {1, value}, 1, 2);
    String message =
        assertThrows(InvalidInputException.class, () -> Quantiser.apply("t", tensor, form))
            .getMessage();
    assertTrue(message.contains("'t'") && message.contains(words), message);
  }

  private float[] roundTrip(Map<String, FileTensor> packed) {
    Path path = directory.resolve("t.safetensors");
    SafetensorsWriter.write(path, packed, Map.of());
    try (SafetensorsFile file = SafetensorsFile.open(path)) {
      assertEquals(1, file.tensors().size());
      return file.tensors().get("t").toFloats();
    }
  }

  /** Rows and columns of very different sizes. */
  private static float[] unequal(int rows, int columns) {
    Random random = new Random(rows * 1000L + columns);
    float[] values = new float[rows * columns];
    for (int i = 0; i < values.length; i++) {
      double size = Math.pow(4, (i / columns) % 4) * Math.pow(0.25, (i % columns) % 4);
      values[i] = (float) (random.nextGaussian() * size);
    }
    return values;
  }
}
