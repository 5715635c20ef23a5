package dev.jukebox.api;

import java.util.List;

/**
 * What a run gave: every level that was drawn, finest first, and the codes.
 *
 * <pre>{@code
 * SampleResult result = Jukebox.sample(request);
 * result.audio(0).writeWav(Path.of("song.wav"));
 * Codes codes = result.codes();
 * }</pre>
 *
 * @param levels the levels that were drawn, finest first
 * @param codes the codes of all levels
 * @param songs the items
 */
public record SampleResult(List<SampleLevel> levels, Codes codes, List<Song> songs) {

  public SampleResult {
    levels = List.copyOf(levels);
    songs = List.copyOf(songs);
  }

  /** The sound of one item at the finest level that was drawn. */
  public Audio audio(int item) {
    return levels.get(0).audio(item);
  }
}
