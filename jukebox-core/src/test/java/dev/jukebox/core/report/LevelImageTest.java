package dev.jukebox.core.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Base64;
import java.util.Random;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;

class LevelImageTest {

  @Test
  void thePngHasTheSamePixels() throws IOException {
    for (int[] size : new int[][] {{1, 1}, {7, 3}, {1200, 128}}) {
      LevelImage image = new LevelImage(size[0], size[1]);
      Random random = new Random(1);
      for (int x = 0; x < size[0]; x++) {
        for (int y = 0; y < size[1]; y++) {
          image.set(x, y, random.nextDouble());
        }
      }
      String url = image.dataUrl();
      assertTrue(url.startsWith("data:image/png;base64,"), url);
      byte[] png = Base64.getDecoder().decode(url.substring(url.indexOf(',') + 1));
      BufferedImage read = ImageIO.read(new ByteArrayInputStream(png));
      assertEquals(size[0], read.getWidth());
      assertEquals(size[1], read.getHeight());
      for (int x = 0; x < size[0]; x++) {
        for (int y = 0; y < size[1]; y++) {
          assertEquals(ColourMap.rgb(image.level(x, y)), read.getRGB(x, y) & 0xFFFFFF);
        }
      }
    }
  }

  @Test
  void sharesBecomeLevels() {
    LevelImage image = new LevelImage(1, 1);
    double[] shares = {-1, 0, Double.NaN, 0.5, 1, 2, Double.POSITIVE_INFINITY};
    int[] levels = {0, 0, 0, 128, 255, 255, 255};
    for (int i = 0; i < shares.length; i++) {
      image.set(0, 0, shares[i]);
      assertEquals(levels[i], image.level(0, 0), "share " + shares[i]);
    }
  }

  @Test
  void coloursGetLighterEvenly() {
    double first = lightness(ColourMap.rgb(0));
    double last = lightness(ColourMap.rgb(255));
    assertTrue(first < 5 && last > 93, first + " to " + last);
    for (int level = 1; level < ColourMap.LEVELS; level++) {
      double rise = lightness(ColourMap.rgb(level)) - lightness(ColourMap.rgb(level - 1));
      assertTrue(rise > 0 && rise < 0.8, "level " + level + " rises by " + rise);
    }
  }

  /** CIE L* of an sRGB colour. */
  private static double lightness(int rgb) {
    double y =
        0.2126 * linear(rgb >> 16) + 0.7152 * linear((rgb >> 8) & 255) + 0.0722 * linear(rgb & 255);
    return y > 0.008856 ? 116 * Math.cbrt(y) - 16 : 903.3 * y;
  }

  private static double linear(int channel) {
    double value = channel / 255.0;
    return value <= 0.04045 ? value / 12.92 : Math.pow((value + 0.055) / 1.055, 2.4);
  }
}
