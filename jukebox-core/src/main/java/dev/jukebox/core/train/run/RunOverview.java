package dev.jukebox.core.train.run;

import java.nio.file.Path;
import java.util.List;

/**
 * What a run is about to do.
 *
 * @param directory where it writes
 * @param backend what it computes on, for people
 * @param parameters number of learnt numbers
 * @param songs songs of the data
 * @param chunks chunks of sample_length in them, to train and to test on
 * @param batchesPerEpoch batches of a pass over the data
 * @param epochs passes over the data
 * @param step steps that were taken before
 * @param remainingSteps steps that it takes if no batch is left out; 0 if it does not train
 * @param notes sentences about what was restored or derived
 */
public record RunOverview(
    Path directory,
    String backend,
    long parameters,
    int songs,
    int chunks,
    int batchesPerEpoch,
    int epochs,
    long step,
    long remainingSteps,
    List<String> notes) {

  public RunOverview {
    notes = List.copyOf(notes);
  }
}
