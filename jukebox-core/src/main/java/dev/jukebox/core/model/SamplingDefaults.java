package dev.jukebox.core.model;

import java.util.List;
import java.util.OptionalDouble;

/**
 * What is sampled where nobody says otherwise; empty where the model does not care.
 *
 * @param songs what is sung, in turn over the items
 * @param seconds length of the audio
 * @param totalSeconds length of the song that it is the beginning of
 * @param hopFraction codes between windows as a fraction of n_ctx, one for each level, finest first
 * @param temp temperature: one, or one for each level, finest first
 */
public record SamplingDefaults(
    List<Song> songs,
    OptionalDouble seconds,
    OptionalDouble totalSeconds,
    List<Double> hopFraction,
    List<Double> temp) {

  /** Those of a model that does not care. */
  public static final SamplingDefaults NONE =
      new SamplingDefaults(
          List.of(), OptionalDouble.empty(), OptionalDouble.empty(), List.of(), List.of());

  public SamplingDefaults {
    songs = List.copyOf(songs);
    hopFraction = List.copyOf(hopFraction);
    temp = List.copyOf(temp);
  }

  /** A song by the names and words that the model knows. */
  public record Song(String artist, String genre, String lyrics) {}
}
