package dev.jukebox.examples.measure;

import dev.jukebox.examples.corpus.Artist;
import dev.jukebox.examples.corpus.Composer;
import dev.jukebox.examples.corpus.Corpus;
import dev.jukebox.examples.corpus.Genre;
import dev.jukebox.examples.corpus.Performer;
import dev.jukebox.examples.corpus.Score;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;

/**
 * Tells which letter an artist sings, by templates of each letter that are the mean over notes,
 * genres and accompaniments of songs to shuffled alphabets.
 */
final class LetterRecogniser {
  private final Map<Artist, MatchedFilter<Character>> filters = new EnumMap<>(Artist.class);

  private LetterRecogniser() {}

  /**
   * Composes songs and learns from them.
   *
   * @param songs of each artist in each genre
   */
  static LetterRecogniser learn(Performer performer, int songs, long seed) {
    Random random = new Random(seed);
    LetterRecogniser recogniser = new LetterRecogniser();
    for (Artist artist : EnumSet.allOf(Artist.class)) {
      Map<Character, List<double[]>> examples = new TreeMap<>();
      for (int i = 0; i < songs * Genre.count(); i++) {
        Genre genre = Genre.of(i);
        String text = alphabets(Score.slots(genre, Corpus.TICKS), random);
        Score score = Composer.compose(genre, artist, text, Corpus.TICKS, random.nextLong());
        for (Letters.Heard heard : Letters.of(new Take(score, performer.perform(score)))) {
          examples
              .computeIfAbsent(heard.letter(), letter -> new ArrayList<>())
              .add(heard.features());
        }
      }
      recogniser.filters.put(artist, new MatchedFilter<>(examples));
    }
    return recogniser;
  }

  private static String alphabets(int length, Random random) {
    StringBuilder text = new StringBuilder();
    List<Character> letters = new ArrayList<>();
    for (char letter = 'a'; letter <= 'z'; letter++) {
      letters.add(letter);
    }
    while (text.length() < length) {
      Collections.shuffle(letters, random);
      letters.forEach(text::append);
    }
    return text.substring(0, length);
  }

  /** The letter that is heard. */
  char recognise(Artist artist, double[] features) {
    return filters.get(artist).classify(features);
  }
}
