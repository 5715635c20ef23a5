package dev.jukebox.core.hparams;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NearestNameTest {

  @ParameterizedTest
  @CsvSource({"kitten, sitting, 3", "'', abc, 3", "abc, abc, 0", "flaw, lawn, 2", "abc, '', 3"})
  void countsEdits(String a, String b, int expected) {
    assertEquals(expected, NearestName.distance(a, b));
    assertEquals(expected, NearestName.distance(b, a));
  }

  @Test
  void ordersByDistanceThenName() {
    List<String> known = List.of("heads", "depth", "width", "Levels");
    assertEquals(List.of("Levels"), NearestName.nearest("LEVEL", known, 1));
    assertEquals(List.of("depth", "width"), NearestName.nearest("dwpth", known, 2));
    assertEquals("; did you mean \"width\"?", NearestName.suggestion("widht", known));
    assertEquals(
        "; did you mean \"depth\" or \"width\"?", NearestName.suggestion("dwpth", known, 2));
    assertEquals("", NearestName.suggestion("x", List.of()));
  }
}
