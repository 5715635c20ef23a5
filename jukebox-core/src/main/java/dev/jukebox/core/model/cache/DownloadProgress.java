package dev.jukebox.core.model.cache;

/** Is told how far the fetching of a file is. */
@FunctionalInterface
public interface DownloadProgress {

  /** Is told nothing. */
  DownloadProgress NONE = (file, done, total) -> {};

  /**
   * Called when a transfer starts, about every megabyte, and at its end.
   *
   * @param file name of the file
   * @param done bytes that are here, those of an earlier run included
   * @param total bytes of the whole file, −1 where the server does not say
   */
  void progress(String file, long done, long total);
}
