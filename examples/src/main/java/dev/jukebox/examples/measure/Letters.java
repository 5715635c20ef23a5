package dev.jukebox.examples.measure;

import dev.jukebox.examples.corpus.Score;
import java.util.ArrayList;
import java.util.List;

/** What is heard in the slots in which letters should be sung. */
final class Letters {
  private static final MelBands BANDS = new MelBands(new Stft(1024, Score.TICK, 1024), 40);
  private static final double[] PARTS = {0, 0.3, 0.6, 1};
  private static final double FLOOR = 1e-3;

  private Letters() {}

  /** A letter of the lyrics, from a to z. */
  static final class Heard {
    private final char letter;
    private final double[] features;

    Heard(char letter, double[] features) {
      this.letter = letter;
      this.features = features.clone();
    }

    char letter() {
      return letter;
    }

    double[] features() {
      return features.clone();
    }
  }

  /**
   * Every letter of the lyrics with the logarithms of the bands' power in three parts of its slot.
   */
  static List<Heard> of(Take take) {
    double[][] power = BANDS.power(take.samples());
    double floor = FLOOR * MelBands.mean(power);
    Score wanted = take.wanted();
    int ticks = wanted.genre().slotTicks();
    List<Heard> all = new ArrayList<>();
    for (int i = 0; i < wanted.lyrics().length(); i++) {
      char letter = Character.toLowerCase(wanted.lyrics().charAt(i));
      int first = wanted.slotOf(i) * ticks;
      if (letter >= 'a' && letter <= 'z' && first + ticks < power.length) {
        all.add(new Heard(letter, features(power, first, ticks, floor)));
      }
    }
    return all;
  }

  private static double[] features(double[][] power, int first, int ticks, double floor) {
    int parts = PARTS.length - 1;
    double[] features = new double[parts * BANDS.count()];
    for (int part = 0; part < parts; part++) {
      // Frames at the ends of the slot hear its neighbours too.
      int from = first + 1 + (int) Math.round(PARTS[part] * (ticks - 1));
      int to = Math.max(from + 1, first + 1 + (int) Math.round(PARTS[part + 1] * (ticks - 1)));
      for (int b = 0; b < BANDS.count(); b++) {
        double sum = 0;
        for (int f = from; f < to; f++) {
          sum += power[f][b];
        }
        features[part * BANDS.count() + b] = Math.log(sum / (to - from) + floor) - Math.log(floor);
      }
    }
    return features;
  }
}
