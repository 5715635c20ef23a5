package dev.jukebox.api;

import dev.jukebox.core.data.SkippedFile;
import dev.jukebox.core.hparams.Hyperparams;
import dev.jukebox.core.train.run.RunOverview;
import dev.jukebox.core.train.run.StepReport;
import java.nio.file.Path;
import java.util.Map;

/** Passes what a run of training tells on to the application, with the time that is left. */
final class TrainEvents implements dev.jukebox.core.train.run.TrainListener {
  /** Share of the newest step in the mean of recent ones. */
  private static final double NEWEST = 0.1;

  private final TrainListener listener;
  private final Hyperparams hps;
  private long lastStep;
  private long attempts;
  private long lastNanos;
  private double secondsPerBatch;

  TrainEvents(TrainListener listener, Hyperparams hps) {
    this.listener = listener;
    this.hps = hps;
  }

  @Override
  public void measured(int done, int total) {
    listener.measured(done, total);
  }

  @Override
  public void started(RunOverview overview) {
    lastStep = overview.step() + overview.remainingSteps();
    lastNanos = System.nanoTime();
    listener.started(
        new TrainStart(
            subject(),
            overview.directory(),
            overview.backend(),
            overview.parameters(),
            overview.songs(),
            overview.chunks(),
            overview.batchesPerEpoch(),
            overview.epochs(),
            overview.step(),
            lastStep,
            overview.notes()));
  }

  private String subject() {
    if (!hps.booleanOf("prior")) {
      return "a VQ-VAE of " + hps.intOf("levels") + " levels";
    }
    boolean top = hps.intOf("level") == hps.intOf("levels") - 1;
    return (top ? "the prior" : "the upsampler") + " of level " + hps.intOf("level");
  }

  @Override
  public void stepped(StepReport report) {
    long now = System.nanoTime();
    double seconds = (now - lastNanos) / 1e9;
    lastNanos = now;
    attempts++;
    double weight = Math.max(NEWEST, 1.0 / attempts);
    secondsPerBatch += weight * (seconds - secondsPerBatch);
    double perStep = secondsPerBatch * hps.intOf("iters_before_update");
    listener.step(
        new TrainProgress(
            report.step(),
            Math.max(lastStep, report.step()),
            report.epoch(),
            report.batch(),
            report.batches(),
            report.loss(),
            report.metrics(),
            report.taken(),
            perStep,
            perStep * Math.max(0, lastStep - report.step())));
  }

  @Override
  public void evaluated(int epoch, Map<String, Double> metrics) {
    listener.evaluated(epoch, metrics);
  }

  @Override
  public void saved(Path checkpoint) {
    listener.saved(checkpoint);
  }

  @Override
  public void skipped(SkippedFile file) {
    listener.skipped(file.path(), file.reason());
  }

  @Override
  public void warning(String sentence) {
    listener.warning(sentence);
  }

  @Override
  public boolean isCancelled() {
    return listener.isCancelled();
  }
}
