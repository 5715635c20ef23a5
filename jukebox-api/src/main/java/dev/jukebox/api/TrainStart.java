package dev.jukebox.api;

import java.nio.file.Path;
import java.util.List;

/**
 * What a run of training is about to do.
 *
 * @param subject what is trained, such as {@code "the prior of level 1"}
 * @param directory where the run writes
 * @param backend what it computes on
 * @param parameters number of learnt numbers
 * @param songs songs that the data hold
 * @param chunks pieces of sample_length in them, to train and to test on
 * @param batchesPerEpoch batches of a pass over the data
 * @param epochs passes over the data
 * @param step steps that were taken before, if the run goes on from a checkpoint
 * @param lastStep the step with which the run is expected to end
 * @param notes sentences about what was restored, measured or derived
 */
public record TrainStart(
    String subject,
    Path directory,
    String backend,
    long parameters,
    int songs,
    int chunks,
    int batchesPerEpoch,
    int epochs,
    long step,
    long lastStep,
    List<String> notes) {

  public TrainStart {
    notes = List.copyOf(notes);
  }
}
