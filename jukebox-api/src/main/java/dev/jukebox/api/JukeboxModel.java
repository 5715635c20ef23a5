package dev.jukebox.api;

import java.util.List;

/**
 * A model that is open for use. Safe for use by several threads, whose calls take turns.
 *
 * <pre>{@code
 * try (JukeboxModel model = Jukebox.open(ModelSource.named("1b_lyrics"))) {
 *   Codes codes = model.encode(List.of(recording));
 *   Audio coarse = model.decode(codes, 2).get(0);
 * }
 * }</pre>
 */
public interface JukeboxModel extends AutoCloseable {

  /** What the model is called. */
  String name();

  /** Samples a second of its audio. */
  int sampleRate();

  /** Number of levels. */
  int levels();

  /** Samples of audio for each code of a level. */
  int hop(int level);

  /**
   * Whether the codes of a level can be drawn: a model whose training goes on may have no prior of
   * it yet.
   */
  boolean hasPrior(int level);

  /** What is sampled where a request does not say otherwise. */
  SampleDefaults defaults();

  /**
   * Samples songs, from the top level down as far as there are priors; the request's own model and
   * options are ignored.
   *
   * @throws dev.jukebox.error.JukeboxException with one sentence on what cannot be done
   */
  SampleResult sample(SampleRequest request);

  /**
   * The codes of sounds of the same length at every level.
   *
   * @param audio mono sound at the model's sample rate, cut to a multiple of the top level's hop
   */
  Codes encode(List<Audio> audio);

  /**
   * The sound of one level's codes, one an item.
   *
   * @param codes codes of all levels, of which only this one is used
   * @param level 0 for the finest
   */
  List<Audio> decode(Codes codes, int level);

  /**
   * Draws what is missing of the levels below the top; the request's mode is ignored. Codes that
   * are there are kept: {@link Codes#onlyTop} makes all levels below be drawn anew.
   */
  default SampleResult upsample(Codes codes, SampleRequest.Builder request) {
    return sample(request.mode(SampleMode.upsampling(codes)).build());
  }

  /**
   * How well a level's prior foretells music that is there: the mean over its codes of −log2 of the
   * probability that the prior gives to the true code, told all codes before it in its window, the
   * true codes of the level above, artist, genre and lyrics. A prior that knows nothing needs the
   * logarithm of the number of different codes.
   *
   * <pre>{@code
   * Codes codes = model.encode(List.of(recording));
   * double bits = model.bitsPerCode(codes, List.of(Song.of("Nova", "blues")), 0);
   * }</pre>
   *
   * @param codes of this level and of the one above, at least one window of an upsampler
   * @param songs what is told of each item; a song without a total length is as long as its codes
   * @param level 0 for the finest
   * @return bits, at least 0
   * @throws dev.jukebox.error.JukeboxException with one sentence on what cannot be done
   */
  double bitsPerCode(Codes codes, List<Song> songs, int level);

  /**
   * Finds the attention head of the top prior that follows the lyrics of songs; the request's own
   * model and options are ignored, and nothing is written.
   *
   * @throws dev.jukebox.error.JukeboxException with one sentence on what cannot be done
   */
  AlignmentResult align(AlignmentRequest request);

  /** Frees the model; further calls fail. */
  @Override
  void close();
}
