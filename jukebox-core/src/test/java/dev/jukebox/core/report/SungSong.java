package dev.jukebox.core.report;

import dev.jukebox.core.audio.Audio;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Random;

/**
 * A made-up song of which it is known what is sung when: characters of equal length, one after
 * another from the first to the last but one, which is the last that an alignment knows.
 */
record SungSong(String lyrics, double seconds, int sampleRate) {

  private static final int HOP = 128;
  private static final double[] SCALE = {0, 2, 4, 7, 9, 12, 14, 16};

  /** The character that is sung at a time. */
  int characterAt(double second) {
    return (int) Math.min(lyrics.length() - 2, second / seconds * (lyrics.length() - 1));
  }

  ReportItem item(String artist, String genre) {
    Map<String, String> facts = new LinkedHashMap<>();
    facts.put("seed", "7");
    facts.put("whole song", "180.00 s");
    return new ReportItem(audio(), artist, genre, lyrics, Optional.of(alignment()), facts);
  }

  /** Attention that rests on the first position for a third and follows the song for the rest. */
  float[][] alignment() {
    int tokens = (int) (seconds * sampleRate / HOP);
    float[][] alignment = new float[tokens][lyrics.length()];
    Random random = new Random(5);
    for (int t = 0; t < tokens; t++) {
      int position = 1 + characterAt((t + 0.5) / tokens * seconds);
      alignment[t][0] += 0.33f;
      for (int k = -2; k <= 2; k++) {
        int j = Math.max(0, Math.min(lyrics.length() - 1, position + k));
        alignment[t][j] += (float) (0.4 * Math.exp(-k * k));
      }
      alignment[t][random.nextInt(lyrics.length())] += 0.02f;
    }
    return alignment;
  }

  /** Harmonics for letters, noise for some, silence between words, a bass and beats beneath. */
  Audio audio() {
    float[] samples = new float[(int) Math.round(seconds * sampleRate)];
    Random random = new Random(3);
    double each = seconds / (lyrics.length() - 1);
    double phase = 0;
    double bass = 0;
    for (int i = 0; i < samples.length; i++) {
      double second = i / (double) sampleRate;
      char letter = lyrics.charAt(Math.max(0, characterAt(second)));
      double within = second % each / each;
      double envelope = Math.sin(Math.PI * Math.min(1, within)) * (letter == ' ' ? 0.05 : 1);
      double note = SCALE[(letter * 7 + (int) (second / 1.6)) % SCALE.length];
      phase += 220 * Math.pow(2, note / 12) / sampleRate;
      bass += 55 * Math.pow(2, SCALE[(int) (second / 1.6) % 5] / 12) / sampleRate;
      double voice = 0;
      boolean noisy = "stfkchpx".indexOf(Character.toLowerCase(letter)) >= 0;
      for (int k = 1; !noisy && k < 24; k++) {
        double formant = Math.exp(-Math.pow((k - 2 - letter % 5) / 3.0, 2)) + 0.6 / (k * k);
        voice += formant * Math.sin(2 * Math.PI * k * phase);
      }
      if (noisy) {
        voice = 0.9 * random.nextGaussian();
      }
      double beat = Math.exp(-25 * (second % 0.4)) * random.nextGaussian();
      double low = Math.sin(2 * Math.PI * bass) + 0.4 * Math.sin(4 * Math.PI * bass);
      samples[i] = (float) (0.12 * voice * envelope + 0.09 * beat + 0.12 * low);
    }
    return Audio.mono(sampleRate, samples);
  }
}
