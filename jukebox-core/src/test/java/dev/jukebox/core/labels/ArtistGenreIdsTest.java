package dev.jukebox.core.labels;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jukebox.error.InvalidInputException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ArtistGenreIdsTest {

  @TempDir Path directory;

  private final List<String> warnings = new ArrayList<>();

  @Test
  void readsNamesWithSemicolonsBomsAndBlankLines() throws IOException {
    write("v3_artist_ids.txt", "\uFEFFunknown;0\r\n\r\n  AC;DC;7 \nLéo;Brandt;8\nlast;9");
    write("v3_genre_ids.txt", "unknown;0\nrock;1\n\n");
    ArtistGenreIds ids = ArtistGenreIds.read(directory, true);
    assertEquals(0, ids.artistId("Unknown", warnings::add));
    assertEquals(7, ids.artistId("ac;dc", warnings::add));
    assertEquals(8, ids.artistId("LÉO;BRANDT", warnings::add));
    assertEquals(9, ids.artistId("Last", warnings::add));
    assertArrayEquals(new int[] {1}, ids.genreIds("Rock", warnings::add));
    assertEquals(List.of(), warnings);
    assertEquals(List.of("ac;dc", "last", "léo;brandt", "unknown"), ids.artistNames());
  }

  @Test
  void namesTheLineOfWhatIsMalformed() throws IOException {
    write("v2_genre_ids.txt", "rock;1\n");
    for (String line : List.of("no id", "name;", "name;x", "name;-1", "name;99999999999")) {
      write("v2_artist_ids.txt", "unknown;0\n\n" + line + "\n");
      String message = refusal(false);
      assertEquals(
          directory.resolve("v2_artist_ids.txt")
              + ", line 3: \""
              + line
              + "\" is not a name, a semicolon and an id",
          message);
    }
    write("v2_artist_ids.txt", "\n\n");
    assertTrue(refusal(false).endsWith("has no names"));
    Files.write(directory.resolve("v2_artist_ids.txt"), new byte[] {(byte) 0xE9, ';', '1'});
    assertTrue(refusal(false).endsWith("is not text in UTF-8"));
  }

  @Test
  void normalizesTheNamesOfVersion2() throws IOException {
    write("v2_artist_ids.txt", "unknown;0\ndj_k_9;5\na;6\n");
    write("v2_genre_ids.txt", "hip;4\nhop;5\n");
    ArtistGenreIds ids = ArtistGenreIds.read(directory, false);
    assertEquals(5, ids.artistId("DJ K-9", warnings::add));
    assertEquals(5, ids.artistId("__dj...k 9!", warnings::add));
    // A letter outside ASCII at the end of a name is stripped with the underscore it becomes.
    assertEquals(5, ids.artistId("DJ K\u00d79é", warnings::add));
    assertArrayEquals(new int[] {4, 5}, ids.genreIds("Hip-Hop", warnings::add));
    assertEquals(List.of(), warnings);
    assertArrayEquals(new int[] {0}, ids.genreIds("!", warnings::add));
    assertEquals(1, warnings.size());
  }

  @Test
  void namesThatShareAnIdAreJoined() throws IOException {
    write("v2_artist_ids.txt", "b;1\na;1\nc;2\n");
    write("v2_genre_ids.txt", "hip;4\nhop;5\n");
    ArtistGenreIds ids = ArtistGenreIds.read(directory, false);
    assertEquals("a_b", ids.artistName(1));
    assertEquals("unknown", ids.artistName(9));
    assertEquals("hip_hop", ids.genreName(new int[] {4, 5, -1, -1}));
    assertEquals(List.of("a_b", "c"), ids.artistNames());
  }

  @Test
  void readsTheListsOfHuggingFace() throws IOException {
    write("artists.json", "{\"unknown\": 0, \"AC/DC\": 3, \"ac_dc.v2\": 12, \"unknown.v2\": 0}");
    write("genres.json", "{\"rock\": 2, \"rock.v2\": 5, \"pop.v2\": 6}");
    ArtistGenreIds v2 = ArtistGenreIds.read(directory, false);
    ArtistGenreIds v3 = ArtistGenreIds.read(directory, true);
    assertEquals(12, v2.artistId("AC/DC", warnings::add));
    assertEquals(3, v3.artistId("AC/DC", warnings::add));
    assertArrayEquals(new int[] {6, 5}, v2.genreIds("Pop Rock", warnings::add));
    assertArrayEquals(new int[] {2}, v3.genreIds("Rock", warnings::add));
    assertEquals(List.of(), warnings);
  }

  @Test
  void fewNamesAreAllListed() throws IOException {
    write("v3_artist_ids.txt", "unknown;0\nMira Sol;1\nThe Low Tide;2\n");
    write("v3_genre_ids.txt", "unknown;0\nwaltz;1\n");
    ArtistGenreIds ids = ArtistGenreIds.read(directory, true);
    assertEquals(0, ids.artistId("Mira Sl", warnings::add));
    assertTrue(
        warnings
            .get(0)
            .endsWith(
                "did you mean \"mira sol\" or \"the low tide\"?"
                    + " All that are known: mira sol, the low tide"),
        warnings.get(0));
    assertEquals(0, ids.genreIds("wals", warnings::add)[0]);
    assertTrue(warnings.get(1).endsWith("All that are known: waltz"), warnings.get(1));
  }

  @Test
  void namesThePlaceOfBadJson() throws IOException {
    write("genres.json", "{\"rock.v2\": 5}");
    write("artists.json", "{\"a.v2\": 1,\n \"b.v2\": \"2\"}");
    assertTrue(refusal(false).contains("artists.json, line 2, column 10: a list of ids"));
    write("artists.json", "{\"a.v2\": 1,\n \"b.v2\"");
    assertTrue(refusal(false).contains("artists.json, line 2"), refusal(false));
    write("artists.json", "{\"a\": 1}");
    assertTrue(refusal(false).endsWith("has no names of version 2, which end in .v2"));
  }

  @Test
  void saysWhichFilesADirectoryLacks() {
    assertEquals(
        "The directory "
            + directory
            + " has neither v3_artist_ids.txt and v3_genre_ids.txt nor artists.json and"
            + " genres.json; give the directory of the lists with --ids DIR",
        refusal(true));
  }

  private String refusal(boolean v3) {
    return assertThrows(InvalidInputException.class, () -> ArtistGenreIds.read(directory, v3))
        .getMessage();
  }

  private void write(String name, String text) throws IOException {
    Files.write(directory.resolve(name), text.getBytes(StandardCharsets.UTF_8));
  }
}
