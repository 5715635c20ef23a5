package dev.jukebox.examples.cli;

import dev.jukebox.api.SampleLevel;
import dev.jukebox.api.SampleListener;
import dev.jukebox.api.SampleProgress;
import java.util.Locale;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;

/**
 * Shows a run on the error stream: a bar on a terminal, as the launcher says by {@code
 * jukebox.terminal}, else a line each tenth.
 */
final class ProgressPrinter implements SampleListener, AutoCloseable {
  private static final int LINES = 10;
  private static final long PAUSE_NANOS = 1_000_000_000L;

  private final Interruption interruption;
  private final boolean terminal = Boolean.getBoolean("jukebox.terminal");
  private ProgressBar bar;
  private int level = -1;
  private long lastLine;
  private long lastNanos = System.nanoTime();

  ProgressPrinter(Interruption interruption) {
    this.interruption = interruption;
  }

  @Override
  public void progress(SampleProgress progress) {
    if (progress.level() != level) {
      close();
      level = progress.level();
      lastLine = 0;
      if (terminal) {
        bar =
            new ProgressBarBuilder()
                .setTaskName("level " + level)
                .setInitialMax(progress.total())
                .setUnit(" codes", 1)
                .showSpeed()
                .build();
      }
    }
    if (bar != null) {
      bar.stepTo(progress.done());
    } else if (progress.total() > 0) {
      line(progress);
    }
  }

  private void line(SampleProgress progress) {
    long line = progress.done() * LINES / progress.total();
    long now = System.nanoTime();
    if (line > lastLine && (now - lastNanos > PAUSE_NANOS || line == LINES)) {
      lastLine = line;
      lastNanos = now;
      System.err.printf(
          Locale.ROOT,
          "level %d: %d of %d codes, %.1f a second, %.0f s left%n",
          progress.level(),
          progress.done(),
          progress.total(),
          progress.codesPerSecond(),
          progress.secondsLeft());
    }
  }

  @Override
  public void levelFinished(SampleLevel finished) {
    close();
    finished
        .directory()
        .ifPresent(directory -> System.err.println("level " + finished.level() + ": " + directory));
  }

  @Override
  public void warning(String message) {
    System.err.println("jukebox: warning: " + message);
  }

  @Override
  public boolean isCancelled() {
    return interruption.isRequested();
  }

  @Override
  public void close() {
    if (bar != null) {
      bar.close();
      bar = null;
    }
  }
}
