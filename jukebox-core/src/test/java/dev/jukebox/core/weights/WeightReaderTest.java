package dev.jukebox.core.weights;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jukebox.core.weights.store.FileTensor;
import dev.jukebox.error.CheckpointException;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

class WeightReaderTest {
  private static final FileTensor SQUARE = FileTensor.ofFloats(new float[6], 2, 3);

  private static WeightReader reader(Object... namesAndTensors) {
    Map<String, FileTensor> tensors = new LinkedHashMap<>();
    for (int i = 0; i < namesAndTensors.length; i += 2) {
      tensors.put((String) namesAndTensors[i], (FileTensor) namesAndTensors[i + 1]);
    }
    return new WeightReader(WeightSource.of("a.pth.tar", tensors));
  }

  private static String refusal(Runnable action) {
    return assertThrows(CheckpointException.class, action::run).getMessage();
  }

  @Test
  void handsOverWhatFits() {
    WeightReader reader = reader("x.w", SQUARE);
    assertSame(SQUARE, reader.take("x.w", 2, 3));
    reader.finish();
  }

  /** An upsampler trained with cond_c_res=0 could not be sampled: its lists are not blocks. */
  @Test
  void findsListsOfBlocksUnderBothNames() {
    String conditioner = "conditioner_blocks.0.cond.model.1.0.%s.0.model.1.weight";
    String encoder = "encoders.1.level_blocks.0.model.1.1.%s.0.model.3.bias";
    for (String name : new String[] {conditioner, encoder}) {
      for (String saved : new String[] {"model", "blocks"}) {
        for (String asked : new String[] {"model", "blocks"}) {
          WeightReader reader = reader(name.formatted(saved), SQUARE);
          assertTrue(reader.has(name.formatted(asked)));
          assertSame(SQUARE, reader.take(name.formatted(asked), 2, 3));
          reader.finish();
        }
      }
    }
  }

  @Test
  void saysWhichNameIsNearest() {
    WeightReader reader = reader("prior.x_emb.weight", SQUARE, "prior.start_token", SQUARE);
    assertEquals(
        "a.pth.tar has no tensor 'prior.x_embed.weight'; the nearest name is 'prior.x_emb.weight':"
            + " the checkpoint may be of another model",
        refusal(() -> reader.take("prior.x_embed.weight", 2, 3)));
    assertEquals(
        "a.pth.tar has no tensor 'encoders.0.level_blocks.0.model.0.0.weight':"
            + " the checkpoint may be of another model",
        refusal(() -> reader.take("encoders.0.level_blocks.0.model.0.0.weight", 1)));
  }

  @Test
  void saysBothShapes() {
    assertEquals(
        "a.pth.tar: tensor 'x.w' has shape [2, 3], [3, 2] was expected:"
            + " the checkpoint may be of another model",
        refusal(() -> reader("x.w", SQUARE).take("x.w", 3, 2)));
  }

  @Test
  void refusesIntegers() {
    assertEquals(
        "a.pth.tar: tensor 'x.w' holds int64, floating-point numbers were expected",
        refusal(() -> reader("x.w", FileTensor.ofLongs(new long[1], 1)).take("x.w", 1)));
  }

  @Test
  void refusesToLeaveTensorsOver() {
    WeightReader reader = reader("a", SQUARE, "b", SQUARE, "c", SQUARE, "d", SQUARE);
    assertEquals(
        "a.pth.tar has 4 tensors the model has no place for, such as 'a', 'b', 'c':"
            + " it may be of another model",
        refusal(reader::finish));
    reader.ignore("a");
    reader.ignore("not there");
    reader.allowUnused(name -> name.compareTo("d") < 0);
    reader.take("d", 2, 3);
    reader.finish();
  }

  @Test
  void takesEitherOfTwoTiedTensors() {
    FileTensor twin = FileTensor.ofFloats(new float[6], 2, 3);
    WeightReader both = reader("emb", SQUARE, "out", twin);
    assertSame(SQUARE, both.takeTied("emb", "out", 2, 3));
    both.finish();
    WeightReader one = reader("out", twin);
    assertSame(twin, one.takeTied("emb", "out", 2, 3));
    one.finish();
    assertEquals(
        "a.pth.tar has no tensor 'emb': the checkpoint may be of another model",
        refusal(() -> reader().takeTied("emb", "out", 2, 3)));
  }
}
