package dev.jukebox.core.prior;

import dev.jukebox.compute.Arena;
import dev.jukebox.compute.Backend;
import dev.jukebox.compute.DType;
import dev.jukebox.compute.Graph;
import dev.jukebox.compute.Position;
import dev.jukebox.compute.SamplerSettings;
import dev.jukebox.compute.Tensor;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * The operations that draw the next code of every item. They read the position from the backend's
 * memory, so that they are captured once and a device repeats them without the host.
 */
final class DecodeStep implements AutoCloseable {

  /**
   * What the draws of a graph have in common.
   *
   * @param offset what the position in the window lacks to the position in the level
   */
  private record Draw(SamplerSettings settings, long seed, long offset, List<Integer> items) {}

  private final Backend backend;
  private final PriorConfig config;
  private final TokenEmbedding embedding;
  private final CodeHead head;
  private final Conditioning conditioning;
  private final TransformerState state;
  private final Arena arena;
  private final LayerBuffers buffers;
  private final Tensor token;
  private final Tensor logits;
  private final Tensor history;
  private final Tensor items;
  private final Tensor counter;
  private Optional<Draw> current = Optional.empty();
  private Optional<Graph> graph = Optional.empty();
  private long endedBefore;

  DecodeStep(
      Backend backend,
      PriorConfig config,
      TokenEmbedding embedding,
      CodeHead head,
      Conditioning conditioning,
      TransformerState state) {
    this.backend = backend;
    this.config = config;
    this.embedding = embedding;
    this.head = head;
    this.conditioning = conditioning;
    this.state = state;
    this.arena = backend.arena();
    TransformerConfig shape = config.transformer();
    int batch = conditioning.batch();
    try {
      this.buffers = LayerBuffers.of(shape, batch, 1, arena);
      this.token = arena.tensor(DType.I32, batch, 1);
      this.logits = arena.tensor(DType.F32, batch, head.bins());
      this.history = arena.tensor(DType.I32, batch, shape.nCtx());
      this.items = arena.tensor(DType.I32, batch);
      this.counter = arena.tensor(DType.I32, 1);
    } catch (RuntimeException e) {
      arena.close();
      throw e;
    }
  }

  /** Sets the token before the next position. */
  void previous(int[] tokens) {
    backend.upload(token, tokens);
  }

  /**
   * Draws one code of every item. The first of a kind is run by itself, the second captured.
   *
   * @param window the position in the window
   * @param level the position in the level
   */
  void run(SamplerSettings settings, long seed, int[] itemNumbers, int window, long level) {
    state.skip(1);
    Draw draw =
        new Draw(settings, seed, level - window, IntStream.of(itemNumbers).boxed().toList());
    if (current.filter(draw::equals).isEmpty()) {
      drop();
      backend.upload(items, itemNumbers);
      backend.upload(counter, new int[] {window});
      draw(draw, window == 0);
      current = Optional.of(draw);
      endedBefore++;
    } else {
      if (graph.isEmpty()) {
        graph = Optional.of(backend.capture(() -> draw(draw, false)));
      }
      graph.get().launch();
    }
  }

  private void draw(Draw draw, boolean first) {
    Position position = Position.counted(0, counter);
    embedding.apply(
        token,
        first ? Optional.of(conditioning.start()) : Optional.empty(),
        conditioning.xCond(),
        position,
        buffers.x());
    state.run(buffers, position, List.of());
    head.apply(buffers.x(), position, logits);
    backend
        .sampling()
        .sample(
            logits,
            draw.settings(),
            draw.seed(),
            items,
            config.level(),
            Position.counted(draw.offset(), counter),
            token.reshape(conditioning.batch()));
    backend.elementwise().copyPositions(token, 0, history, position, 1);
    backend.elementwise().increment(counter);
  }

  /**
   * How many codes of an item have been drawn to the end, without waiting; the first of a kind
   * counts as soon as it is asked for.
   */
  long ended() {
    return endedBefore + graph.map(Graph::finished).orElse(0L);
  }

  /** Waits until that many codes of an item have been drawn. */
  void await(long count) {
    if (graph.isPresent()) {
      graph.get().await(count - endedBefore);
    } else if (count > 0) {
      backend.synchronize();
    }
  }

  /** The tokens at every position of the window [batch, nCtx]; waits. */
  int[] history() {
    return backend.downloadInts(history);
  }

  private void drop() {
    graph.ifPresent(
        old -> {
          backend.synchronize();
          endedBefore += old.finished();
          old.close();
        });
    graph = Optional.empty();
  }

  @Override
  public void close() {
    graph.ifPresent(Graph::close);
    arena.close();
  }
}
