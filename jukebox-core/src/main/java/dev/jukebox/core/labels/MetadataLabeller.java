package dev.jukebox.core.labels;

import dev.jukebox.error.InvalidInputException;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** The labeller of a model that is conditioned on artist, genre, times and perhaps lyrics. */
final class MetadataLabeller implements Labeller {

  private static final int GENRES = 4;

  private final int maxGenreWords;
  private final int nTokens;
  private final long sampleLength;
  private final ArtistGenreIds ids;
  private final TextProcessor text;

  MetadataLabeller(
      int maxGenreWords, int nTokens, long sampleLength, ArtistGenreIds ids, TextProcessor text) {
    this.maxGenreWords = maxGenreWords;
    this.nTokens = nTokens;
    this.sampleLength = sampleLength;
    this.ids = ids;
    this.text = text;
  }

  void requireVocabulary(int nVocab) {
    if (nVocab < text.vocabularySize()) {
      throw new InvalidInputException(
          "n_vocab is "
              + nVocab
              + " where lyrics of "
              + text.name()
              + " have "
              + text.vocabularySize()
              + " tokens");
    }
  }

  @Override
  public int yLength() {
    return GENRES + maxGenreWords + nTokens;
  }

  @Override
  public Label label(Metadata song) {
    Set<String> warnings = new LinkedHashSet<>();
    long[] y = new long[yLength()];
    y[0] = song.totalLength();
    y[1] = song.offset();
    y[2] = sampleLength;
    y[3] = ids.artistId(song.artist(), warnings::add);
    putGenres(y, song.genre(), ids.genreIds(song.genre(), warnings::add));
    String lyrics = text.clean(song.lyrics());
    int[] fullTokens = text.tokenise(lyrics);
    putLyrics(
        y,
        LyricWindow.ofLabel(fullTokens, nTokens, song.totalLength(), song.offset(), sampleLength));
    LabelInfo info = new LabelInfo(song.artist(), song.genre(), lyrics, fullTokens);
    return new Label(y, info, List.copyOf(warnings));
  }

  @Override
  public WindowLabel yAtStart(Label label, long startTokens, long rawToTokens) {
    long[] y = label.y();
    if (y.length != yLength()) {
      throw new InvalidInputException(
          "A label of " + y.length + " entries was given to a prior that takes " + yLength());
    }
    y[1] += startTokens * rawToTokens;
    y[2] = sampleLength;
    if (nTokens == 0) {
      return new WindowLabel(y, new int[0]);
    }
    LyricWindow window =
        LyricWindow.ofWindow(label.info().fullTokens(), nTokens, y[0], y[1], sampleLength);
    putLyrics(y, window);
    return new WindowLabel(y, window.indices());
  }

  @Override
  public LabelInfo describe(long[] y) {
    int[] genres = ints(y, GENRES, GENRES + maxGenreWords);
    int[] tokens = ints(y, GENRES + maxGenreWords, y.length);
    return new LabelInfo(
        ids.artistName((int) y[3]), ids.genreName(genres), text.textise(tokens), tokens);
  }

  private void putGenres(long[] y, String genre, int[] genreIds) {
    if (genreIds.length > maxGenreWords) {
      throw new InvalidInputException(
          "The genre \""
              + genre
              + "\" has "
              + genreIds.length
              + " words ("
              + String.join(", ", ids.genreNames(genre))
              + ") where the model takes "
              + maxGenreWords
              + " at most; leave some out");
    }
    Arrays.fill(y, GENRES, GENRES + maxGenreWords, -1);
    for (int i = 0; i < genreIds.length; i++) {
      y[GENRES + i] = genreIds[i];
    }
  }

  private void putLyrics(long[] y, LyricWindow window) {
    int[] tokens = window.tokens();
    for (int i = 0; i < tokens.length; i++) {
      y[GENRES + maxGenreWords + i] = tokens[i];
    }
  }

  private static int[] ints(long[] y, int from, int to) {
    return Arrays.stream(y, from, to).mapToInt(Math::toIntExact).toArray();
  }
}
