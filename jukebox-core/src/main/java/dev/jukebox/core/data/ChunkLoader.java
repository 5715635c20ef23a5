package dev.jukebox.core.data;

import dev.jukebox.core.audio.Audio;
import dev.jukebox.error.InvalidInputException;
import java.util.List;
import java.util.concurrent.Future;

/**
 * Batches of one part of the data, decoded in background threads; the same whatever the number of
 * threads, and wherever an epoch is begun.
 *
 * <pre>{@code
 * try (BatchStream batches = data.train().epoch(3, 120)) {
 *   while (batches.hasNext()) {
 *     step(batches.next());
 *   }
 * }
 * }</pre>
 */
public final class ChunkLoader implements AutoCloseable {

  /** Batches that are decoded while one is used. */
  private static final int AHEAD = 2;

  private final DataSettings settings;
  private final ChunkReader reader;
  private final SongLabels labels;
  private final BatchPlan plan;
  private final Draws draws;
  private final Workers workers;

  ChunkLoader(
      String name,
      DataSettings settings,
      ChunkReader reader,
      SongLabels labels,
      BatchPlan plan,
      Draws draws) {
    this.settings = settings;
    this.reader = reader;
    this.labels = labels;
    this.plan = plan;
    this.draws = draws;
    this.workers = new Workers("jukebox-" + name, settings.workers());
  }

  /** The number of chunks. */
  public int chunks() {
    return plan.range().count();
  }

  /** The batches of an epoch; the last one of a test may be smaller. */
  public int batches() {
    return plan.batches();
  }

  /**
   * The batches of an epoch from one on; decoding begins at once.
   *
   * @param epoch from 0; decides the order, the shifts and the weights of the channels
   * @param firstBatch from 0, at most {@link #batches}
   * @throws InvalidInputException if there is no such batch
   */
  public BatchStream epoch(int epoch, int firstBatch) {
    if (epoch < 0 || firstBatch < 0 || firstBatch > batches()) {
      throw new InvalidInputException(
          "An epoch of "
              + batches()
              + " batches was to begin at batch "
              + firstBatch
              + " of epoch "
              + epoch
              + "; was the run begun with other data?");
    }
    return new BatchStream(this, plan, epoch, firstBatch, AHEAD);
  }

  /** Ends the threads; streams that are still open end with an exception. */
  @Override
  public void close() {
    workers.close();
  }

  Future<ReadyChunk> submit(int item, int epoch) {
    return workers.submit(() -> prepare(item, epoch));
  }

  Batch batch(int epoch, int index, List<ReadyChunk> chunks) {
    return new Batch(epoch, index, settings.sampleLength(), labels.length(), chunks);
  }

  private ReadyChunk prepare(int item, int epoch) {
    Chunk chunk = reader.read(item, epoch, plan.range());
    Audio audio = chunk.audio();
    float weight = settings.augBlend() ? draws.blend(chunk.item(), epoch) : 0.5f;
    return new ReadyChunk(
        new Batch.Origin(chunk.file(), chunk.offset()),
        MonoMix.of(audio, weight),
        labels.of(chunk.song(), chunk.offset()));
  }
}
