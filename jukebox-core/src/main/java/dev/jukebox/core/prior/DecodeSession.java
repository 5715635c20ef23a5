package dev.jukebox.core.prior;

import dev.jukebox.compute.Arena;
import dev.jukebox.compute.Backend;
import dev.jukebox.compute.DType;
import dev.jukebox.compute.Position;
import dev.jukebox.compute.SamplerSettings;
import dev.jukebox.compute.Tensor;
import dev.jukebox.core.nn.Linear;
import dev.jukebox.error.InvalidInputException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * One window of a batch while it is written: a prompt is filled in by chunks, then codes are drawn
 * one at a time. Codes do not depend on the batch or on the chunks.
 */
public final class DecodeSession implements AutoCloseable {
  /** Heads whose attention is wanted, and what takes it. */
  private record Recorded(List<AttentionHead> heads, AttentionSink sink) {}

  private static final Recorded NOTHING =
      new Recorded(List.of(), (head, item, start, weights) -> {});

  private final Backend backend;
  private final PriorConfig config;
  private final TokenEmbedding embedding;
  private final CodeHead head;
  private final Conditioning conditioning;
  private final TransformerState state;
  private final DecodeStep step;
  private int length;

  DecodeSession(
      Backend backend,
      PriorConfig config,
      TokenEmbedding embedding,
      Transformer transformer,
      Linear head,
      Conditioning conditioning) {
    this.backend = backend;
    this.config = config;
    this.embedding = embedding;
    this.head =
        new CodeHead(
            backend, head, config.mergedDecoder() ? Optional.empty() : conditioning.xCond());
    this.conditioning = conditioning;
    this.state = new TransformerState(transformer, conditioning.batch(), conditioning.encoded());
    try {
      this.step = new DecodeStep(backend, config, embedding, this.head, conditioning, state);
    } catch (RuntimeException e) {
      state.close();
      throw e;
    }
  }

  /** Number of codes that are known: prompt and drawn. */
  public int codeCount() {
    return Math.max(0, length - config.primeLength());
  }

  /**
   * Fills in the codes that stand at the beginning of the window, after the lyrics of a
   * single-sequence model; call it once, before the first step, also with no codes.
   *
   * @param codes the same number for every item, fewer than nCtx
   * @param chunkSize positions that are computed at once; changes memory and speed alone
   */
  public void prefill(List<int[]> codes, int chunkSize) {
    run(codes, chunkSize, Optional.empty(), NOTHING);
  }

  /**
   * The logits of every code of a window, given those before it.
   *
   * @param codes the codes of each item
   * @return for each item [codes, bins], row-major; lyric positions included first in a
   *     single-sequence model
   */
  public List<float[]> logits(List<int[]> codes, int chunkSize) {
    int bins = head.bins();
    List<float[]> all = rows(codes, bins);
    run(
        codes,
        chunkSize,
        Optional.of(
            (item, start, logits) ->
                System.arraycopy(logits, 0, all.get(item), start * bins, logits.length)),
        NOTHING);
    return all;
  }

  /**
   * What each code of a window costs given those before it: −log2 of its probability.
   *
   * @param codes the codes of each item, in the VQ-VAE's vocabulary
   * @return for each item [codes], in bits; the lyrics of a single-sequence model are not counted,
   *     but its codes are told from them too
   */
  public List<double[]> bits(List<int[]> codes, int chunkSize) {
    int prime = config.primeLength();
    int shift = config.singleEncDec() ? config.nVocab() : 0;
    int bins = head.bins();
    List<double[]> all = codes.stream().map(item -> new double[item.length]).toList();
    run(
        codes,
        chunkSize,
        Optional.of(
            (item, start, logits) -> {
              int count = logits.length / bins;
              for (int i = Math.max(0, prime - start); i < count; i++) {
                int place = start + i - prime;
                int code = codes.get(item)[place] + shift;
                all.get(item)[place] = LogitSink.bits(logits, i * bins, bins, code);
              }
            }),
        NOTHING);
    return all;
  }

  /**
   * The attention that one head of one layer pays from every position to every cache row.
   *
   * @param codes the codes of each item
   * @return for each item [positions, cache rows], row-major
   */
  public List<float[]> attentionWeights(
      List<int[]> codes, int chunkSize, int layer, int headIndex) {
    int slots = config.transformer().attention(layer).cacheSlots();
    List<float[]> all = rows(codes, slots);
    AttentionSink sink =
        (head, item, start, weights) ->
            System.arraycopy(weights, 0, all.get(item), start * slots, weights.length);
    run(
        codes,
        chunkSize,
        Optional.empty(),
        new Recorded(List.of(new AttentionHead(layer, headIndex)), sink));
    return all;
  }

  /**
   * The attention of several heads in one pass, given to a sink chunk by chunk, so that it need not
   * be kept as a whole.
   *
   * @param codes the codes of each item
   * @param heads heads of layers that attend to lyrics
   * @throws InvalidInputException if the layer of a head does not
   */
  public void recordAttention(
      List<int[]> codes, int chunkSize, List<AttentionHead> heads, AttentionSink sink) {
    for (AttentionHead head : heads) {
      if (!config.transformer().attendsToLyrics(head.layer())) {
        throw new InvalidInputException(
            "layer " + head.layer() + " does not attend to lyrics, so its heads are not recorded");
      }
    }
    run(codes, chunkSize, Optional.empty(), new Recorded(heads, sink));
  }

