package dev.jukebox.core.hparams;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jukebox.error.InvalidInputException;
import java.util.Arrays;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AttnOrderTest {

  /** One digit a layer, written out from the table of the architecture. */
  @ParameterizedTest
  @CsvSource({
    "0, 0000",
    "1, 12121",
    "2, 1231231",
    "3, 14141",
    "4, 15151",
    "5, 141114111",
    "6, 123612361",
    "7, 123123123123123612312",
    "8, 1231231236123123123612",
    "9, 123012301",
    "10, 1231231231231231236123123123612312312361231231236123123123612312312361231231236123",
    "11, 123123123123123623123123123123163123123123123120123123123123123623",
    "12, 123123123123123723123123123123173123123123123120123123123123123723"
  })
  void givesTheCycleOfEachOrder(int order, String layers) {
    String funcs =
        Arrays.stream(AttnOrder.attnFuncs(order, layers.length()))
            .mapToObj(String::valueOf)
            .collect(Collectors.joining());
    assertEquals(layers, funcs);
  }

  @Test
  void findsTheAlignmentLayersOfTheReleasedModels() {
    assertEquals(6, AttnOrder.attnFuncs(10, 79)[68]);
    assertEquals(7, AttnOrder.attnFuncs(12, 72)[63]);
  }

  @Test
  void knowsWhatAnOrderNeeds() {
    assertFalse(AttnOrder.needsBlocks(0));
    assertTrue(AttnOrder.needsBlocks(12));
    assertTrue(AttnOrder.uses(6, 10, 20));
    assertFalse(AttnOrder.uses(6, 10, 18));
    assertFalse(AttnOrder.uses(7, 12, 15));
    assertThrows(InvalidInputException.class, () -> AttnOrder.attnFuncs(13, 1));
    assertThrows(InvalidInputException.class, () -> AttnOrder.attnFuncs(-1, 1));
  }
}
