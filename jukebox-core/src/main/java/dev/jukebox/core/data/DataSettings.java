package dev.jukebox.core.data;

import dev.jukebox.core.hparams.Hyperparams;
import dev.jukebox.error.InvalidInputException;
import java.nio.file.Path;
import java.util.Locale;

/**
 * How music is cut into what a model is trained on.
 *
 * <pre>{@code
 * DataSettings settings = DataSettings.of(hps);
 * }</pre>
 *
 * @param directory where the music is
 * @param sampleRate samples a second
 * @param sampleLength samples of a chunk; shorter than the shortest song
 * @param minDuration shortest song, seconds
 * @param maxDuration songs are shorter than this, seconds; may be infinite
 * @param shiftUnit 0 where chunks are not moved; else each is moved by up to half its length and
 *     begins at a multiple of so many samples of its song
 * @param augBlend whether the two channels are mixed with a random weight rather than by halves
 * @param trainTestSplit the part of the chunks that is trained on, from the front
 * @param batchSize chunks of a batch
 * @param workers threads that decode
 * @param seed what all random choices follow from
 */
public record DataSettings(
    Path directory,
    int sampleRate,
    int sampleLength,
    double minDuration,
    double maxDuration,
    int shiftUnit,
    boolean augBlend,
    double trainTestSplit,
    int batchSize,
    int workers,
    long seed) {

  public DataSettings {
    if (sampleRate < 1 || sampleLength < 1 || batchSize < 1) {
      throw new InvalidInputException(
          "Training data need sr, sample_length and bs of at least 1, but they are "
              + (sampleRate + ", " + sampleLength + " and " + batchSize)
              + ".");
    }
    if (!((double) sampleLength / sampleRate < minDuration)) {
      throw new InvalidInputException(
          String.format(
              Locale.ROOT,
              "A sample_length of %d samples, %.3f s at %d Hz, is not shorter than min_duration,"
                  + " %s s; make min_duration longer or sample_length shorter.",
              sampleLength,
              (double) sampleLength / sampleRate,
              sampleRate,
              Double.toString(minDuration)));
    }
    if (!(minDuration < maxDuration)) {
      throw new InvalidInputException(
          "No song lasts at least min_duration, "
              + minDuration
              + " s, and less than max_duration, "
              + maxDuration
              + " s.");
    }
    if (!(trainTestSplit > 0 && trainTestSplit <= 1)) {
      throw new InvalidInputException(
          "train_test_split is the part that is trained on, above 0 and at most 1, but it is "
              + trainTestSplit
              + ".");
    }
    workers = Math.max(1, workers);
  }

  /**
   * What the hyperparameters audio_files_dir, sr, sample_length, min_duration, max_duration,
   * aug_shift, aug_shift_unit, aug_blend, train_test_split, bs, nworkers and seed say. Without a
   * min_duration the shortest song has the whole seconds that a chunk needs; without a max_duration
   * any length will do.
   *
   * @throws InvalidInputException if they contradict one another
   */
  public static DataSettings of(Hyperparams hps) {
    int sampleRate = hps.intOf("sr");
    int sampleLength = hps.intOf("sample_length");
    double wholeSeconds = Math.ceil((double) sampleLength / sampleRate);
    return new DataSettings(
        Path.of(hps.stringOf("audio_files_dir")),
        sampleRate,
        sampleLength,
        orIfNone(hps, "min_duration", wholeSeconds),
        orIfNone(hps, "max_duration", Double.POSITIVE_INFINITY),
        hps.booleanOf("aug_shift") ? hps.intOf("aug_shift_unit") : 0,
        hps.booleanOf("aug_blend"),
        hps.doubleOf("train_test_split"),
        hps.intOf("bs"),
        hps.intOf("nworkers"),
        hps.longOf("seed"));
  }

  /** A duration of 0 counts as none, as in the original. */
  private static double orIfNone(Hyperparams hps, String name, double otherwise) {
    double value = hps.optionalDouble(name).orElse(0);
    return value == 0 ? otherwise : value;
  }
}
