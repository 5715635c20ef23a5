package dev.jukebox.core.train.run;

import dev.jukebox.core.autograd.Parameter;
import dev.jukebox.core.autograd.Tape;
import dev.jukebox.core.autograd.Workspace;
import dev.jukebox.core.data.Batch;
import dev.jukebox.core.data.BatchStream;
import dev.jukebox.core.data.ChunkLoader;
import dev.jukebox.core.data.TrainingData;
import dev.jukebox.core.hparams.Hyperparams;
import dev.jukebox.core.optim.MovingAverage;
import dev.jukebox.core.optim.Optimizer;
import dev.jukebox.core.optim.StepResult;
import dev.jukebox.core.train.nn.StepLoss;
import dev.jukebox.error.CancelledException;
import dev.jukebox.error.ComputeException;
import dev.jukebox.error.FileAccessException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** The loop over epochs and batches. */
final class Trainer {
  private static final long SAMPLE_ITERS = 12_000;

  private final Hyperparams hps;
  private final TrainingData data;
  private final Trainee trainee;
  private final Optimizer optimizer;
  private final RunLog log;
  private final Saver saver;
  private final TrainListener listener;
  private final int accumulated;
  private Progress progress = Progress.START;
  private boolean changed;

  Trainer(
      Hyperparams hps,
      TrainingData data,
      Trainee trainee,
      Optimizer optimizer,
      RunLog log,
      Saver saver,
      TrainListener listener) {
    this.hps = hps;
    this.data = data;
    this.trainee = trainee;
    this.optimizer = optimizer;
    this.log = log;
    this.saver = saver;
    this.listener = listener;
    this.accumulated = hps.intOf("iters_before_update");
  }

  /** Runs from where a run was to its end. */
  TrainResult run(Progress begin) {
    progress = begin;
    log.step(optimizer.steps());
    log.text("hps", hps.toString());
    Map<String, Double> metrics = new LinkedHashMap<>();
    try (Workspace workspace = new Workspace(trainee.parameters().backend())) {
      if (!hps.booleanOf("train")) {
        metrics.putAll(evaluate(workspace));
      } else {
        runEpochs(workspace, metrics);
      }
    }
    if (changed && hps.booleanOf("save")) {
      save();
    }
    log.flush();
    return new TrainResult(
        saver.files().directory(), saver.last(), saver.model(), optimizer.steps(), metrics);
  }

  private void runEpochs(Workspace workspace, Map<String, Double> metrics) {
    if (progress.epoch() >= hps.intOf("epochs") || ended()) {
      listener.warning(
          "no step was left: "
              + optimizer.steps()
              + " steps and "
              + progress.epoch()
              + " epochs were done before, so raise epochs, exit_train or lr_decay");
    }
    while (progress.epoch() < hps.intOf("epochs") && !ended()) {
      metrics.clear();
      metrics.putAll(train(workspace));
      if (hps.booleanOf("test")) {
        metrics.putAll(evaluate(workspace));
      }
      // A run that ends within an epoch is one that goes on within it.
      progress = ended() ? progress : progress.nextEpoch();
    }
  }

  private boolean ended() {
    return optimizer.isFinished() || optimizer.steps() >= hps.doubleOf("exit_train");
  }

  private Map<String, Double> train(Workspace workspace) {
    Means means = new Means();
    ChunkLoader loader = data.train();
    trainee.parameters().clearGradients();
    try (BatchStream batches = loader.epoch(progress.epoch(), progress.batch())) {
      while (batches.hasNext() && !ended() && progress.batch() < hps.doubleOf("break_train")) {
        // Between two steps: gradients of half a step would be lost.
        if (progress.batch() % accumulated == 0 && listener.isCancelled()) {
          stop();
        }
        Batch batch = batches.next();
        StepReport report = learn(workspace, batch, loader.batches());
        means.add(report.metrics(), batch.size());
        listener.stepped(report);
      }
    }
    return means.values("");
  }

  /** Keeps what was learnt, and ends. */
  private void stop() {
    if (changed && hps.booleanOf("save")) {
      save();
    }
    log.flush();
    throw new CancelledException(
        "training was stopped after "
            + optimizer.steps()
            + " steps"
            + saver.last().map(path -> "; go on from " + path).orElse(""));
  }

  private StepReport learn(Workspace workspace, Batch batch, int batches) {
    long began = System.nanoTime();
    boolean last = (progress.batch() + 1) % accumulated == 0 || progress.batch() + 1 == batches;
    boolean logged = last && optimizer.steps() % hps.intOf("save_iters") == 0;
    double scale = optimizer.lossScale().value();
    StepLoss loss;
    try (Tape tape = Tape.recording(workspace)) {
      loss = trainee.run(tape, batch, new Random(hps.longOf("seed") * 31 + progress.attempts()));
      requireNumber(loss, batch);
      tape.backward((float) (scale / accumulated));
    }
    Map<String, Double> metrics = new LinkedHashMap<>(loss.metrics());
    metrics.put("loss", loss.loss());
    boolean taken = last && step(metrics);
    double seconds = (System.nanoTime() - began) / 1e9;
    int index = progress.batch();
    progress = progress.nextBatch();
    if (taken) {
      afterStep(batch, metrics, logged);
    }
    return new StepReport(
        optimizer.steps(), progress.epoch(), index, batches, loss.loss(), metrics, seconds, taken);
  }

