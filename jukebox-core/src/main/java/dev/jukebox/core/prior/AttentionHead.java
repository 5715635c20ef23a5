package dev.jukebox.core.prior;

/**
 * One head of one layer of a transformer.
 *
 * @param layer the layer, from 0
 * @param head its head, from 0
 */
public record AttentionHead(int layer, int head) {}
