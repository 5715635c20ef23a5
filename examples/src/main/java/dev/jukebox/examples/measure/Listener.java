package dev.jukebox.examples.measure;

import dev.jukebox.examples.corpus.Artist;
import dev.jukebox.examples.corpus.Corpus;
import dev.jukebox.examples.corpus.Genre;
import dev.jukebox.examples.corpus.Performer;
import dev.jukebox.examples.corpus.Score;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;

/**
 * Hears of songs whether they are what they should be: scale, tempo, artist and letters. What an
 * artist sounds like it learns from songs of the corpus.
 *
 * <pre>{@code
 * Listener listener = Listener.learn(5, 16, 3);
 * Listener.Figures figures = listener.listen(takes);
 * }</pre>
 */
final class Listener {
  private static final double CLOSE = 0.1;

  private final NearestCentroid<Artist> artists;
  private final LetterRecogniser letters;

  private Listener(NearestCentroid<Artist> artists, LetterRecogniser letters) {
    this.artists = artists;
    this.letters = letters;
  }

  /**
   * What was heard of several songs, each but the counts from 0 to 1.
   *
   * @param notes notes that were heard clearly
   * @param inScale those in the scale of the label's genre
   * @param inOtherScales the same for the other genres' scales
   * @param tempo songs within a tenth of the genre's tempo
   * @param artist songs whose timbre is nearest to the label's artist
   * @param letters letters of the lyrics that were looked for
   * @param recognised those that were heard in their slots
   * @param otherWords the same for the lyrics read backwards
   * @param commonest the share of the commonest letter, which always guessing it would reach
   */
  record Figures(
      long notes,
      double inScale,
      double inOtherScales,
      double tempo,
      double artist,
      long letters,
      double recognised,
      double otherWords,
      double commonest) {}

  /**
   * Learns.
   *
   * @param seed of the songs
   * @param songs of the corpus for the artists' timbres, at least one of each artist
   * @param alphabets songs of each artist in each genre for the templates of letters
   */
  static Listener learn(long seed, int songs, int alphabets) {
    Performer performer = new Performer();
    Corpus corpus = new Corpus(seed);
    Map<Artist, List<double[]>> timbres = new EnumMap<>(Artist.class);
    for (int i = 0; i < songs; i++) {
      Score score = corpus.song(i);
      timbres
          .computeIfAbsent(score.artist(), artist -> new ArrayList<>())
          .add(Timbre.of(performer.perform(score)));
    }
    return new Listener(
        new NearestCentroid<>(timbres), LetterRecogniser.learn(performer, alphabets, seed));
  }

  /** Listens to songs. */
  Figures listen(List<Take> takes) {
    Share inScale = new Share();
    Share inOthers = new Share();
    Share tempo = new Share();
    Share artist = new Share();
    Share recognised = new Share();
    Share otherWords = new Share();
    int[] counts = new int[26];
    for (Take take : takes) {
      Genre genre = take.wanted().genre();
      Artist wanted = take.wanted().artist();
      float[] samples = take.samples();
      for (int pitchClass : Notes.of(take)) {
        for (Genre scale : EnumSet.allOf(Genre.class)) {
          (scale == genre ? inScale : inOthers).add(scale.pitchClasses().contains(pitchClass));
        }
      }
      tempo.add(Math.abs(Tempo.of(samples) / genre.tempo() - 1) <= CLOSE);
      artist.add(artists.classify(Timbre.of(samples)) == wanted);
      List<Letters.Heard> heard = Letters.of(take);
      for (int i = 0; i < heard.size(); i++) {
        char letter = letters.recognise(wanted, heard.get(i).features());
        recognised.add(letter == heard.get(i).letter());
        otherWords.add(letter == heard.get(heard.size() - 1 - i).letter());
        counts[heard.get(i).letter() - 'a']++;
      }
    }
    int most = 0;
    for (int count : counts) {
      most = Math.max(most, count);
    }
    return new Figures(
        inScale.count(),
        inScale.value(),
        inOthers.value(),
        tempo.value(),
        artist.value(),
        recognised.count(),
        recognised.value(),
        otherWords.value(),
        (double) most / recognised.count());
  }
}
