package dev.jukebox.compute;

/**
 * The keys and values that later queries of one layer need, laid out by its pattern and written in
 * place.
 *
 * @param spec the layer
 * @param batch number of items
 * @param keys F32 [batch, slots, nState]
 * @param values F32 [batch, slots, nState]
 */
public record KvCache(AttentionSpec spec, int batch, Tensor keys, Tensor values) {}
