package dev.jukebox.core.data;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.concurrent.Future;

/**
 * The batches of an epoch in order, a few of them decoded ahead. Used by one thread; see {@link
 * ChunkLoader}.
 */
public final class BatchStream implements Iterator<Batch>, AutoCloseable {

  private final ChunkLoader loader;
  private final BatchPlan plan;
  private final int epoch;
  private final int[] items;
  private final int ahead;
  private final Deque<List<Future<ReadyChunk>>> pending = new ArrayDeque<>();
  private int next;
  private int submitted;

  BatchStream(ChunkLoader loader, BatchPlan plan, int epoch, int firstBatch, int ahead) {
    this.loader = loader;
    this.plan = plan;
    this.epoch = epoch;
    this.items = plan.items(epoch);
    this.ahead = ahead;
    this.next = firstBatch;
    this.submitted = firstBatch;
    submit();
  }

  @Override
  public boolean hasNext() {
    return next < plan.batches();
  }

  /**
   * The next batch, waited for where it is not ready.
   *
   * @throws NoSuchElementException at the end of the epoch, or after this was closed
   * @throws dev.jukebox.error.InvalidInputException if chunk after chunk cannot be decoded
   * @throws dev.jukebox.error.CancelledException if the thread is interrupted while it waits, or
   *     the loader was closed
   */
  @Override
  public Batch next() {
    if (!hasNext()) {
      throw new NoSuchElementException("the epoch has no further batch");
    }
    List<ReadyChunk> chunks = new ArrayList<>();
    for (Future<ReadyChunk> chunk : pending.getFirst()) {
      chunks.add(Workers.result(chunk));
    }
    pending.removeFirst();
    Batch batch = loader.batch(epoch, next++, chunks);
    submit();
    return batch;
  }

  /** Drops what was decoded ahead; the loader can be used further. */
  @Override
  public void close() {
    pending.forEach(batch -> batch.forEach(chunk -> chunk.cancel(false)));
    pending.clear();
    next = plan.batches();
  }

  private void submit() {
    while (submitted < plan.batches() && submitted <= next + ahead) {
      List<Future<ReadyChunk>> batch = new ArrayList<>();
      for (int item : plan.batch(items, submitted)) {
        batch.add(loader.submit(item, epoch));
      }
      pending.addLast(batch);
      submitted++;
    }
  }
}
