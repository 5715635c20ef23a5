package dev.jukebox.core.prior;

import dev.jukebox.compute.Arena;
import dev.jukebox.compute.Backend;
import dev.jukebox.compute.DType;
import dev.jukebox.compute.Tensor;
import dev.jukebox.core.nn.Linear;
import dev.jukebox.core.nn.WeightScope;
import dev.jukebox.core.weights.WeightReader;
import dev.jukebox.error.InvalidInputException;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/**
 * One prior in evaluation mode: the distribution of the next code of its level given the codes
 * before it, the level above, labels and lyrics.
 *
 * <pre>{@code
 * try (Prior prior = new Prior(backend, config, reader, DType.F32);
 *     Conditioning conditioning = prior.condition(y, above);
 *     DecodeSession session = prior.open(conditioning)) {
 *   session.prefill(prompt, 128);
 *   session.step(settings, seed, items, position);
 * }
 * }</pre>
 */
public final class Prior implements AutoCloseable {
  private final Backend backend;
  private final PriorConfig config;
  private final Arena weights;
  private final TokenEmbedding embedding;
  private final Transformer transformer;
  private final Linear head;
  private final Optional<Tensor> startToken;
  private final Optional<LabelConditioner> labels;
  private final Optional<UpsamplerConditioner> upsampler;
  private final Optional<LyricEncoder> lyricEncoder;

  /**
   * Loads a prior.
   *
   * @param storage the type in which linear weights are kept: F32, F16, BF16 or I8
   * @throws dev.jukebox.error.CheckpointException if a tensor is missing or of another shape
   */
  public Prior(Backend backend, PriorConfig config, WeightReader reader, DType storage) {
    this.backend = backend;
    this.config = config;
    this.weights = backend.arena();
    try {
      WeightScope scope = new WeightScope(backend, weights, reader, "", storage);
      WeightScope own = scope.sub("prior");
      TransformerConfig shape = config.transformer();
      this.embedding =
          new TokenEmbedding(
              own, config.bins(), shape.nCtx(), shape.width(), !config.mergedDecoder());
      this.transformer = new Transformer(own.sub("transformer"), shape);
      this.head = loadHead(own, config, embedding);
      boolean startsWithLabels = config.labels() || config.singleEncDec();
      this.startToken =
          startsWithLabels
              ? Optional.empty()
              : Optional.of(own.load("start_token", 1, shape.width()));
      this.labels =
          config.labels()
              ? Optional.of(new LabelConditioner(scope.sub("y_emb"), config))
              : Optional.empty();
      this.upsampler =
          config.isTop()
              ? Optional.empty()
              : Optional.of(new UpsamplerConditioner(scope.sub("conditioner_blocks.0"), config));
      this.lyricEncoder =
          config.lyricEncoder().map(encoder -> new LyricEncoder(scope, config, encoder));
      if (!config.labels() && (config.singleEncDec() || config.lyrics())) {
        throw new InvalidInputException(
            "a prior with lyrics needs labels: set labels to true or use_tokens to false");
      }
    } catch (RuntimeException e) {
      weights.close();
      throw e;
    }
  }

  private static Linear loadHead(WeightScope own, PriorConfig config, TokenEmbedding embedding) {
    if (!config.mergedDecoder()) {
      return Linear.head(own, embedding.table());
    }
    try (Arena temporary = own.backend().arena()) {
      return Linear.head(
          own, own.loadInto(temporary, "x_out.weight", config.bins(), config.width()));
    }
  }

  /** The shape. */
  public PriorConfig config() {
    return config;
  }

  /**
   * Computes what a batch of windows is conditioned on.
   *
   * @param y the label vector of each item (spec: total_length, offset, sample_length, artist,
   *     genres, lyric tokens), with offset and lyrics of this window; ignored without labels
   * @param above the codes of the level above for the whole window; ignored at the top level
   */
  public Conditioning condition(List<long[]> y, List<int[]> above) {
    int batch = y.size();
    Arena arena = backend.arena();
    try {
      Optional<LabelIds> ids = labels.map(conditioner -> LabelIds.of(config, y));
      Tensor start =
          labels
              .map(conditioner -> conditioner.start(ids.orElseThrow(), arena))
              .orElseGet(
                  () -> TokenEmbedding.repeat(backend, startToken.orElseThrow(), batch, arena));
      Optional<Tensor> xCond =
          upsampler.isPresent()
              ? upsampler.map(conditioner -> conditioner.apply(above, arena))
              : labels.flatMap(conditioner -> conditioner.time(ids.orElseThrow(), arena));
      List<int[]> lyrics =
          config.lyrics()
              ? y.stream().map(this::lyricTokens).toList()
              : Collections.nCopies(batch, new int[0]);
      Optional<Tensor> encoded = lyricEncoder.map(encoder -> encoder.apply(lyrics, arena));
      backend.synchronize();
      if (config.singleEncDec()) {
        return new Conditioning(
            batch, start, xCond.map(x -> afterLyrics(x, arena)), encoded, lyrics, arena);
      }
      return new Conditioning(
          batch, start, xCond, encoded, Collections.nCopies(batch, new int[0]), arena);
    } catch (RuntimeException e) {
      arena.close();
      throw e;
    }
  }

  private int[] lyricTokens(long[] y) {
    long[] tokens = Arrays.copyOfRange(y, y.length - config.nTokens(), y.length);
    return Arrays.stream(tokens).mapToInt(Math::toIntExact).toArray();
  }

  /** Conditioning of the codes, preceded by zeros for the lyric positions. */
  private Tensor afterLyrics(Tensor xCond, Arena arena) {
    int batch = Math.toIntExact(xCond.shape().dim(0));
    Tensor all =
        arena.tensor(DType.F32, batch, (long) config.primeLength() + config.nCtx(), config.width());
    backend.elementwise().copyPositions(xCond, 0, all, config.primeLength(), config.nCtx());
    return all;
  }

  /** A session that decodes one window of every item of the batch. */
  public DecodeSession open(Conditioning conditioning) {
    return new DecodeSession(backend, config, embedding, transformer, head, conditioning);
  }

  /** Frees the weights. */
  @Override
  public void close() {
    weights.close();
  }
}
