package dev.jukebox.examples.cli;

import dev.jukebox.api.Song;
import java.util.List;

/** What is sung when the command line does not say: poems that are free of rights. */
final class DefaultSongs {

  private DefaultSongs() {}

  static List<Song> all() {
    return List.of(
        Song.of("Ella Fitzgerald", "Jazz")
            .withLyrics(
                """
                O my Luve is like a red, red rose
                That's newly sprung in June;
                O my Luve is like the melody
                That's sweetly played in tune.
                """),
        Song.of("Johnny Cash", "Country")
            .withLyrics(
                """
                Tyger Tyger, burning bright,
                In the forests of the night;
                What immortal hand or eye,
                Could frame thy fearful symmetry?
                """),
        Song.of("Frank Sinatra", "Classic Pop")
            .withLyrics(
                """
                Hope is the thing with feathers
                That perches in the soul,
                And sings the tune without the words,
                And never stops at all.
                """));
  }
}
