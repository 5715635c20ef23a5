package dev.jukebox.compute;

/**
 * The keys and values that later queries of one layer need, laid out by its pattern and written in
 * place.
 *
 * @param spec the layer
 * @param batch number of items
 * @param keys [batch, slots, nState], of a type that {@link AttentionOps#cacheType} gives
 * @param values [batch, slots, nState], of the same type
 */
public record KvCache(AttentionSpec spec, int batch, Tensor keys, Tensor values) {}
