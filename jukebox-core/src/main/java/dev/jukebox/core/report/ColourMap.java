package dev.jukebox.core.report;

import java.awt.image.IndexColorModel;

/**
 * The colours of levels 0 to 255: from nearly black through violet, red and orange to pale yellow.
 *
 * <p>Lightness rises evenly to the eye: the colours lie on a curve of OKLab (B. Ottosson, "A
 * perceptual color space for image processing", 2020), so that they also read as grey, and to
 * people who cannot tell red from green.
 */
final class ColourMap {

  static final int LEVELS = 256;

  private static final double DARKEST = 0.12;
  private static final double LIGHTEST = 0.97;
  private static final double FIRST_HUE = 285;
  private static final double LAST_HUE = 465;
  private static final double MOST_CHROMA = 0.21;

  private ColourMap() {}

  /** The colour of a level, 0xRRGGBB. */
  static int rgb(int level) {
    double share = level / (LEVELS - 1.0);
    double lightness = DARKEST + share * (LIGHTEST - DARKEST);
    double hue = Math.toRadians(FIRST_HUE + share * (LAST_HUE - FIRST_HUE));
    double chroma = MOST_CHROMA * Math.pow(Math.sin(Math.PI * (0.08 + 0.84 * share)), 0.8);
    // A screen does not show every colour; the strongest that it shows keeps hue and lightness.
    while (!isShown(lightness, hue, chroma)) {
      chroma -= 0.002;
    }
    double[] linear = linear(lightness, hue, chroma);
    return (channel(linear[0]) << 16) | (channel(linear[1]) << 8) | channel(linear[2]);
  }

  /** The colours as the palette of a picture. */
  static IndexColorModel palette() {
    byte[][] channels = new byte[3][LEVELS];
    for (int level = 0; level < LEVELS; level++) {
      int rgb = rgb(level);
      for (int c = 0; c < channels.length; c++) {
        channels[c][level] = (byte) (rgb >> (16 - 8 * c));
      }
    }
    return new IndexColorModel(8, LEVELS, channels[0], channels[1], channels[2]);
  }

  private static boolean isShown(double lightness, double hue, double chroma) {
    for (double value : linear(lightness, hue, chroma)) {
      if (value < 0 || value > 1) {
        return chroma <= 0;
      }
    }
    return true;
  }

  /** OKLab to linear sRGB. */
  private static double[] linear(double lightness, double hue, double chroma) {
    double a = chroma * Math.cos(hue);
    double b = chroma * Math.sin(hue);
    double l = cube(lightness + 0.3963377774 * a + 0.2158037573 * b);
    double m = cube(lightness - 0.1055613458 * a - 0.0638541728 * b);
    double s = cube(lightness - 0.0894841775 * a - 1.2914855480 * b);
    return new double[] {
      4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s,
      -1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s,
      -0.0041960863 * l - 0.7034186147 * m + 1.7076147010 * s
    };
  }

  private static double cube(double x) {
    return x * x * x;
  }

  private static int channel(double linear) {
    double value = linear <= 0.0031308 ? 12.92 * linear : 1.055 * Math.pow(linear, 1 / 2.4) - 0.055;
    return (int) Math.round(255 * Math.max(0, Math.min(1, value)));
  }
}
