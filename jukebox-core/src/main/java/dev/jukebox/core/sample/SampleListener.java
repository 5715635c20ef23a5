package dev.jukebox.core.sample;

/** Hears how far a run is, gets its levels as they finish, and can stop it. */
public interface SampleListener {

  /** A listener that hears nothing and stops nothing. */
  static SampleListener none() {
    return new SampleListener() {};
  }

  /**
   * Codes of a level were drawn.
   *
   * @param level the level
   * @param done codes drawn so far, over all items
   * @param total codes the level will draw
   */
  default void progress(int level, long done, long total) {}

  /** A window is finished; these codes can be continued from. */
  default void windowFinished(Codes codes) {}

  /** A level's codes are all drawn; decoding and aligning them can still take a while. */
  default void levelDrawn(Codes codes) {}

  /** A level is finished and decoded. */
  default void levelFinished(LevelResult result) {}

  /** The run was stopped; these codes can be continued from. */
  default void cancelled(Codes codes) {}

  /** Something the user should know, such as an artist that the model does not. */
  default void warning(String message) {}

  /** Asked between two codes: true ends the run with a CancelledException. */
  default boolean isCancelled() {
    return false;
  }
}
