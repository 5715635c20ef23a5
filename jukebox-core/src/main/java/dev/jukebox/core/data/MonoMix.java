package dev.jukebox.core.data;

import dev.jukebox.core.audio.Audio;

/** What a model hears of a chunk: one channel. */
final class MonoMix {

  private MonoMix() {}

  /**
   * {@code weight · left + (1 − weight) · right} of two channels; their mean of any other number.
   */
  static float[] of(Audio audio, float weight) {
    if (audio.channels() != 2) {
      return audio.mono().channel(0);
    }
    float rest = 1 - weight;
    float[] mixed = new float[audio.length()];
    for (int i = 0; i < mixed.length; i++) {
      mixed[i] = weight * audio.sample(0, i) + rest * audio.sample(1, i);
    }
    return mixed;
  }
}
