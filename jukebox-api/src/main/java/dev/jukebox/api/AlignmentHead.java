package dev.jukebox.api;

/**
 * How well one attention head of the top prior follows the lyrics while they are sung.
 *
 * @param layer the layer, from 0
 * @param head its head, from 0
 * @param score 0 to 1: 1 for all attention on one line that moves evenly along the lyrics, 0 for a
 *     head that stands still, looks everywhere or moves back
 * @param correlation −1 to 1: of time and the character attended to
 * @param concentration 0 to 1: the part of the attention along the best line that never moves back
 */
public record AlignmentHead(
    int layer, int head, double score, double correlation, double concentration) {}
