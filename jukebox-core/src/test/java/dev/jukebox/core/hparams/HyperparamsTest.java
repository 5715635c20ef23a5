package dev.jukebox.core.hparams;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jukebox.error.InvalidInputException;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

class HyperparamsTest {

  private final Hyperparams hps = Hyperparams.of(values());

  private static Map<String, Object> values() {
    Map<String, Object> values = new LinkedHashMap<>();
    values.put("n_ctx", 64);
    values.put("lr", 0.1f);
    values.put("big", 1L << 40);
    values.put("labels", true);
    values.put("name", "run");
    values.put("downs_t", List.of(3, 2));
    values.put("hops", new double[] {0.5, 0.125});
    values.put("blocks", null);
    return values;
  }

  @Test
  void returnsTypedValues() {
    assertEquals(64, hps.intOf("n_ctx"));
    assertEquals(64.0, hps.doubleOf("n_ctx"));
    assertEquals(0.1, hps.doubleOf("lr"));
    assertEquals(1L << 40, hps.longOf("big"));
    assertTrue(hps.booleanOf("labels"));
    assertEquals("run", hps.stringOf("name"));
    assertArrayEquals(new int[] {3, 2}, hps.intsOf("downs_t"));
    assertArrayEquals(new double[] {3, 2}, hps.doublesOf("downs_t"));
    assertArrayEquals(new double[] {0.5, 0.125}, hps.doublesOf("hops"));
    assertTrue(hps.optionalInt("blocks").isEmpty());
    assertTrue(hps.optionalInts("blocks").isEmpty());
    assertEquals(64, hps.optionalInt("n_ctx").getAsInt());
    assertEquals("run", hps.optionalString("name").get());
  }

  @Test
  void saysWhatWasGivenAndWhatIsNeeded() {
    assertRefused(
        "Hyperparameter name is \"run\" where an integer is needed", () -> hps.intOf("name"));
    assertRefused("Hyperparameter lr is 0.1 where an integer is needed", () -> hps.intOf("lr"));
    assertRefused(
        "Hyperparameter big is 1099511627776 where an integer of 32 bits is needed",
        () -> hps.intOf("big"));
    assertRefused(
        "Hyperparameter n_ctx is 64 where a list of integers is needed", () -> hps.intsOf("n_ctx"));
    assertRefused(
        "Hyperparameter hops is [0.5, 0.125] where a list of integers is needed",
        () -> hps.intsOf("hops"));
    assertRefused(
        "Hyperparameter blocks is none where an integer is needed", () -> hps.intOf("blocks"));
    assertRefused(
        "Hyperparameter blocks is none where text is needed", () -> hps.stringOf("blocks"));
    assertRefused(
        "Hyperparameter n_ctx is 64 where true or false is needed", () -> hps.booleanOf("n_ctx"));
    assertRefused(
        "There is no hyperparameter \"n_ctz\"; did you mean \"n_ctx\"?", () -> hps.intOf("n_ctz"));
  }

  @Test
  void keepsOrderAndCannotBeChanged() {
    assertEquals(List.copyOf(values().keySet()), List.copyOf(hps.names()));
    assertThrows(UnsupportedOperationException.class, () -> hps.asMap().clear());
    int[] downs = hps.intsOf("downs_t");
    Arrays.fill(downs, 0);
    assertArrayEquals(new int[] {3, 2}, hps.intsOf("downs_t"));
  }

  @Test
  void refusesValuesThatAreNotData() {
    Map<String, Object> strange = Map.of("x", new Object[] {List.of(1)});
    assertThrows(InvalidInputException.class, () -> Hyperparams.of(strange));
  }

  @Test
  void namesDifferences() {
    Map<String, Object> changed = values();
    changed.put("n_ctx", 65);
    changed.put("more", 1);
    assertEquals(List.of("n_ctx", "more"), hps.differences(Hyperparams.of(changed)));
    assertEquals(List.of(), hps.differences(Hyperparams.of(values())));
    assertEquals(hps, Hyperparams.of(values()));
  }

  private static void assertRefused(String message, Executable call) {
    assertEquals(message, assertThrows(InvalidInputException.class, call).getMessage());
  }
}
