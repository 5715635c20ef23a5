package dev.jukebox.examples.cli;

import dev.jukebox.api.DownloadListener;

/** Says on the error stream how far a download is, a line each twentieth. */
final class DownloadPrinter implements DownloadListener {
  private static final int LINES = 20;
  private static final long MEGABYTE = 1_000_000;

  private String last = "";

  @Override
  public synchronized void progress(String file, long done, long total) {
    String line =
        total > 0
            ? "%s: %d%% of %d MB"
                .formatted(file, done * LINES / total * 100 / LINES, total / MEGABYTE)
            : "%s: %d MB".formatted(file, done / (50 * MEGABYTE) * 50);
    if (!line.equals(last)) {
      last = line;
      System.err.println("fetching " + line);
    }
  }
}
