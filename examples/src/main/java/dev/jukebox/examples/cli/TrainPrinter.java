package dev.jukebox.examples.cli;

import dev.jukebox.api.TrainListener;
import dev.jukebox.api.TrainProgress;
import dev.jukebox.api.TrainRequest;
import dev.jukebox.api.TrainResult;
import dev.jukebox.api.TrainStart;
import dev.jukebox.error.CancelledException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;

/**
 * Shows a run of training on the error stream: a bar on a terminal, as the launcher says by {@code
 * jukebox.terminal}, else a line each ten seconds and each log_steps.
 */
final class TrainPrinter implements TrainListener, AutoCloseable {
  private static final long PAUSE_NANOS = 10_000_000_000L;
  private static final int REFRESH_MILLIS = 500;

  private final PrintStream err = System.err;
  private final Interruption interruption;
  private final boolean terminal = Boolean.getBoolean("jukebox.terminal");
  private final boolean prior;
  private final long logSteps;
  private Optional<Path> saved = Optional.empty();
  private ProgressBar bar;
  private final boolean top;
  private final boolean train;
  private long before;
  private int skipped;
  private boolean stepped;
  private long lastNanos = System.nanoTime();

  TrainPrinter(TrainRequest request, Interruption interruption) {
    this.interruption = interruption;
    this.prior = request.value("prior").equals(Optional.of(true));
    long level = (Long) request.value("level").orElseThrow();
    this.top = level == (Long) request.value("levels").orElseThrow() - 1;
    this.train = request.value("train").equals(Optional.of(true));
    this.logSteps = (Long) request.value("log_steps").orElseThrow();
  }

  @Override
  public synchronized void measured(int done, int total) {
    long now = System.nanoTime();
    if (done < total && now - lastNanos > PAUSE_NANOS) {
      lastNanos = now;
      err.printf(Locale.ROOT, "looked at %d of %d files%n", done, total);
    }
  }

  @Override
  public synchronized void started(TrainStart start) {
    before = start.step();
    err.printf(
        Locale.ROOT,
        "training %s, %s parameters, on %s%n",
        start.subject(),
        Measures.count(start.parameters()),
        start.backend());
    err.printf(
        Locale.ROOT,
        "%d songs, %d chunks, %d batches an epoch%s; writing to %s%n",
        start.songs(),
        start.chunks(),
        start.batchesPerEpoch(),
        start.lastStep() > start.step() ? ", to step " + start.lastStep() : "",
        start.directory());
    start.notes().forEach(note -> err.println("note: " + note));
    if (terminal && start.lastStep() > start.step()) {
      bar =
          new ProgressBarBuilder()
              .setTaskName("steps")
              .setInitialMax(start.lastStep())
              .startsFrom(start.step(), Duration.ZERO)
              .setUpdateIntervalMillis(REFRESH_MILLIS)
              .hideEta()
              .build();
    }
    lastNanos = System.nanoTime();
  }

  @Override
  public synchronized void step(TrainProgress progress) {
    if (bar != null) {
      bar.stepTo(progress.step());
      bar.setExtraMessage(Measures.brief(progress));
      return;
    }
    long now = System.nanoTime();
    boolean due = progress.taken() && progress.step() % logSteps == 0;
    if (!stepped || due || now - lastNanos > PAUSE_NANOS) {
      lastNanos = now;
      stepped = true;
      err.println(Measures.of(progress));
    }
  }

  @Override
  public synchronized void evaluated(int epoch, Map<String, Double> metrics) {
    line("epoch " + (epoch + 1) + ", test data: " + Measures.of(metrics, "test_"));
  }

  @Override
  public synchronized void saved(Path checkpoint) {
    saved = Optional.of(checkpoint);
    line("saved " + checkpoint);
  }

  @Override
  public synchronized void skipped(Path file, String reason) {
    skipped++;
    line("jukebox: skipped: " + reason);
  }

  @Override
  public synchronized void warning(String message) {
    line("jukebox: warning: " + message);
  }

  @Override
  public boolean isCancelled() {
    return interruption.isRequested();
  }

  /** Says what there is now, and what to type next. */
  synchronized void finished(TrainResult result) {
    close();
    if (!result.metrics().isEmpty()) {
      err.println("last epoch: " + Measures.of(result.metrics(), ""));
    }
    if (result.steps() == before && train) {
      err.println(
          "jukebox: warning: no step was left to take, as step "
              + before
              + " of the checkpoint is the end of this run: raise --epochs or --exit_train, or let"
              + " the learning rate decay later");
    }
    if (skipped > 0) {
      err.println("files that were skipped: " + skipped);
    }
    result.checkpoint().ifPresent(System.out::println);
    result.model().ifPresent(System.out::println);
    if (result.model().isPresent() && top) {
      err.println("to sample: ./jukebox sample --model=" + result.model().get());
    } else if (result.model().isPresent()) {
      err.println("to sample through it: put its entry into the model.json of the prior above it");
    } else if (result.checkpoint().isPresent()) {
      err.println(
          "to train a prior on its codes, the same flags for the VQ-VAE and --prior"
              + " --restore_vqvae="
              + result.checkpoint().get());
    }
  }

  /** Says how to go on. */
  synchronized void cancelled(CancelledException stopped) {
    close();
    err.println("jukebox: " + stopped.getMessage());
    saved.ifPresent(
        checkpoint ->
            err.println(
                "jukebox: to go on, run again with the same other flags and "
                    + (prior ? "--restore_prior=" : "--restore_vqvae=")
                    + checkpoint));
  }

  /** A line above the bar, if there is one. */
  private void line(String text) {
    if (bar != null) {
      // Leaves what the bar shows behind, and lets it draw itself anew below.
      err.println();
    }
    err.println(text);
  }

  @Override
  public synchronized void close() {
    if (bar != null) {
      bar.close();
      bar = null;
    }
  }
}
