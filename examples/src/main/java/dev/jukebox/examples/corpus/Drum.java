package dev.jukebox.examples.corpus;

import java.util.Random;

/** Drums, each a fixed wave. */
enum Drum {
  KICK(0),
  SNARE(1),
  HAT(2);

  private final int seed;

  Drum(int seed) {
    this.seed = seed;
  }

  /** The wave of one stroke. */
  float[] stroke() {
    int samples = this == HAT ? 4 * Score.TICK : 9 * Score.TICK;
    float[] wave = new float[samples];
    Random random = new Random(seed);
    double last = 0;
    for (int i = 0; i < samples; i++) {
      double time = (double) i / Score.SAMPLE_RATE;
      double noise = random.nextGaussian() * 0.5;
      double value =
          switch (this) {
            case KICK ->
                Math.exp(-22 * time)
                    * Math.sin(2 * Math.PI * (50 * time + 3.2 * (1 - Math.exp(-35 * time))));
            case SNARE ->
                Math.exp(-30 * time) * (0.5 * noise + 0.5 * Math.sin(2 * Math.PI * 190 * time));
            case HAT -> Math.exp(-80 * time) * 0.6 * (noise - last);
          };
      last = noise;
      wave[i] = (float) (value * Fade.at(i + 48, samples + 48));
    }
    return wave;
  }

  /** Whether the genre has a stroke in a slot of a bar. */
  boolean plays(Genre genre, int slot) {
    boolean half = slot % 8 == 4;
    return switch (genre) {
      case MARCH -> this == KICK ? slot % 8 == 0 : this == SNARE ? half : slot % 4 == 2;
      case BALLAD -> this == KICK ? slot == 0 || slot == 8 : this == SNARE ? false : slot % 8 == 4;
      case DANCE -> this == KICK ? slot % 4 == 0 : this == SNARE ? half : slot % 4 == 2;
      case WALTZ -> this == KICK ? slot == 0 : this == SNARE ? slot == 4 || slot == 8 : false;
    };
  }
}
