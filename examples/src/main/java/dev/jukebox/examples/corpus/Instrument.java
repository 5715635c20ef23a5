package dev.jukebox.examples.corpus;

/** What plays the chords: amplitudes of partials and how they die away. */
enum Instrument {
  /** Drawbars: octaves and a fifth that last. */
  ORGAN(new double[] {1, 2, 3, 4, 8}, new double[] {1, 0.7, 0.4, 0.3, 0.15}, 3),
  /** Inharmonic partials, high and long. */
  BELL(new double[] {1, 2.76, 5.4, 8.93}, new double[] {1, 0.5, 0.35, 0.2}, 9),
  /** Odd partials, short. */
  PULSE(new double[] {1, 3, 5, 7, 9}, new double[] {1, 0.45, 0.3, 0.2, 0.15}, 12),
  /** All partials, soft. */
  STRING(new double[] {1, 2, 3, 4, 5, 6}, new double[] {1, 0.5, 0.33, 0.25, 0.2, 0.16}, 6);

  private final double[] ratios;
  private final double[] amplitudes;
  private final double decay;

  Instrument(double[] ratios, double[] amplitudes, double decay) {
    this.ratios = ratios;
    this.amplitudes = amplitudes;
    this.decay = decay;
  }

  /** A note that begins at phase 0 and fades out at its end. */
  float[] note(int midi, int samples) {
    double hertz = Pitch.hertz(midi);
    float[] wave = new float[samples];
    double norm = 0;
    for (int k = 0; k < ratios.length; k++) {
      norm += amplitudes[k];
      double step = 2 * Math.PI * hertz * ratios[k] / Score.SAMPLE_RATE;
      if (step > 0.9 * Math.PI) {
        continue;
      }
      double fall = decay * (1 + 0.3 * k) / Score.SAMPLE_RATE;
      for (int i = 0; i < samples; i++) {
        wave[i] += (float) (amplitudes[k] * Math.exp(-fall * i) * Math.sin(step * i));
      }
    }
    for (int i = 0; i < samples; i++) {
      wave[i] *= (float) (Fade.at(i, samples) / norm);
    }
    return wave;
  }
}
