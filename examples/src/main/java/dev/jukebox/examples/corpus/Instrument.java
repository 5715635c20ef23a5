package dev.jukebox.examples.corpus;

import java.util.List;

/** What plays the chords: amplitudes of partials and how they die away. */
enum Instrument {
  /** Drawbars: octaves and a fifth that last. */
  ORGAN(List.of(1.0, 2.0, 3.0, 4.0, 8.0), List.of(1.0, 0.7, 0.4, 0.3, 0.15), 3),
  /** Inharmonic partials, high and long. */
  BELL(List.of(1.0, 2.76, 5.4, 8.93), List.of(1.0, 0.5, 0.35, 0.2), 9),
  /** Odd partials, short. */
  PULSE(List.of(1.0, 3.0, 5.0, 7.0, 9.0), List.of(1.0, 0.45, 0.3, 0.2, 0.15), 12),
  /** All partials, soft. */
  STRING(List.of(1.0, 2.0, 3.0, 4.0, 5.0, 6.0), List.of(1.0, 0.5, 0.33, 0.25, 0.2, 0.16), 6);

  @SuppressWarnings("ImmutableEnumChecker") // Made by List.of.
  private final List<Double> ratios;

  @SuppressWarnings("ImmutableEnumChecker") // Made by List.of.
  private final List<Double> amplitudes;

  private final double decay;

  Instrument(List<Double> ratios, List<Double> amplitudes, double decay) {
    this.ratios = ratios;
    this.amplitudes = amplitudes;
    this.decay = decay;
  }

  /** A note that begins at phase 0 and fades out at its end. */
  float[] note(int midi, int samples) {
    double hertz = Pitch.hertz(midi);
    float[] wave = new float[samples];
    double norm = 0;
    for (int k = 0; k < ratios.size(); k++) {
      double amplitude = amplitudes.get(k);
      norm += amplitude;
      double step = 2 * Math.PI * hertz * ratios.get(k) / Score.SAMPLE_RATE;
      if (step > 0.9 * Math.PI) {
        continue;
      }
      double fall = decay * (1 + 0.3 * k) / Score.SAMPLE_RATE;
      for (int i = 0; i < samples; i++) {
        wave[i] += (float) (amplitude * Math.exp(-fall * i) * Math.sin(step * i));
      }
    }
    for (int i = 0; i < samples; i++) {
      wave[i] *= (float) (Fade.at(i, samples) / norm);
    }
    return wave;
  }
}
