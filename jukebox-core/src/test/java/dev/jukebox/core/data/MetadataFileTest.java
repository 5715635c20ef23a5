package dev.jukebox.core.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jukebox.error.InvalidInputException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.text.Normalizer;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MetadataFileTest {

  @TempDir private Path directory;

  @Test
  void quotedTextsKeepTheirCommasAndLines() throws IOException {
    touch("a.mp3", "sub/b, live.mp3", "ü.mp3", "c.mp3");
    write("sub/words.txt", "\uFEFFla\nla");
    MetadataFile metadata =
        csv(
            """
            \uFEFFFile,Artist, genre ,lyrics,lyrics_file
            a.mp3,"Nova, ""The Tide\""",blues rock,"one
            two, three

            four",

            "sub/b, live.mp3",Nova,,,sub/words.txt
            ü.mp3,,jazz
            c.mp3
            """);
    assertSong("Nova, \"The Tide\"", "blues rock", "one\ntwo, three\n\nfour", metadata, "a.mp3");
    assertSong("Nova", "unknown", "la\nla", metadata, "sub/b, live.mp3");
    assertSong("unknown", "jazz", "", metadata, "ü.mp3");
    assertEquals(Optional.of(SongMetadata.UNKNOWN), metadata.find(directory.resolve("c.mp3")));
    assertEquals(Optional.empty(), metadata.find(directory.resolve("d.mp3")));
    assertEquals(Optional.empty(), metadata.find(Path.of("/a.mp3")));
    assertEquals(4, metadata.songs().size());
    assertEquals(List.of(), metadata.warnings());
  }

  @Test
  void linesOfJsonSayTheSame() throws IOException {
    touch("a.mp3", "b.mp3");
    write("words.txt", "la");
    Path file =
        write(
            "metadata.jsonl",
            """
            {"file": "a.mp3", "artist": "Nova", "genre": null, "lyrics": "one\\ntwo", "year": 1999}

            {"file": "./b.mp3", "genre": "jazz", "lyrics_file": "words.txt"}
            """);
    MetadataSource metadata = MetadataSource.beside(directory);
    assertEquals(
        Optional.of(new SongMetadata("Nova", "unknown", "one\ntwo")),
        metadata.find(directory.resolve("a.mp3")));
    assertEquals(
        Optional.of(new SongMetadata("unknown", "jazz", "la")),
        metadata.find(directory.resolve("x/../b.mp3")));
    assertEquals(
        List.of(
            file
                + ": nothing is made of year; what is known is file, artist, genre, lyrics,"
                + " lyrics_file."),
        metadata.warnings());
  }

  @Test
  void semicolonsAndTabsPartValuesToo() throws IOException {
    touch("a.mp3");
    assertSong("N, T", "x", "", csv("file;artist;genre\r\na.mp3;N, T;x\r\n"), "a.mp3");
    assertSong("N, T", "x;", "", csv("file\tartist\tgenre\na.mp3\tN, T\tx;\n"), "a.mp3");
  }

  @Test
  void accentsMayBeJoinedOrApart() throws IOException {
    String joined = "café.mp3";
    String apart = Normalizer.normalize(joined, Normalizer.Form.NFD);
    touch(apart);
    MetadataFile metadata = csv("file,artist\n" + joined + ",Nova\n");
    assertSong("Nova", "unknown", "", metadata, apart);
    assertEquals(List.of(), metadata.warnings());
  }

  @Test
  void songsThatAreNotThereAreNamedOnce() throws IOException {
    touch("a.mp3");
    StringBuilder text = new StringBuilder("file,year\na.mp3,1\n");
    for (int i = 0; i < 7; i++) {
      text.append("gone").append(i).append(".mp3,2\n");
    }
    MetadataFile metadata = csv(text.toString());
    Path file = directory.resolve("metadata.csv");
    assertEquals(
        List.of(
            file
                + ": nothing is made of year; what is known is file, artist, genre, lyrics,"
                + " lyrics_file.",
            file
                + " describes 7 songs that are not there: gone0.mp3, gone1.mp3, gone2.mp3,"
                + " gone3.mp3, gone4.mp3 and 2 more."),
        metadata.warnings());
  }

  @Test
  void malformedLinesAreNamed() throws IOException {
    touch("a.mp3");
    assertCsvError(1, "a header is missing, such as \"file,artist,genre,lyrics\"", "");
    assertCsvError(
        2,
        "the header names no column \"file\", only name, artist; the columns are file, artist,"
            + " genre, lyrics, lyrics_file",
        "\nname,artist\na.mp3,x\n");
    assertCsvError(1, "the header names a column twice: file, file", "file,File\n");
    assertCsvError(
        4,
        "3 values for the 2 columns file, lyrics; a text with separators in it needs quotes around"
            + " it",
        "file,lyrics\na.mp3,\"x\ny\"\nb.mp3,one, two\n");
    assertCsvError(3, "\"file\" is empty", "file,artist\na.mp3,x\n ,y\n");
    assertCsvError(
        5, "./a.mp3 was already described in line 2", "file,artist\na.mp3,x\n\n\n./a.mp3,y\n");
    assertCsvError(
        2,
        "both \"lyrics\" and \"lyrics_file\" are given; leave one empty",
        "file,lyrics,lyrics_file\na.mp3,x,y.txt\n");
    assertCsvError(
        2,
        "there is no file " + directory.resolve("y.txt") + " as \"lyrics_file\" says",
        "file,lyrics_file\na.mp3,y.txt\n");
    assertCsvError(
        3,
        "not valid CSV: Missing closing quote for value",
        "file,lyrics\na.mp3,x\nb.mp3,\"y\n\nz\n");
    assertTrue(
        assertThrows(InvalidInputException.class, () -> csv("file\na\0b\n"))
            .getMessage()
            .contains("line 2: \"a\0b\" cannot be the name of a file"));
  }

  @Test
  void malformedObjectsAreNamed() throws IOException {
    assertJsonError(
        2, "a song is an object such as {\"file\": \"a.mp3\", \"artist\": \"Nova\"}", "\n[]\n");
    assertJsonError(
        1, "\"artist\" is 7 where a text is needed", "{\"file\": \"a.mp3\", \"artist\": 7}");
    assertJsonError(1, "\"file\" is empty", "{\"artist\": \"x\"}");
    Path file = write("metadata.jsonl", "{\"file\": \"a\"}\n{\"file\": \"b\" \"artist\": 1}\n");
    String message =
        assertThrows(InvalidInputException.class, () -> MetadataFile.read(file)).getMessage();
    assertTrue(message.startsWith(file + ", line 2: not valid JSON at column "), message);
  }

  @Test
  void otherEncodingsAreRefused() throws IOException {
    Path file = directory.resolve("metadata.csv");
    Files.write(file, "file,artist\na.mp3,é\n".getBytes(StandardCharsets.ISO_8859_1));
    assertEquals(
        file + " is not text in UTF-8; save it as UTF-8.",
        assertThrows(InvalidInputException.class, () -> MetadataFile.read(file)).getMessage());
  }

  @Test
  void oneFileOfTheTwoIsEnough() throws IOException {
    assertEquals(
        Optional.empty(), MetadataSource.beside(directory).find(directory.resolve("a.mp3")));
    write("metadata.csv", "file\n");
    write("metadata.jsonl", "");
    assertEquals(
        "The directory "
            + directory
            + " has both metadata.csv and metadata.jsonl; leave one of them.",
        assertThrows(InvalidInputException.class, () -> MetadataSource.beside(directory))
            .getMessage());
  }

  private void assertSong(
      String artist, String genre, String lyrics, MetadataFile metadata, String name) {
    assertEquals(
        Optional.of(new SongMetadata(artist, genre, lyrics)),
        metadata.find(directory.resolve(name)));
  }

  private void assertCsvError(int line, String what, String text) {
    assertEquals(
        directory.resolve("metadata.csv") + ", line " + line + ": " + what + ".",
        assertThrows(InvalidInputException.class, () -> csv(text)).getMessage());
  }

  private void assertJsonError(int line, String what, String text) throws IOException {
    Path file = write("metadata.jsonl", text);
    assertEquals(
        file + ", line " + line + ": " + what + ".",
        assertThrows(InvalidInputException.class, () -> MetadataFile.read(file)).getMessage());
  }

  private MetadataFile csv(String text) throws IOException {
    return MetadataFile.read(write("metadata.csv", text));
  }

  private Path write(String name, String text) throws IOException {
    Path file = directory.resolve(name);
    Files.createDirectories(file.getParent());
    return Files.writeString(file, text);
  }

  private void touch(String... names) throws IOException {
    for (String name : names) {
      write(name, "");
    }
  }
}
