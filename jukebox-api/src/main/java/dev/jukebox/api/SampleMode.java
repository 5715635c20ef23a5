package dev.jukebox.api;

import java.nio.file.Path;
import java.util.List;
import java.util.OptionalDouble;

/**
 * What a run begins with.
 *
 * <pre>{@code
 * SampleMode mode = SampleMode.primed(List.of(Path.of("recording.wav")), 12);
 * }</pre>
 */
public sealed interface SampleMode {

  /** Nothing: every code is drawn. */
  record Ancestral() implements SampleMode {}

  /**
   * The codes of an earlier run, which are kept and continued.
   *
   * @param codes the codes
   * @param promptSeconds how much of them to keep; empty for all
   */
  record Continue(Codes codes, OptionalDouble promptSeconds) implements SampleMode {}

  /**
   * The top level's codes of an earlier run; what is missing of the levels below is drawn. Where
   * the level below the top has no prior, drawing begins with the next one that has, and the codes
   * of the level above it are needed too.
   *
   * @param codes the codes
   * @param promptSeconds how much of them to keep; empty for all
   */
  record Upsample(Codes codes, OptionalDouble promptSeconds) implements SampleMode {}

  /**
   * The beginning of recordings, repeated in turn until every item has one.
   *
   * @param recordings audio files
   * @param promptSeconds how much of each, rounded down to a multiple of the top level's hop
   */
  record Primed(List<Path> recordings, double promptSeconds) implements SampleMode {

    public Primed {
      recordings = List.copyOf(recordings);
    }
  }

  /** Begins with nothing. */
  static SampleMode ancestral() {
    return new Ancestral();
  }

  /** Continues all codes of an earlier run. */
  static SampleMode continuing(Codes codes) {
    return new Continue(codes, OptionalDouble.empty());
  }

  /** Upsamples all top-level codes of an earlier run. */
  static SampleMode upsampling(Codes codes) {
    return new Upsample(codes, OptionalDouble.empty());
  }

  /** Begins with recordings. */
  static SampleMode primed(List<Path> recordings, double promptSeconds) {
    return new Primed(recordings, promptSeconds);
  }
}
