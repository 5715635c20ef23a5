package dev.jukebox.benchmarks;

import dev.jukebox.core.sample.Codes;
import dev.jukebox.core.sample.LevelResult;
import dev.jukebox.core.sample.SampleListener;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Hears a run and keeps how long each of its stages took; ends it when its time is up. */
final class StageClock implements SampleListener {
  private static final double NANOS = 1e-9;

  /**
   * A stage that ended or was stopped.
   *
   * @param name what it did
   * @param seconds wall time
   * @param done codes drawn, over all items; 0 where none are
   * @param total codes to draw
   */
  record Stage(String name, double seconds, long done, long total) {
    /**
     * Wall time of the whole stage, at the same speed if it was stopped; empty if none is known.
     */
    Optional<Double> wholeSeconds() {
      if (isWhole()) {
        return Optional.of(seconds);
      }
      return done == 0 ? Optional.empty() : Optional.of(seconds * total / done);
    }

    /** Whether it was not stopped. */
    boolean isWhole() {
      return done == total;
    }
  }

  private final double limitSeconds;
  private final long start = System.nanoTime();
  private final List<Stage> stages = new ArrayList<>();
  private final List<String> warnings = new ArrayList<>();
  private long mark = start;
  private int level = -1;
  private long done;
  private long total;

  StageClock(double limitSeconds) {
    this.limitSeconds = limitSeconds;
  }

  /** Ends a stage without codes. */
  void end(String name) {
    add(new Stage(name, lap(), 0, 0));
  }

  private double lap() {
    long now = System.nanoTime();
    double seconds = (now - mark) * NANOS;
    mark = now;
    return seconds;
  }

  private void add(Stage stage) {
    stages.add(stage);
    System.out.printf(
        Locale.ROOT,
        "%-28s %9.3f s%s%n",
        stage.name(),
        stage.seconds(),
        stage.total() == 0
            ? ""
            : String.format(
                Locale.ROOT,
                "  %d of %d codes, %.1f us a code%s",
                stage.done(),
                stage.total(),
                stage.seconds() / Math.max(1, stage.done()) * 1e6,
                stage.isWhole()
                    ? ""
                    : stage
                        .wholeSeconds()
                        .map(whole -> String.format(Locale.ROOT, "; whole about %.1f s", whole))
                        .orElse("; stopped before the first")));
    System.out.flush();
  }

  @Override
  public void progress(int current, long drawn, long all) {
    if (current != level) {
      end("load level " + current);
      level = current;
    }
    done = drawn;
    total = all;
  }

  @Override
  public void levelDrawn(Codes codes) {
    add(new Stage("sample level " + level, lap(), done, total));
  }

  @Override
  public void levelFinished(LevelResult result) {
    boolean aligned = !result.alignments().isEmpty() && level == result.codes().levels() - 1;
    end("decode level " + level + (aligned ? " and align" : ""));
    result.audio().forEach(audio -> Checks.requireNumbers(audio, "audio of level " + level));
  }

  @Override
  public void cancelled(Codes codes) {
    if (!stages.isEmpty() && done < total) {
      add(new Stage("sample level " + level, lap(), done, total));
    } else {
      end("stopped after level " + level);
    }
  }

  @Override
  public boolean isCancelled() {
    return (System.nanoTime() - start) * NANOS > limitSeconds;
  }

  @Override
  public void warning(String message) {
    warnings.add(message);
  }

  /** Everything that ended so far, in order. */
  List<Stage> stages() {
    return List.copyOf(stages);
  }
}
