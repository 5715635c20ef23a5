package dev.jukebox.core.train.run;

import dev.jukebox.core.autograd.Parameters;
import dev.jukebox.core.autograd.Tape;
import dev.jukebox.core.checkpoint.ModelLayout;
import dev.jukebox.core.checkpoint.SavedRun;
import dev.jukebox.core.data.Batch;
import dev.jukebox.core.train.nn.StepLoss;
import java.util.Map;
import java.util.Random;
import java.util.function.BooleanSupplier;

/** A model of one kind, as a run trains it. */
interface Trainee extends AutoCloseable {

  /** What is learnt by gradients. */
  Parameters parameters();

  /** What a checkpoint holds beside the parameters. */
  ModelLayout layout();

  /** What a checkpoint has to remember beside the layout: plain values and tensors by name. */
  Map<String, Object> extras();

  /** Goes on from a checkpoint, whose parameters and buffers are there already. */
  void restored(SavedRun saved);

  /**
   * Notes the losses of a batch.
   *
   * @param random the step's own
   */
  StepLoss run(Tape tape, Batch batch, Random random);

  /** Logs what a batch sounds like before and after the model. */
  void logBatch(RunLog log, String tag, Batch batch);

  /** Logs samples of the model, unless it is cancelled meanwhile. */
  void logSamples(RunLog log, Batch batch, long seed, BooleanSupplier cancelled);

  @Override
  void close();
}
