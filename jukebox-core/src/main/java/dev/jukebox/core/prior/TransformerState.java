package dev.jukebox.core.prior;

import dev.jukebox.compute.Arena;
import dev.jukebox.compute.AttentionPattern;
import dev.jukebox.compute.Backend;
import dev.jukebox.compute.DType;
import dev.jukebox.compute.KvCache;
import dev.jukebox.compute.Position;
import dev.jukebox.compute.Tensor;
import dev.jukebox.error.ComputeException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The key/value caches of one batch in one window of a transformer, and how far they reach. */
final class TransformerState implements AutoCloseable {

  /**
   * Attention weights to keep.
   *
   * @param head whose
   * @param weights F32 [batch, count, cache rows], for the positions of one call
   */
  record Recording(AttentionHead head, Tensor weights) {}

  private final Transformer transformer;
  private final int batch;
  private final Arena arena;
  private final List<KvCache> caches = new ArrayList<>();
  private int position;

  TransformerState(Transformer transformer, int batch, Optional<Tensor> encoded) {
    this.transformer = transformer;
    this.batch = batch;
    Backend backend = transformer.backend();
    this.arena = backend.arena();
    DType type = backend.attention().cacheType(transformer.storage());
    try {
      for (TransformerLayer layer : transformer.layers()) {
        caches.add(backend.attention().createCache(layer.attention(), batch, type, arena));
      }
      encoded.ifPresent(this::fillEncoder);
    } catch (RuntimeException e) {
      arena.close();
      throw e;
    }
  }

  private void fillEncoder(Tensor encoded) {
    try (Arena temporary = transformer.backend().arena()) {
      Tensor keysValues =
          temporary.tensor(
              DType.F32, batch, encoded.shape().dim(1), 2L * transformer.config().nState());
      for (int i = 0; i < caches.size(); i++) {
        if (transformer.config().attention(i).pattern() == AttentionPattern.ENCODER) {
          transformer.layers().get(i).fillEncoder(encoded, keysValues, caches.get(i));
        }
      }
    }
  }

  /** Number of positions that have been run. */
  int position() {
    return position;
  }

  /**
   * Runs the next positions; their inputs stand in {@code buffers.x()}, and so do the outputs. With
   * recordings, layers after the last recorded one are left out and the outputs mean nothing.
   */
  void advance(LayerBuffers buffers, List<Recording> recordings) {
    int count = Math.toIntExact(buffers.x().shape().dim(1));
    Position start = Position.at(position);
    skip(count);
    run(buffers, start, recordings);
  }

  /** Counts positions that are run by {@link #run}. */
  void skip(int count) {
    if (position + count > transformer.config().nCtx()) {
      throw new ComputeException(
          "transformer: "
              + count
              + " positions after "
              + position
              + " exceed the window of "
              + transformer.config().nCtx());
    }
    position += count;
  }

  /** As {@link #advance}, from a position that the backend may know alone; does not count. */
  void run(LayerBuffers buffers, Position start, List<Recording> recordings) {
    int last = recordings.stream().mapToInt(r -> r.head().layer()).max().orElse(caches.size() - 1);
    for (int i = 0; i <= last; i++) {
      int layer = i;
      List<Recording> own = recordings.stream().filter(r -> r.head().layer() == layer).toList();
      transformer.layers().get(i).apply(buffers, caches.get(i), start, own);
    }
  }

  @Override
  public void close() {
    arena.close();
  }
}
