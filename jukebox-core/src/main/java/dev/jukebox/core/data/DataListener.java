package dev.jukebox.core.data;

/**
 * Told what happens while data are prepared and read. All methods do nothing unless overridden.
 *
 * <pre>{@code
 * DataListener listener = new DataListener() {
 *   @Override
 *   public void skipped(SkippedFile file) {
 *     log.warn(file.reason());
 *   }
 * };
 * }</pre>
 */
public interface DataListener {

  /** The durations of so many files are known; called by the thread that waits for them. */
  default void measured(int done, int total) {}

  /** A file was left out; called once a file, by any thread, one at a time. */
  default void skipped(SkippedFile file) {}

  /** One sentence about something that is not as it may have been meant. */
  default void warning(String sentence) {}
}
