package dev.jukebox.core.prior;

import dev.jukebox.compute.Arena;
import dev.jukebox.compute.Backend;
import dev.jukebox.compute.DType;
import dev.jukebox.compute.Position;
import dev.jukebox.compute.Tensor;
import dev.jukebox.core.nn.LayerNorm;
import dev.jukebox.core.nn.Linear;
import dev.jukebox.core.nn.WeightScope;
import java.util.List;
import java.util.Optional;

/** The separate transformer over lyrics whose outputs the encoder layers of a prior attend to. */
final class LyricEncoder {
  /** What the lyrics themselves were learnt by: of no use here, and not in every file. */
  private static final String HEAD = "prime_x_out.weight";

  private final Backend backend;
  private final PriorConfig config;
  private final TransformerConfig shape;
  private final TokenEmbedding embedding;
  private final Tensor startToken;
  private final Transformer transformer;
  private final Linear projection;
  private final LayerNorm norm;

  LyricEncoder(WeightScope scope, PriorConfig config, TransformerConfig shape) {
    this.backend = scope.backend();
    this.config = config;
    this.shape = shape;
    WeightScope prime = scope.sub("prime_prior");
    this.embedding =
        new TokenEmbedding(prime, config.nVocab(), config.nTokens(), shape.width(), false);
    this.startToken = prime.load("start_token", 1, shape.width());
    this.transformer = new Transformer(prime.sub("transformer"), shape);
    this.projection = Linear.conv1d(scope.sub("prime_state_proj"), shape.width(), config.width());
    this.norm = new LayerNorm(scope.sub("prime_state_ln"), config.width());
    if (scope.reader().has(HEAD)) {
      scope.reader().take(HEAD, config.nVocab(), config.width());
    }
  }

  /** The encoded lyrics [batch, nTokens, width of the prior]. */
  Tensor apply(List<int[]> lyrics, Arena arena) {
    int batch = lyrics.size();
    int length = config.nTokens();
    Tensor out = arena.tensor(DType.F32, batch, length, config.width());
    try (Arena temporary = backend.arena();
        TransformerState state = new TransformerState(transformer, batch, Optional.empty())) {
      LayerBuffers buffers = LayerBuffers.of(shape, batch, length, temporary);
      Tensor previous = temporary.tensor(DType.I32, batch, length);
      backend.upload(previous, TokenShift.previous(lyrics, 0, length));
      Tensor first = TokenEmbedding.repeat(backend, startToken, batch, temporary);
      embedding.apply(previous, Optional.of(first), Optional.empty(), Position.at(0), buffers.x());
      state.advance(buffers, List.of());
      projection.apply(buffers.x(), out);
      norm.apply(out, out);
    }
    return out;
  }
}
