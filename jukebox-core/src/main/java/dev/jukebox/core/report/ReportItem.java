package dev.jukebox.core.report;

import dev.jukebox.core.audio.Audio;
import dev.jukebox.error.InvalidInputException;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * One song of a level.
 *
 * @param audio its sound
 * @param artist the artist it was asked for; may be empty
 * @param genre the genre it was asked for; may be empty
 * @param lyrics the characters that the model read; may be empty
 * @param alignment attention of each token of the top level on each lyric position, {@code
 *     [tokens][lyrics.length()]}, in [0, 1]; position j is the one whose input is character j − 1
 * @param facts what else it was asked for, e.g. its place in the whole song, in the order shown
 */
public record ReportItem(
    Audio audio,
    String artist,
    String genre,
    String lyrics,
    Optional<float[][]> alignment,
    Map<String, String> facts) {

  /**
   * Keeps the alignment as it is, for it can be large; it must not be changed afterwards.
   *
   * @throws InvalidInputException if the alignment has another number of columns than there are
   *     lyric characters
   */
  public ReportItem {
    facts = Collections.unmodifiableMap(new LinkedHashMap<>(facts));
    int characters = lyrics.length();
    alignment.ifPresent(
        rows -> {
          for (float[] row : rows) {
            if (row.length != characters) {
              throw new InvalidInputException(
                  "The alignment has "
                      + row.length
                      + " columns, but the lyrics have "
                      + characters
                      + " characters.");
            }
          }
        });
  }

  /** A song without lyrics or alignment. */
  public static ReportItem of(Audio audio, String artist, String genre) {
    return new ReportItem(audio, artist, genre, "", Optional.empty(), Map.of());
  }
}