  private List<float[]> rows(List<int[]> codes, int rowLength) {
    List<float[]> all = new ArrayList<>();
    for (int[] item : codes) {
      all.add(new float[Math.multiplyExact(config.primeLength() + item.length, rowLength)]);
    }
    return all;
  }

  private void run(List<int[]> codes, int chunkSize, Optional<LogitSink> sink, Recorded recorded) {
    if (chunkSize < 1) {
      throw new InvalidInputException("a chunk size of " + chunkSize + ", expected at least 1");
    }
    if (length != 0 || state.position() != 0) {
      throw new InvalidInputException("a decode session was given a second prompt");
    }
    List<int[]> tokens = withLyrics(codes);
    int total = tokens.get(0).length;
    for (int start = 0; start < total; start += chunkSize) {
      int count = Math.min(chunkSize, total - start);
      try (Arena chunk = backend.arena()) {
        runChunk(tokens, start, count, sink, recorded, chunk);
      }
    }
    if (total > 0) {
      int[] last = tokens.stream().mapToInt(item -> item[total - 1]).toArray();
      step.previous(last);
    }
    backend.synchronize();
    length = total;
  }

  private void runChunk(
      List<int[]> tokens,
      int start,
      int count,
      Optional<LogitSink> sink,
      Recorded recorded,
      Arena chunk) {
    int batch = conditioning.batch();
    TransformerConfig shape = config.transformer();
    LayerBuffers buffers = LayerBuffers.of(shape, batch, count, chunk);
    Tensor previous = chunk.tensor(DType.I32, batch, count);
    backend.upload(previous, TokenShift.previous(tokens, start, count));
    embedding.apply(
        previous,
        start == 0 ? Optional.of(conditioning.start()) : Optional.empty(),
        conditioning.xCond(),
        Position.at(start),
        buffers.x());
    List<TransformerState.Recording> recordings =
        recorded.heads().stream().map(each -> recording(each, batch, count, chunk)).toList();
    state.advance(buffers, recordings);
    for (TransformerState.Recording each : recordings) {
      for (int n = 0; n < batch; n++) {
        float[] weights = backend.downloadFloats(each.weights().slice(n, 1));
        recorded.sink().accept(each.head(), n, start, weights);
      }
    }
    sink.ifPresent(
        taker -> {
          Tensor out = chunk.tensor(DType.F32, batch, count, head.bins());
          head.apply(buffers.x(), Position.at(start), out);
          for (int n = 0; n < batch; n++) {
            taker.accept(n, start, backend.downloadFloats(out.slice(n, 1)));
          }
        });
  }

  private TransformerState.Recording recording(
      AttentionHead head, int batch, int count, Arena chunk) {
    int slots = config.transformer().attention(head.layer()).cacheSlots();
    return new TransformerState.Recording(head, chunk.tensor(DType.F32, batch, count, slots));
  }

  /** Lyrics, then codes in the transformer's vocabulary. */
  private List<int[]> withLyrics(List<int[]> codes) {
    if (codes.size() != conditioning.batch()) {
      throw new InvalidInputException(
          "a batch of " + conditioning.batch() + " items was given the codes of " + codes.size());
    }
    int shift = config.singleEncDec() ? config.nVocab() : 0;
    List<int[]> tokens = new ArrayList<>();
    for (int n = 0; n < codes.size(); n++) {
      int[] lyrics = conditioning.lyrics().get(n);
      int[] item = codes.get(n);
      if (item.length != codes.get(0).length || item.length > config.nCtx()) {
        throw new InvalidInputException(
            "a window of "
                + config.nCtx()
                + " codes was given prompts of "
                + codes.get(0).length
                + " and "
                + item.length
                + " codes");
      }
      int[] all = new int[lyrics.length + item.length];
      System.arraycopy(lyrics, 0, all, 0, lyrics.length);
      for (int i = 0; i < item.length; i++) {
        all[lyrics.length + i] = item[i] + shift;
      }
      tokens.add(all);
    }
    return tokens;
  }

  /**
   * Draws the next code of every item. A device may still be at it when this returns.
   *
   * @param settings temperature and filter
   * @param seed the run's seed
   * @param items number of each item in the run
   * @param position absolute position of the code in its level
   */
  public void step(SamplerSettings settings, long seed, int[] items, long position) {
    step.run(settings, seed, items, length, position);
    length++;
  }

  /** How many codes of each item {@link #step} has drawn to the end; a device may lag behind. */
  public long ended() {
    return step.ended();
  }

  /**
   * Waits until that many codes of each item have been drawn.
   *
   * @throws dev.jukebox.error.ComputeException if a draw failed, as for a logit that is NaN
   */
  public void await(long count) {
    step.await(count);
  }

  /**
   * The codes drawn since the prompt, one array an item, in the VQ-VAE's vocabulary: a
   * single-sequence model that draws a lyric token gives code 0, as the original clamps it.
   *
   * @param count how many of the last codes
   */
  public List<int[]> lastCodes(int count) {
    int batch = conditioning.batch();
    int[] all = step.history();
    int row = all.length / batch;
    int shift = config.singleEncDec() ? config.nVocab() : 0;
    List<int[]> codes = new ArrayList<>();
    for (int n = 0; n < batch; n++) {
      int[] item = new int[count];
      for (int i = 0; i < count; i++) {
        item[i] = Math.max(0, all[n * row + length - count + i] - shift);
      }
      codes.add(item);
    }
    return codes;
  }

  /** Frees caches and buffers. */
  @Override
  public void close() {
    step.close();
    state.close();
  }
}
