package dev.jukebox.core.report;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AlignmentImageTest {

  @ParameterizedTest
  @CsvSource({"8192, 512", "300, 31", "1024, 1777", "5000, 3"})
  void lyricsRiseWithTime(int tokens, int positions) {
    float[][] attention = new float[tokens][positions];
    for (int t = 0; t < tokens; t++) {
      attention[t][(int) ((long) t * positions / tokens)] = 0.7f;
    }
    LevelImage image = AlignmentImage.of(attention, positions);
    assertEquals(1024, image.width());
    assertEquals(512, image.height());
    for (int x = 0; x < image.width(); x += 7) {
      int strongest = 0;
      for (int y = 0; y < image.height(); y++) {
        if (image.level(x, y) > image.level(x, strongest)) {
          strongest = y;
        }
      }
      double height = 1 - (strongest + 0.5) / image.height();
      double wanted = (x + 0.5) / image.width();
      assertEquals(wanted, height, 1.0 / Math.min(512, positions) + 2.0 / Math.min(1024, tokens));
    }
  }

  @Test
  void aFewCellsFillTheirShareOfThePicture() {
    LevelImage image = AlignmentImage.of(new float[][] {{1, 0, 9}, {0, 0.25f, 9}}, 2);
    assertEquals(255, image.level(0, 511));
    assertEquals(255, image.level(511, 256));
    assertEquals(0, image.level(512, 511));
    assertEquals(0, image.level(0, 255));
    assertEquals(128, image.level(512, 255), "the root of a quarter");
    assertEquals(128, image.level(1023, 0));
  }

  @Test
  void nothingIsBlack() {
    for (float[][] none : new float[][][] {{}, {{}}, {{0, 0}}}) {
      LevelImage image = AlignmentImage.of(none, none.length == 0 ? 0 : none[0].length);
      assertEquals(0, image.level(1023, 511));
    }
  }
}
