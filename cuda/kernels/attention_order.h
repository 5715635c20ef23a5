/*
 * The one order in which every attention kernel over fp32 caches adds, so that a query has the same
 * bits in a decode step and in a prompt of any length, whatever else is in its batch. 16-bit caches
 * have that of attention_half_order.h; its chunks and their merge are those written here.
 *
 * - A dot product: LANES partial sums, each of the granules g with g % LANES == lane in ascending
 *   order by fused multiply-adds, then their sum by a butterfly (masks 4, 2, 1).
 * - A chunk of slots, counted from the query's first: the largest score; weights exp(score - it);
 *   their sum, lane i of a warp adding slots i, i + 32, ... before the butterfly of warp_sum; for
 *   each column of the values the sum over RUN slots from zero, and these sums in ascending order.
 * - The chunks in ascending order by merge_scales and merged; at last one division.
 *
 * A slot that is not attended has weight 0 and adds nothing, so tails need no other order.
 */
#ifndef JUKEBOX_ATTENTION_ORDER_H
#define JUKEBOX_ATTENTION_ORDER_H

#include "device.h"

namespace jukebox {

constexpr int LANES = 8;
constexpr int RUN = 8;

/*
 * Slots of a chunk, a multiple of 64. A decode step gives each chunk to a block: fewer slots mean
 * more blocks at work, more of them mean less to merge. 64 rows of 480 halves fill a block's
 * loads, and make block and previous-block patterns of the upsamplers one chunk.
 */
HOST_DEVICE int chunk_slots(int32_t head_dim) { return head_dim > 256 ? 64 : 128; }

constexpr int MOST_CHUNK_SLOTS = 128;

/* Runs that so many slots fall into. */
HOST_DEVICE int divide_runs(int slots) { return (slots + RUN - 1) / RUN; }

/* A product that the compiler cannot fuse with what follows. */
DEVICE float rounded_product(float a, float b) { return fmaf(a, b, 0.0f); }

/* Sums over the LANES lanes of a group. */
DEVICE float lanes_sum(float value) {
  for (int mask = LANES / 2; mask > 0; mask /= 2) value += shuffle_xor(value, mask);
  return value;
}

/* What the sums before a chunk and those of the chunk are multiplied by when they are added. */
struct MergeScales {
  float before;
  float chunk;
};

DEVICE MergeScales merge_scales(float largest_before, float largest_of_chunk) {
  float largest = fmaxf(largest_before, largest_of_chunk);
  return {expf(largest_before - largest), expf(largest_of_chunk - largest)};
}

DEVICE float merged(MergeScales scales, float before, float chunk) {
  return fmaf(chunk, scales.chunk, rounded_product(before, scales.before));
}

}  // namespace jukebox

#endif
