package dev.jukebox.api;

import dev.jukebox.core.model.SamplingDefaults;
import java.util.List;

/**
 * What a model samples where a request does not say otherwise.
 *
 * <pre>{@code
 * SampleDefaults defaults = model.defaults();
 * Song first = defaults.songs().get(0);
 * }</pre>
 *
 * @param songs what is sung, in turn over the items; empty where the model suggests nothing, so
 *     that an unknown artist is taken
 * @param seconds length of the audio
 * @param totalSeconds length of the song that it is the beginning of
 * @param hopFraction codes between windows as a fraction of n_ctx, one for each level, finest
 *     first; empty for 0.125 at the top level and 0.5 below
 * @param temp temperature: one, or one for each level, finest first
 */
public record SampleDefaults(
    List<Song> songs,
    double seconds,
    double totalSeconds,
    List<Double> hopFraction,
    List<Double> temp) {
  private static final double SECONDS = 20;
  private static final double TOTAL_SECONDS = 180;
  private static final List<Double> TEMP = List.of(0.99);

  public SampleDefaults {
    songs = List.copyOf(songs);
    hopFraction = List.copyOf(hopFraction);
    temp = List.copyOf(temp);
  }

  /** The model's, and the original's where it has none. */
  static SampleDefaults of(SamplingDefaults own) {
    return new SampleDefaults(
        own.songs().stream()
            .map(song -> Song.of(song.artist(), song.genre()).withLyrics(song.lyrics()))
            .toList(),
        own.seconds().orElse(SECONDS),
        own.totalSeconds().orElse(Math.max(TOTAL_SECONDS, own.seconds().orElse(SECONDS))),
        own.hopFraction(),
        own.temp().isEmpty() ? TEMP : own.temp());
  }
}
