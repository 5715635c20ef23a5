package dev.jukebox.examples.measure;

import dev.jukebox.examples.corpus.Score;

/** A sound, and what it was asked to be. */
final class Take {
  private final Score wanted;
  private final float[] samples;

  /**
   * @param wanted of which genre, artist and lyrics count: another melody to them is as good
   * @param samples at the corpus's sample rate
   */
  Take(Score wanted, float[] samples) {
    this.wanted = wanted;
    this.samples = samples.clone();
  }

  Score wanted() {
    return wanted;
  }

  float[] samples() {
    return samples.clone();
  }

  /** Samples of a slot of the genre. */
  int slotSamples() {
    return wanted.genre().slotTicks() * Score.TICK;
  }
}
