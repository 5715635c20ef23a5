package dev.jukebox.core.prior;

import dev.jukebox.compute.Activation;
import dev.jukebox.compute.AttentionPattern;
import dev.jukebox.compute.AttentionSpec;
import dev.jukebox.compute.Backend;
import dev.jukebox.compute.KvCache;
import dev.jukebox.compute.Position;
import dev.jukebox.compute.Tensor;
import dev.jukebox.core.nn.LayerNorm;
import dev.jukebox.core.nn.Linear;
import dev.jukebox.core.nn.WeightScope;
import java.util.List;
import java.util.Optional;

/** One layer: x + a + m with a = attention(norm(x)) and m = mlp(norm(x + a)). */
final class TransformerLayer {
  private final Backend backend;
  private final AttentionSpec attention;
  private final float resScale;
  private final LayerNorm norm0;
  private final Linear queries;
  private final Optional<Linear> encoderKeysValues;
  private final Linear projection;
  private final LayerNorm norm1;
  private final Linear mlpIn;
  private final Linear mlpOut;

  TransformerLayer(WeightScope scope, TransformerConfig config, int index) {
    this.backend = scope.backend();
    this.attention = config.attention(index);
    this.resScale = config.resScale() ? 1f / config.depth() : 1;
    int width = config.width();
    int nState = config.nState();
    boolean encoder = attention.pattern() == AttentionPattern.ENCODER;
    this.norm0 = new LayerNorm(scope.sub("ln_0"), width);
    this.queries = Linear.conv1d(scope.sub("attn.c_attn"), width, encoder ? nState : 3 * nState);
    this.encoderKeysValues =
        encoder
            ? Optional.of(Linear.conv1d(scope.sub("attn.c_enc_kv"), width, 2 * nState))
            : Optional.empty();
    this.projection = Linear.conv1d(scope.sub("attn.c_proj"), nState, width);
    this.norm1 = new LayerNorm(scope.sub("ln_1"), width);
    this.mlpIn = Linear.conv1d(scope.sub("mlp.c_fc"), width, config.mlpState());
    this.mlpOut = Linear.conv1d(scope.sub("mlp.c_proj"), config.mlpState(), width);
  }

  AttentionSpec attention() {
    return attention;
  }

  /** Fills the cache of an encoder layer from the encoded lyrics [batch, length, width]. */
  void fillEncoder(Tensor encoded, Tensor keysValues, KvCache cache) {
    encoderKeysValues.orElseThrow().apply(encoded, keysValues);
    backend.attention().fillEncoder(cache, keysValues);
  }

  /**
   * Runs the positions from {@code start} on, writing over {@code buffers.x()}.
   *
   * @param recordings where to keep the attention weights of heads of this layer, if they are
   *     wanted; of several heads at once only where the layer attends to lyrics
   */
  void apply(
      LayerBuffers buffers,
      KvCache cache,
      Position start,
      List<TransformerState.Recording> recordings) {
    Tensor x = buffers.x();
    Tensor qkv =
        attention.pattern() == AttentionPattern.ENCODER ? buffers.queries() : buffers.qkv();
    queries.applyNormed(norm0, x, buffers.normed(), Activation.NONE, qkv);
    if (recordings.isEmpty()) {
      backend.attention().attend(cache, qkv, start, buffers.attended());
    }
    // Each computes the same output again; keys of lyrics are not overwritten by later positions.
    for (TransformerState.Recording recording : recordings) {
      backend
          .attention()
          .attendRecording(
              cache,
              qkv,
              Math.toIntExact(start.offset()),
              buffers.attended(),
              recording.head().head(),
              recording.weights());
    }
    Tensor middle = resScale == 1 ? x : buffers.middle();
    projection.applyResidual(buffers.attended(), x, middle);
    mlpIn.applyNormed(norm1, middle, buffers.normed(), Activation.QUICK_GELU, buffers.mlp());
    if (resScale == 1) {
      mlpOut.applyResidual(buffers.mlp(), middle, middle);
    } else {
      mlpOut.applyInterpolated(buffers.mlp(), middle, x, resScale, x);
    }
  }
}
