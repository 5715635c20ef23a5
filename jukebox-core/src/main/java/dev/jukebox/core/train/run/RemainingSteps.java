package dev.jukebox.core.train.run;

import dev.jukebox.core.hparams.Hyperparams;

/** How many steps a run has before it, whatever its checkpoint counted before. */
final class RemainingSteps {

  private RemainingSteps() {}

  /**
   * Steps until the earliest of what ends a run: its epochs, exit_train, or a learning rate of 0;
   * none if it does not train.
   *
   * @param begin where the run begins
   * @param batches batches of an epoch
   * @param taken steps that the optimizer counts already
   */
  static long of(Hyperparams hps, Progress begin, int batches, long taken) {
    int epochs = hps.intOf("epochs") - begin.epoch();
    if (!hps.booleanOf("train") || epochs <= 0) {
      return 0;
    }
    double steps = ofEpoch(hps, begin.batch(), batches);
    steps += (epochs - 1.0) * ofEpoch(hps, 0, batches);
    steps = Math.min(steps, Math.ceil(hps.doubleOf("exit_train")) - taken);
    if (hps.booleanOf("lr_use_linear_decay")) {
      double end = hps.longOf("lr_start_linear_decay") + hps.doubleOf("lr_decay");
      steps = Math.min(steps, Math.ceil(end) - taken);
    }
    return Math.max(0, (long) steps);
  }

  /** Steps of an epoch from one of its batches on; the last batch of the data ends a step. */
  private static int ofEpoch(Hyperparams hps, int from, int batches) {
    int accumulated = hps.intOf("iters_before_update");
    int to = (int) Math.min(batches, Math.ceil(hps.doubleOf("break_train")));
    if (from >= to) {
      return 0;
    }
    int whole = to / accumulated - from / accumulated;
    return to == batches && batches % accumulated != 0 ? whole + 1 : whole;
  }
}
