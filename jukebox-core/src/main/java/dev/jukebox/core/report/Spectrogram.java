package dev.jukebox.core.report;

import dev.jukebox.core.audio.Audio;
import org.apache.commons.math3.transform.DftNormalization;
import org.apache.commons.math3.transform.FastFourierTransformer;
import org.apache.commons.math3.transform.TransformType;

/** How strong each band of frequencies is at each time, see {@link MelBands}. */
final class Spectrogram {

  /** What is so much weaker than the strongest is black. */
  private static final double RANGE_DB = 75;

  private static final double FRAME_SECONDS = 0.06;
  private static final int SMALLEST_FRAME = 64;
  private static final int SAMPLES_A_COLUMN = 64;
  private static final int MOST_FRAMES_A_COLUMN = 4;

  private final Audio mono;
  private final MelBands bands;
  private final double[] window;
  private final double[][] frame;
  private final double[] powers;

  private Spectrogram(Audio audio, int rows) {
    this.mono = audio.mono();
    int size = SMALLEST_FRAME;
    while (2 * size <= FRAME_SECONDS * audio.sampleRate()) {
      size *= 2;
    }
    this.bands = new MelBands(rows, size, audio.sampleRate());
    this.window = new double[size];
    for (int i = 0; i < size; i++) {
      window[i] = 0.5 - 0.5 * Math.cos(2 * Math.PI * i / size);
    }
    this.frame = new double[2][size];
    this.powers = new double[size / 2 + 1];
  }

  /** The bands of the pictures of sounds of a sample rate. */
  static MelBands bands(Audio audio, int rows) {
    return new Spectrogram(audio, rows).bands;
  }

  /**
   * The picture of a sound, low tones at the bottom: 255 is its strongest place, 0 what is 75 dB
   * weaker, even steps of dB between. Silence is 0 everywhere.
   *
   * @param mostColumns the width, or less for a sound of a few samples
   * @param rows the height
   */
  static LevelImage image(Audio audio, int mostColumns, int rows) {
    int columns = Math.max(1, Math.min(mostColumns, audio.length() / SAMPLES_A_COLUMN));
    double[][] columnsOfBands = new Spectrogram(audio, rows).columns(columns);
    double strongest = 0;
    for (double[] column : columnsOfBands) {
      for (double power : column) {
        strongest = Math.max(strongest, power);
      }
    }
    LevelImage image = new LevelImage(columns, rows);
    for (int x = 0; x < columns; x++) {
      for (int band = 0; band < rows; band++) {
        double power = columnsOfBands[x][band];
        double level = power > 0 ? 1 + 10 * Math.log10(power / strongest) / RANGE_DB : 0;
        image.set(x, rows - 1 - band, level);
      }
    }
    return image;
  }

  /** The powers of each column: the mean of frames spread evenly over its stretch of time. */
  private double[][] columns(int columns) {
    double hop = (double) mono.length() / columns;
    int frames = (int) Math.min(MOST_FRAMES_A_COLUMN, Math.ceil(2 * hop / window.length));
    double[][] gathered = new double[columns][];
    for (int x = 0; x < columns; x++) {
      double[] sums = new double[powers.length];
      for (int f = 0; f < Math.max(1, frames); f++) {
        transform((int) ((x + (f + 0.5) / Math.max(1, frames)) * hop));
        for (int k = 0; k < sums.length; k++) {
          sums[k] += powers[k];
        }
      }
      gathered[x] = bands.gather(sums);
    }
    return gathered;
  }

  /** The powers of the frame around a sample; beyond the ends of the sound there is silence. */
  private void transform(int centre) {
    int size = window.length;
    for (int i = 0; i < size; i++) {
      int place = centre - size / 2 + i;
      boolean inside = place >= 0 && place < mono.length();
      frame[0][i] = inside ? window[i] * mono.sample(0, place) : 0;
      frame[1][i] = 0;
    }
    FastFourierTransformer.transformInPlace(
        frame, DftNormalization.STANDARD, TransformType.FORWARD);
    for (int k = 0; k < powers.length; k++) {
      powers[k] = frame[0][k] * frame[0][k] + frame[1][k] * frame[1][k];
    }
  }
}
