package dev.jukebox.api;

/** Hears how far the download of a released model's file is. */
@FunctionalInterface
public interface DownloadListener {

  /**
   * Bytes have arrived.
   *
   * @param file name of the file
   * @param done bytes so far
   * @param total bytes of the whole file, or −1 if not known
   */
  void progress(String file, long done, long total);
}
