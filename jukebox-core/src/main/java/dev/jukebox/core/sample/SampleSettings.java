package dev.jukebox.core.sample;

import dev.jukebox.core.labels.Metadata;
import java.util.List;

/**
 * A run of the sampler.
 *
 * @param sampleLength samples of audio to write; a multiple of the top level's hop
 * @param levels how each level is sampled, bottom first
 * @param seed decides every draw
 * @param metas artist, genre, lyrics and place of each item
 */
public record SampleSettings(
    long sampleLength, List<LevelSettings> levels, long seed, List<Metadata> metas) {

  public SampleSettings {
    levels = List.copyOf(levels);
    metas = List.copyOf(metas);
  }
}
