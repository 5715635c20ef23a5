package dev.jukebox.core.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.jukebox.core.labels.ArtistGenreIds;
import dev.jukebox.error.InvalidInputException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MetadataIdsTest {

  private static final List<SongMetadata> SONGS =
      List.of(
          new SongMetadata("Nova & The Tide", "Blues Rock", "x"),
          new SongMetadata("Édith; Sœurs", "Rock", ""),
          new SongMetadata("nova & the tide ", "folk", ""),
          new SongMetadata("周杰倫", "Rhythm & Blues folk", ""),
          SongMetadata.UNKNOWN);

  @TempDir private Path directory;

  @Test
  void version3KeepsNamesInLowerCase() {
    MetadataIds lists = MetadataIds.derive(SONGS, true);
    assertEquals(List.of("unknown", "nova & the tide", "édith; sœurs", "周杰倫"), lists.artists());
    assertEquals(
        List.of("unknown", "blues rock", "folk", "rhythm & blues folk", "rock"), lists.genres());
    assertEquals(4, lists.artistBins());
    assertEquals(5, lists.genreBins());
    assertEquals(1, lists.maxGenreWords());
    assertEquals(List.of(), lists.nameless());

    lists.write(directory);
    ArtistGenreIds ids = ArtistGenreIds.read(directory, true);
    List<String> warnings = new ArrayList<>();
    assertEquals(1, ids.artistId("Nova & The Tide", warnings::add));
    assertEquals(2, ids.artistId("Édith; Sœurs", warnings::add));
    assertEquals(3, ids.artistId("周杰倫", warnings::add));
    assertEquals(0, ids.artistId("unknown", warnings::add));
    assertArrayEquals(new int[] {1}, ids.genreIds("Blues Rock", warnings::add));
    assertEquals(List.of(), warnings);
    ids.requireBelow(lists.genreBins(), lists.artistBins());
  }

  @Test
  void version2KeepsLettersAndDigitsAndGenresByWords() {
    MetadataIds lists = MetadataIds.derive(SONGS, false);
    assertEquals(List.of("unknown", "dith_s_urs", "nova_the_tide"), lists.artists());
    assertEquals(List.of("unknown", "blues", "folk", "rhythm", "rock"), lists.genres());
    assertEquals(3, lists.maxGenreWords());
    assertEquals(List.of("周杰倫"), lists.nameless());

    lists.write(directory);
    ArtistGenreIds ids = ArtistGenreIds.read(directory, false);
    List<String> warnings = new ArrayList<>();
    assertEquals(2, ids.artistId("Nova & The Tide", warnings::add));
    assertArrayEquals(new int[] {3, 1, 2}, ids.genreIds("Rhythm & Blues folk", warnings::add));
    assertEquals(List.of(), warnings);
  }

  @Test
  void withoutSongsOnlyUnknownIsKnown() {
    MetadataIds lists = MetadataIds.derive(List.of(), true);
    assertEquals(List.of("unknown"), lists.artists());
    assertEquals(1, lists.genreBins());
  }

  @Test
  void aNameOfTwoLinesIsRefused() {
    List<SongMetadata> songs = List.of(new SongMetadata("a\nb", "x", ""));
    assertEquals(
        "The name \"a\\nb\" of an artist or a genre holds a line break; write it in one line.",
        assertThrows(InvalidInputException.class, () -> MetadataIds.derive(songs, true))
            .getMessage());
    assertEquals(List.of("unknown", "a_b"), MetadataIds.derive(songs, false).artists());
  }
}
