package dev.jukebox.core.prior;

import dev.jukebox.core.labels.TimeBins;
import dev.jukebox.core.labels.TimeRanges;
import dev.jukebox.error.InvalidInputException;
import java.util.ArrayList;
import java.util.List;

/**
 * The rows of a prior's label tables that a batch of label vectors names.
 *
 * @param genres for each place of a genre the id of every item, −1 where it is empty
 * @param artists the id of every item
 * @param times the time bins of every item; empty below the top level
 */
public record LabelIds(List<int[]> genres, List<Integer> artists, List<TimeBins> times) {
  private static final int ARTIST = 3;
  private static final int FIRST_GENRE = 4;

  public LabelIds {
    genres = List.copyOf(genres);
    artists = List.copyOf(artists);
    times = List.copyOf(times);
  }

  /**
   * The ids in label vectors.
   *
   * @param y spec: total_length, offset, sample_length, artist, genres, …
   * @throws InvalidInputException if an id is not of the model's tables, or a time not of its
   *     ranges
   */
  public static LabelIds of(PriorConfig config, List<long[]> y) {
    int maxGenres = config.hps().intOf("max_bow_genre_size");
    List<int[]> genres = new ArrayList<>();
    for (int genre = 0; genre < maxGenres; genre++) {
      int place = FIRST_GENRE + genre;
      genres.add(
          y.stream()
              .mapToInt(item -> checked("genre", item[place], -1, config.yBins().get(0)))
              .toArray());
    }
    List<Integer> artists =
        y.stream().map(item -> checked("artist", item[ARTIST], 0, config.yBins().get(1))).toList();
    List<TimeBins> times = new ArrayList<>();
    if (config.isTop()) {
      for (long[] item : y) {
        times.add(
            TimeBins.of(
                item, TimeRanges.of(config.hps()), config.nCtx(), config.hps().intOf("t_bins")));
      }
    }
    return new LabelIds(genres, artists, times);
  }

  private static int checked(String what, long id, int least, int rows) {
    if (id < least || id >= rows) {
      throw new InvalidInputException(
          what
              + " id "
              + id
              + " is not below the "
              + rows
              + " entries of the model's table: use the id lists that belong to the model");
    }
    return (int) id;
  }
}
