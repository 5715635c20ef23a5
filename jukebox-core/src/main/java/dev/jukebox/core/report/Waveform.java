package dev.jukebox.core.report;

import dev.jukebox.core.audio.Audio;

/**
 * The outline of a sound: for each column the lowest and the highest sample of its stretch, all
 * channels together, from −127 to 127 where 127 is the loudest sample of the whole sound.
 */
final class Waveform {

  private static final int LOUDEST = 127;
  private static final int HEIGHT = 256;

  private final byte[] lows;
  private final byte[] highs;

  private Waveform(byte[] lows, byte[] highs) {
    this.lows = lows;
    this.highs = highs;
  }

  /**
   * The outline of a sound.
   *
   * @param mostColumns the number of columns, or as many as there are samples if they are fewer
   */
  static Waveform of(Audio audio, int mostColumns) {
    int length = audio.length();
    int columns = Math.min(mostColumns, length);
    float[] lowest = new float[columns];
    float[] highest = new float[columns];
    float peak = 0;
    for (int x = 0; x < columns; x++) {
      int end = start(x + 1, columns, length);
      float low = Float.POSITIVE_INFINITY;
      float high = Float.NEGATIVE_INFINITY;
      for (int i = start(x, columns, length); i < end; i++) {
        for (int channel = 0; channel < audio.channels(); channel++) {
          float sample = audio.sample(channel, i);
          low = Math.min(low, sample);
          high = Math.max(high, sample);
        }
      }
      lowest[x] = low;
      highest[x] = high;
      peak = Math.max(peak, Math.max(-low, high));
    }
    byte[] lows = new byte[columns];
    byte[] highs = new byte[columns];
    for (int x = 0; x < columns && peak > 0; x++) {
      lows[x] = (byte) Math.round((double) LOUDEST * lowest[x] / peak);
      highs[x] = (byte) Math.round((double) LOUDEST * highest[x] / peak);
    }
    return new Waveform(lows, highs);
  }

  private static int start(int column, int columns, int length) {
    return (int) ((long) column * length / columns);
  }

  int columns() {
    return lows.length;
  }

  int low(int column) {
    return lows[column];
  }

  int high(int column) {
    return highs[column];
  }

  /**
   * The outline as the path of an SVG picture, 1 wide for each column and 256 high: along the
   * highest samples and back along the lowest, never thinner than 1.
   */
  String path() {
    StringBuilder path = new StringBuilder();
    int y = HEIGHT / 2;
    path.append("M0 ").append(y);
    for (int x = 0; x < columns(); x++) {
      int top = HEIGHT / 2 - highs[x];
      step(path, y, top).append("h1");
      y = top;
    }
    for (int x = columns() - 1; x >= 0; x--) {
      int bottom = Math.max(HEIGHT / 2 - lows[x], HEIGHT / 2 - highs[x] + 1);
      step(path, y, bottom).append("h-1");
      y = bottom;
    }
    return path.append('z').toString();
  }

  private static StringBuilder step(StringBuilder path, int from, int to) {
    return from == to ? path : path.append('v').append(to - from);
  }
}
