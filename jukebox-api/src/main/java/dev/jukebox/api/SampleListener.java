package dev.jukebox.api;

/**
 * Hears how far a run is, and can stop it. Called on the thread that samples.
 *
 * <pre>{@code
 * SampleListener listener =
 *     new SampleListener() {
 *       public void progress(SampleProgress progress) {
 *         System.err.printf("level %d: %d of %d%n", progress.level(), progress.done(), progress.total());
 *       }
 *     };
 * }</pre>
 */
public interface SampleListener {

  /** A listener that hears nothing and stops nothing. */
  static SampleListener none() {
    return new SampleListener() {};
  }

  /** Codes were drawn. */
  default void progress(SampleProgress progress) {}

  /** A level is finished and, where an output directory is set, written. */
  default void levelFinished(SampleLevel level) {}

  /** Something the user should know, such as an artist that the model does not. */
  default void warning(String message) {}

  /** Asked between two codes: true ends the run with a CancelledException. */
  default boolean isCancelled() {
    return false;
  }
}
