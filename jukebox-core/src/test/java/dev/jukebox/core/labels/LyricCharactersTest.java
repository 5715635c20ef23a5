package dev.jukebox.core.labels;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jukebox.core.hparams.HyperparamSets;
import dev.jukebox.core.hparams.Hyperparams;
import dev.jukebox.error.InvalidInputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Lyrics in characters that a file gives. */
class LyricCharactersTest {

  @TempDir Path directory;

  private TextProcessor text(String content) throws IOException {
    Files.writeString(directory.resolve("lyric_characters.txt"), content);
    return TextProcessor.in(directory, true);
  }

  @Test
  void charactersHaveTheNumberOfTheirPlace() throws IOException {
    TextProcessor text = text("\uFEFFabc\r\nдё\\s\n\n\\\\\\t\\n");
    assertEquals(10, text.vocabularySize());
    assertArrayEquals(new int[] {1, 2, 3, 4, 5, 6, 7, 8, 9, 0}, text.tokenise("abcдё \\\t\nx"));
    assertEquals("abcдё \\\t\n", text.textise(new int[] {1, 2, 3, 4, 5, 6, 7, 8, 9, 0, 10, -1}));
  }

  @Test
  void onlyWhatIsNotInItIsWrittenInAscii() throws IOException {
    TextProcessor text = text("abcdefghijklmnopqrstuvwxyzäß\\s\\n");
    assertEquals("mädchen strae", text.clean("mädchen strae"));
    assertEquals("mädchen", text.clean("ma\u0308dchen"), "composed");
    assertEquals("schön".replace("ö", "o") + " da\nß", text.clean("schön da\\ß😀"));
    assertEquals("privet", text.clean("привет"));
    assertArrayEquals(new int[] {13, 27}, text.tokenise("mä"));
  }

  @Test
  void withoutAFileTheVersionDecides() {
    String words = "Hello, wörld! + \\ []";
    for (boolean v3 : new boolean[] {false, true}) {
      TextProcessor text = TextProcessor.in(directory, v3);
      TextProcessor version = new TextProcessor(v3);
      assertEquals(version.vocabularySize(), text.vocabularySize());
      assertEquals(version.clean(words), text.clean(words));
    }
  }

  @Test
  void malformedFilesAreRefused() throws IOException {
    refused("", "has no characters");
    refused("ab\nca", ", line 2: the character 'a' stands there twice");
    refused("a\n\\s\\s", ", line 2: the character U+0020 stands there twice");
    refused("ab c", ", line 1: there is a blank, U+0020; write \\s for a space");
    refused("a\u00a0b", "there is a blank, U+00A0");
    refused("a\tb", "there is a blank, U+0009");
    refused("ab\\x", "a backslash stands before 'x'; write \\s for a space");
    refused("ab\\", "a backslash stands before");
    refused("ab😀", "outside Unicode's first plane");
    Files.write(directory.resolve("lyric_characters.txt"), new byte[] {(byte) 0xC3});
    assertTrue(
        assertThrows(InvalidInputException.class, () -> TextProcessor.in(directory, true))
            .getMessage()
            .contains("UTF-8"));
  }

  private void refused(String content, String words) {
    String message = assertThrows(InvalidInputException.class, () -> text(content)).getMessage();
    assertTrue(message.contains(words), message);
    assertTrue(message.contains("lyric_characters.txt"), message);
  }

  @Test
  void aLabellerReadsLyricsInThem() throws IOException {
    Files.writeString(directory.resolve("v3_artist_ids.txt"), "unknown;0\nnova;1\n");
    Files.writeString(directory.resolve("v3_genre_ids.txt"), "unknown;0\n");
    text("абвгдежз\\s");
    Labeller labeller = Labeller.of(hps(10), 1000, Optional.of(directory));
    Label label = labeller.label(new Metadata("Nova", "unknown", "где же ё", 44100, 0));
    assertEquals("где же ", label.info().lyrics(), "ё is written e, which is not there");
    long[] y = label.y();
    assertEquals(5 + 6, y.length);
    assertArrayEquals(new long[] {4, 5, 6, 9, 7, 6}, Arrays.copyOfRange(y, 5, 11));
  }

  @Test
  void nVocabHasToBeLargeEnough() throws IOException {
    Files.writeString(directory.resolve("v3_artist_ids.txt"), "unknown;0\n");
    Files.writeString(directory.resolve("v3_genre_ids.txt"), "unknown;0\n");
    text("абвгдежз\\s");
    String message =
        assertThrows(
                InvalidInputException.class,
                () -> Labeller.of(hps(9), 1000, Optional.of(directory)))
            .getMessage();
    assertEquals("n_vocab is 9 where lyrics of lyric_characters.txt have 10 tokens", message);
  }

  private static Hyperparams hps(int vocabulary) {
    return HyperparamSets.standard()
        .resolve(
            List.of(),
            Map.of(
                "labels",
                true,
                "labels_v3",
                true,
                "y_bins",
                List.of(5, 5),
                "max_bow_genre_size",
                1,
                "n_tokens",
                6,
                "use_tokens",
                true,
                "n_vocab",
                vocabulary));
  }
}
