package dev.jukebox.core.prior;

import dev.jukebox.compute.Arena;
import dev.jukebox.compute.DType;
import dev.jukebox.compute.Tensor;

/**
 * The activations that the layers of a transformer write over, one after another.
 *
 * @param x residual stream [batch, count, width]
 * @param middle the stream after attention, used only with res_scale [batch, count, width]
 * @param normed normalised stream [batch, count, width]
 * @param qkv [batch, count, 3·nState]
 * @param queries of encoder layers [batch, count, nState]; shares the memory of qkv
 * @param attended [batch, count, nState]
 * @param mlp [batch, count, mlpState]
 */
record LayerBuffers(
    Tensor x,
    Tensor middle,
    Tensor normed,
    Tensor qkv,
    Tensor queries,
    Tensor attended,
    Tensor mlp) {

  static LayerBuffers of(TransformerConfig config, int batch, int count, Arena arena) {
    Tensor x = arena.tensor(DType.F32, batch, count, config.width());
    Tensor qkv = arena.tensor(DType.F32, batch, count, 3L * config.nState());
    long queries = (long) batch * count * config.nState();
    return new LayerBuffers(
        x,
        config.resScale() ? arena.tensor(DType.F32, batch, count, config.width()) : x,
        arena.tensor(DType.F32, batch, count, config.width()),
        qkv,
        qkv.reshape(3 * queries).slice(0, queries).reshape(batch, count, config.nState()),
        arena.tensor(DType.F32, batch, count, config.nState()),
        arena.tensor(DType.F32, batch, count, config.mlpState()));
  }
}
