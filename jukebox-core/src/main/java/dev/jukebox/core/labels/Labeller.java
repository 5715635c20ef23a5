package dev.jukebox.core.labels;

import dev.jukebox.core.files.Location;
import dev.jukebox.core.hparams.Hyperparams;
import dev.jukebox.error.InvalidInputException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * Turns what a caller says of songs into the numbers that one prior is conditioned on.
 *
 * <pre>{@code
 * Labeller labeller = Labeller.of(hps, sampleLength, ids);
 * Label label = labeller.label(new Metadata("Nova", "blues", "Hello", 60 * 44100, 0));
 * WindowLabel window = labeller.yAtStart(label, 4096, 128);
 * }</pre>
 */
public sealed interface Labeller permits EmptyLabeller, MetadataLabeller {

  /** The labeller of a model without labels: every y is empty. */
  static Labeller empty() {
    return new EmptyLabeller();
  }

  /**
   * The labeller of a model with labels.
   *
   * @param maxGenreWords places for genre ids
   * @param nTokens length of the lyric window, 0 for none
   * @param sampleLength samples of a full window at the prior's level
   * @param ids artists and genres; their version is that of the lyric vocabulary
   */
  static Labeller of(int maxGenreWords, int nTokens, long sampleLength, ArtistGenreIds ids) {
    return new MetadataLabeller(
        maxGenreWords, nTokens, sampleLength, ids, new TextProcessor(ids.v3()));
  }

  /**
   * The labeller that a prior's hyperparameters ask for: labels, labels_v3, max_bow_genre_size,
   * n_tokens.
   *
   * @throws InvalidInputException if the ids are of the other version, or too many for y_bins, or
   *     n_vocab is too small for the characters of the version
   */
  static Labeller of(Hyperparams prior, long sampleLength, ArtistGenreIds ids) {
    return of(prior, sampleLength, ids, new TextProcessor(ids.v3()));
  }

  /**
   * As {@link #of(Hyperparams, long, ArtistGenreIds)}, with the characters of lyrics.
   *
   * @param text the characters, fewer than n_vocab
   */
  static Labeller of(Hyperparams prior, long sampleLength, ArtistGenreIds ids, TextProcessor text) {
    if (!prior.booleanOf("labels")) {
      return empty();
    }
    if (ids.v3() != prior.booleanOf("labels_v3")) {
      throw new InvalidInputException(
          "Artist and genre lists of version "
              + (ids.v3() ? "3" : "2")
              + " were given to a model whose labels_v3 is "
              + prior.booleanOf("labels_v3"));
    }
    int[] bins = prior.intsOf("y_bins");
    ids.requireBelow(bins[0], bins[1]);
    MetadataLabeller labeller =
        new MetadataLabeller(
            prior.intOf("max_bow_genre_size"), prior.intOf("n_tokens"), sampleLength, ids, text);
    if (prior.intOf("n_tokens") > 0) {
      labeller.requireVocabulary(prior.intOf("n_vocab"));
    }
    return labeller;
  }

  /**
   * As {@link #of(Hyperparams, long, ArtistGenreIds)}, with the lists of a directory and the
   * characters of its lyric_characters.txt, or none and those of the version.
   */
  static Labeller of(Hyperparams prior, long sampleLength, Optional<Path> ids) {
    if (!prior.booleanOf("labels")) {
      return empty();
    }
    return ids.map(directory -> in(Location.of(directory), prior, sampleLength))
        .orElseGet(
            () -> of(prior, sampleLength, ArtistGenreIds.none(prior.booleanOf("labels_v3"))));
  }

  /** As {@link #of(Hyperparams, long, Optional)}, wherever the directory is. */
  static Labeller in(Location directory, Hyperparams prior, long sampleLength) {
    if (!prior.booleanOf("labels")) {
      return empty();
    }
    boolean v3 = prior.booleanOf("labels_v3");
    return of(
        prior, sampleLength, ArtistGenreIds.read(directory, v3), TextProcessor.in(directory, v3));
  }

  /** The number of entries of a y: 4 + max_bow_genre_size + n_tokens, or 0. */
  int yLength();

  /**
   * The label of one song, for a window at its offset.
   *
   * @throws InvalidInputException if a genre has more words than the model takes, or the offset is
   *     outside the song
   */
  Label label(Metadata song);

  /** The label of each song. */
  default List<Label> labels(List<Metadata> songs) {
    return songs.stream().map(this::label).toList();
  }

  /**
   * What the prior is told of the window that starts at a token: the sample length of its level,
   * the offset moved by {@code startTokens · rawToTokens} samples, and the lyrics around its
   * middle.
   *
   * @param label of this or another level's labeller of the same song
   * @param startTokens the window's first token, counted from the label's offset
   * @param rawToTokens samples of a token at the prior's level
   * @throws InvalidInputException if the window starts outside the song
   */
  WindowLabel yAtStart(Label label, long startTokens, long rawToTokens);

  /** {@link #yAtStart} of each label. */
  default List<WindowLabel> yAtStart(List<Label> labels, long startTokens, long rawToTokens) {
    return labels.stream().map(label -> yAtStart(label, startTokens, rawToTokens)).toList();
  }

  /** A y in words, as a log shows it. */
  LabelInfo describe(long[] y);
}
