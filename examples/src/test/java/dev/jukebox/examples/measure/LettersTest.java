package dev.jukebox.examples.measure;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jukebox.examples.corpus.Artist;
import dev.jukebox.examples.corpus.Corpus;
import dev.jukebox.examples.corpus.Genre;
import dev.jukebox.examples.corpus.Performer;
import dev.jukebox.examples.corpus.Score;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The letters of an artist differ in what the recogniser looks at. */
class LettersTest {
  /** Decibels that the bands of two letters differ by, root mean square. */
  private static final double LEAST = 1;

  @ParameterizedTest
  @EnumSource
  void everyPairOfLettersDiffers(Artist artist) {
    String alphabet = "abcdefghijklmnopqrstuvwxyz";
    Genre genre = Genre.DANCE;
    Score silent = new Score(genre, artist, alphabet, Corpus.TICKS, 0, List.of());
    List<Score.Sung> onOneNote =
        IntStream.range(0, alphabet.length())
            .mapToObj(i -> new Score.Sung(i, silent.slotOf(i), artist.lowestNote() + 7))
            .toList();
    Score score = new Score(genre, artist, alphabet, Corpus.TICKS, 0, onOneNote);
    List<Letters.Heard> heard = Letters.of(new Take(score, new Performer().sing(score)));
    assertEquals(alphabet.length(), heard.size());
    for (int i = 0; i < heard.size(); i++) {
      assertEquals(alphabet.charAt(i), heard.get(i).letter());
      for (int j = 0; j < i; j++) {
        double sum = 0;
        double[] a = heard.get(i).features();
        double[] b = heard.get(j).features();
        for (int k = 0; k < a.length; k++) {
          sum += (a[k] - b[k]) * (a[k] - b[k]);
        }
        double decibels = 10 / Math.log(10) * Math.sqrt(sum / a.length);
        assertTrue(
            decibels > LEAST,
            artist + ": " + alphabet.charAt(i) + " and " + alphabet.charAt(j) + " " + decibels);
      }
    }
  }
}