  private boolean step(Map<String, Double> metrics) {
    StepResult result = optimizer.step();
    if (result.outcome() == StepResult.Outcome.OVERFLOW && !optimizer.lossScale().isDynamic()) {
      throw new ComputeException(
          "the gradient of step "
              + (optimizer.steps() + 1)
              + " has elements that are NaN or infinite, first in "
              + firstOverflow()
              + "; nothing was changed"
              + lastSaved()
              + ": use a smaller lr or a smaller clip");
    }
    trainee.parameters().clearGradients();
    metrics.put("gn", result.gradientNorm());
    metrics.put("lr", result.learningRate());
    metrics.put("lg_loss_scale", Math.log(result.lossScale()) / Math.log(2));
    changed |= result.isTaken();
    return result.isTaken();
  }

  /** The parameter nearest to the losses whose gradient overflowed. */
  private String firstOverflow() {
    List<Parameter> all = trainee.parameters().all();
    for (int i = all.size() - 1; i >= 0; i--) {
      for (float value : trainee.parameters().backend().downloadFloats(all.get(i).gradient())) {
        if (!Float.isFinite(value)) {
          return all.get(i).name();
        }
      }
    }
    return "their sum";
  }

  private void requireNumber(StepLoss loss, Batch batch) {
    if (Double.isFinite(loss.loss())) {
      return;
    }
    throw new ComputeException(
        "the loss of step "
            + (optimizer.steps() + 1)
            + " is "
            + loss.loss()
            + diagnose(batch)
            + "; nothing was changed"
            + lastSaved()
            + ": use a smaller lr or a smaller clip");
  }

  /** Which operation gave the first value that is no number. */
  private String diagnose(Batch batch) {
    try (Workspace workspace = new Workspace(trainee.parameters().backend());
        Tape tape = Tape.checking(workspace)) {
      trainee.run(tape, batch, new Random(0));
      return "";
    } catch (ComputeException e) {
      return " (" + e.getMessage() + ")";
    }
  }

  private String lastSaved() {
    return saver.last().map(path -> ", and the last checkpoint is " + path).orElse("");
  }

  private void afterStep(Batch batch, Map<String, Double> metrics, boolean logged) {
    long step = optimizer.steps();
    log.step(step);
    if (step % hps.intOf("log_steps") == 0 || step == 1) {
      log.scalars(metrics);
    }
    boolean finished = optimizer.isFinished();
    if (hps.booleanOf("save") && (isFirstOf(step, hps.intOf("save_iters")) || finished)) {
      trySave();
    }
    if (hps.booleanOf("prior") && (isFirstOf(step, SAMPLE_ITERS) || finished)) {
      withAverages(
          () -> trainee.logSamples(log, batch, hps.longOf("seed") + step, listener::isCancelled));
    }
    if (logged) {
      trainee.logBatch(log, "train", batch);
      log.flush();
    }
  }

  /** Whether a step is the first of so many, as the original counts them. */
  private static boolean isFirstOf(long step, long many) {
    return step % many == 1 % many;
  }

  /** Where a checkpoint cannot be written, such as on a full disk, the next one may be. */
  private void trySave() {
    try {
      save();
    } catch (FileAccessException e) {
      listener.warning(
          e.getMessage() + "; the run goes on, and saves again after the next save_iters steps");
    }
  }

  private void save() {
    listener.saved(saver.save(progress));
    changed = false;
  }

  private Map<String, Double> evaluate(Workspace workspace) {
    Means means = new Means();
    withAverages(() -> evaluateAll(workspace, means));
    if (listener.isCancelled()) {
      stop();
    }
    Map<String, Double> metrics = means.values("test_");
    log.step(optimizer.steps());
    log.scalars(metrics);
    log.flush();
    listener.evaluated(progress.epoch(), metrics);
    return metrics;
  }

  private void evaluateAll(Workspace workspace, Means means) {
    try (BatchStream batches = data.test().epoch(progress.epoch(), 0)) {
      boolean first = true;
      while (batches.hasNext() && !listener.isCancelled()) {
        Batch batch = batches.next();
        if (batch.index() >= hps.doubleOf("break_test")) {
          return;
        }
        try (Tape tape = Tape.evaluating(workspace)) {
          StepLoss loss = trainee.run(tape, batch, new Random(0));
          Map<String, Double> metrics = new LinkedHashMap<>(loss.metrics());
          metrics.put("loss", loss.loss());
          means.add(metrics, batch.size());
        }
        if (first) {
          trainee.logBatch(log, "test", batch);
          first = false;
        }
      }
    }
  }

  private void withAverages(Runnable body) {
    if (optimizer.average().isEmpty()) {
      body.run();
      return;
    }
    MovingAverage average = optimizer.average().get();
    average.inPlace(body);
  }
}
