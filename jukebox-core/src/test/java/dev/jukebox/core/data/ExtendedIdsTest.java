package dev.jukebox.core.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.jukebox.core.labels.ArtistGenreIds;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Lists of a trained model, and the names of new songs behind them. */
class ExtendedIdsTest {

  @TempDir Path directory;

  private static final List<SongMetadata> SONGS =
      List.of(
          new SongMetadata("Nova & The Tide", "Blues Rock", ""),
          new SongMetadata("Björk", "rock", ""),
          new SongMetadata("Old", "blues", ""),
          SongMetadata.UNKNOWN);

  private void lists(String version, String artists, String genres) throws IOException {
    Files.writeString(directory.resolve(version + "_artist_ids.txt"), artists);
    Files.writeString(directory.resolve(version + "_genre_ids.txt"), genres);
  }

  @Test
  void oldNamesKeepTheirIdsAndNewOnesFollow() throws IOException {
    lists("v3", "unknown;0\nold;2\nolder;1\nalias;2\n", "unknown;0\nrock;1\n");
    ArtistGenreIds known = ArtistGenreIds.read(directory, true);
    ExtendedIds lists = ExtendedIds.of(known, 2, 3, SONGS);
    assertEquals(List.of("björk", "nova & the tide"), lists.newArtists());
    assertEquals(List.of("blues", "blues rock"), lists.newGenres());
    assertEquals(5, lists.artistBins());
    assertEquals(4, lists.genreBins());
    Path target = directory.resolve("new");
    lists.write(target);
    ArtistGenreIds read = ArtistGenreIds.read(target, true);
    List<String> warnings = new ArrayList<>();
    assertEquals(2, read.artistId("Old", warnings::add));
    assertEquals(2, read.artistId("alias", warnings::add));
    assertEquals(3, read.artistId("Björk", warnings::add));
    assertEquals(4, read.artistId("Nova & The Tide", warnings::add));
    assertArrayEquals(new int[] {3}, read.genreIds("Blues Rock", warnings::add));
    assertEquals(List.of(), warnings);
    ExtendedIds again = ExtendedIds.of(read, 4, 5, SONGS);
    assertEquals(List.of(), again.newArtists());
    assertEquals(5, again.artistBins());
  }

  /** A row that the model has, though no name, is not given to a new one. */
  @Test
  void rowsOfTheModelAreNotUsedAgain() throws IOException {
    lists("v2", "unknown;0\nold;1\n", "unknown;0\n");
    ExtendedIds lists = ExtendedIds.of(ArtistGenreIds.read(directory, false), 6, 9, SONGS);
    assertEquals(List.of("bj_rk", "nova_the_tide"), lists.newArtists());
    assertEquals(11, lists.artistBins());
    assertEquals(8, lists.genreBins());
    assertEquals(2, lists.maxGenreWords());
    lists.write(directory);
    assertEquals(
        "unknown;0\nold;1\nbj_rk;9\nnova_the_tide;10\n",
        Files.readString(directory.resolve("v2_artist_ids.txt")));
    assertEquals(
        "unknown;0\nblues;6\nrock;7\n", Files.readString(directory.resolve("v2_genre_ids.txt")));
  }

  @Test
  void listsOfTheHuggingFaceCopiesBecomeLines() throws IOException {
    Files.writeString(
        directory.resolve("artists.json"), "{\"unknown\": 0, \"old\": 1, \"older.v2\": 1}");
    Files.writeString(directory.resolve("genres.json"), "{\"unknown\": 0, \"rock.v2\": 1}");
    ExtendedIds lists = ExtendedIds.of(ArtistGenreIds.read(directory, true), 1, 2, SONGS);
    Path target = directory.resolve("new");
    lists.write(target);
    assertEquals(
        "unknown;0\nold;1\nbjörk;2\nnova & the tide;3\n",
        Files.readString(target.resolve("v3_artist_ids.txt")));
  }
}
