package dev.jukebox.core.data;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * What could not be used, each file once however often it was met; any thread may add.
 *
 * <pre>{@code
 * SkippedFiles skipped = new SkippedFiles(file -> log.warn(file.reason()));
 * ...
 * log.info(skipped.all().size() + " files, " + skipped.chunks() + " chunks");
 * }</pre>
 */
public final class SkippedFiles {

  private final Consumer<SkippedFile> listener;
  private final Map<Path, SkippedFile> files = new LinkedHashMap<>();
  private long chunks;

  /**
   * @param listener told of each file when it is first met, by the thread that met it, one at a
   *     time
   */
  public SkippedFiles(Consumer<SkippedFile> listener) {
    this.listener = listener;
  }

  /** The files so far, in the order in which they were met. */
  public synchronized List<SkippedFile> all() {
    return List.copyOf(files.values());
  }

  /** How many chunks of music were replaced by others because their files could not be decoded. */
  public synchronized long chunks() {
    return chunks;
  }

  /** Why a file was left out; empty text for one that was not. */
  synchronized String reasonOf(Path path) {
    SkippedFile file = files.get(path);
    return file == null ? "" : file.reason();
  }

  synchronized void addFile(SkippedFile file) {
    if (files.putIfAbsent(file.path(), file) == null) {
      listener.accept(file);
    }
  }

  synchronized void addChunk(SkippedFile file) {
    chunks++;
    addFile(file);
  }
}
