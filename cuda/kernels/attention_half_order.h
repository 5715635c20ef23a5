/*
 * The one order in which every attention kernel over 16-bit caches adds, on matrix instructions.
 * Only the caches are rounded: queries and weights are split into 16-bit terms whose sum is nearly
 * the fp32 value, two for f16, three for bf16.
 *
 * - Terms are rows of the instruction, eight queries at once: row g has the first, largest, term of
 *   query g, row g + 8 the second, and another instruction has the third. So every term has a sum of
 *   its own, and the terms' sums are added, the smallest first. A decode step has its one query in
 *   all eight places, and needs no more instructions for two terms than for one.
 * - A dot product: columns in segments of 128, each a sum of 8 steps from zero. For f16 the query's
 *   segment is scaled by a power of two, which is taken back from its sum. The segments' sums are
 *   added in ascending order. Steps 2p and 2p + 1 have columns 32p .. 32p + 31: eight of them belong
 *   to a lane % 4, of which the first step takes four, so that a lane reads 16 bytes for both.
 * - A chunk of slots, counted from the query's first: the largest score; weights exp(score - it);
 *   their sum, lane i of a warp adding slots 2i, 2i + 1, 2i + 64, 2i + 65 before the butterfly of
 *   warp_sum; for each column of the values the sum over RUN_SLOTS slots from zero, in steps of 16
 *   slots as they come, and these sums in ascending order.
 * - The chunks in ascending order by merge_scales and merged; at last one division.
 *
 * A slot that is not attended has weight 0 and adds nothing if its values are finite, so tails need no
 * other order.
 */
#ifndef JUKEBOX_ATTENTION_HALF_ORDER_H
#define JUKEBOX_ATTENTION_HALF_ORDER_H

#include "attention_order.h"
#include "linear_rows.h"

namespace jukebox {

constexpr int SEGMENT = 128;
constexpr int SEGMENT_STEPS = SEGMENT / 16;
/* Slots of a tile of keys, and queries whose terms fill an instruction. */
constexpr int SLOT_TILE = 8;
constexpr int QUERY_TILE = 8;
constexpr int RUN_SLOTS = 32;
constexpr int RUN_STEPS = RUN_SLOTS / 16;

/* Terms of an fp32 factor, and instructions that they take. */
template <typename T>
constexpr int TERMS = 2;
template <>
constexpr int TERMS<bf16> = 3;
template <typename T>
constexpr int TERM_PAIRS = (TERMS<T> + 1) / 2;

/* Brings weights, at most 1, to where fp16 is most exact. bf16 has the range of fp32. */
template <typename T>
constexpr float WEIGHT_POWER = 16384.0f;
template <>
constexpr float WEIGHT_POWER<bf16> = 1.0f;

/* A segment of one query, or of QUERY_TILE, as fragments: [pair][step][query][lane % 4]. */
template <typename T, int queries>
constexpr int FRAGMENTS = TERM_PAIRS<T> * SEGMENT_STEPS * queries * 4;

/* Terms of two neighbours, the largest first. */
template <typename T>
DEVICE void split2(float a, float b, uint32_t (&terms)[TERM_PAIRS<T> * 2]) {
  UNROLL
  for (int i = 0; i < TERM_PAIRS<T> * 2; i++) {
    if (i < TERMS<T>) {
      T x = from_float<T>(a);
      T y = from_float<T>(b);
      terms[i] = pack2(x, y);
      a -= to_float(x);
      b -= to_float(y);
    } else {
      terms[i] = 0;
    }
  }
}

/*
 * A warp splits a segment of a query, lane i having columns 4i .. 4i + 3, into the query's place in
 * the fragments. What takes back the power of two.
 */
template <typename T, int queries>
DEVICE float split_segment(float4 columns, int query, uint4* fragments) {
  int lane = threadIdx.x % WARP;
  float power = 1.0f;
  if constexpr (TERMS<T> == 2) {
    float largest = fmaxf(fmaxf(fabsf(columns.x), fabsf(columns.y)),
                          fmaxf(fabsf(columns.z), fabsf(columns.w)));
    power = power_for(bits_float(reduce_max(float_bits(largest))));
  }
  uint32_t first[TERM_PAIRS<T> * 2];
  uint32_t second[TERM_PAIRS<T> * 2];
  split2<T>(columns.x * power, columns.y * power, first);
  split2<T>(columns.z * power, columns.w * power, second);
  int step = lane / 8 * 2 + lane % 2;
  uint4* to = fragments + (step * queries + query) * 4 + lane / 2 % 4;
  UNROLL
  for (int p = 0; p < TERM_PAIRS<T>; p++) {
    to[p * SEGMENT_STEPS * queries * 4] =
        make_uint4(first[2 * p], first[2 * p + 1], second[2 * p], second[2 * p + 1]);
  }
  return inverse_power(power);
}

/* A lane's part of a step's fragments. */
template <typename T, int queries>
DEVICE void read_fragments(const uint4* fragments, int step, uint32_t (&a)[TERM_PAIRS<T>][4]) {
  int place = queries == 1 ? threadIdx.x % 4 : threadIdx.x % WARP;
  UNROLL
  for (int p = 0; p < TERM_PAIRS<T>; p++) {
    uint4 words = fragments[(p * SEGMENT_STEPS + step) * queries * 4 + place];
    a[p][0] = words.x;
    a[p][1] = words.y;
    a[p][2] = words.z;
    a[p][3] = words.w;
  }
}

/* All terms times one tile of keys or values. */
template <typename T>
DEVICE void multiply_terms(float (&sums)[TERM_PAIRS<T>][4], const uint32_t (&a)[TERM_PAIRS<T>][4],
                           uint32_t b0, uint32_t b1) {
  uint32_t b[2] = {b0, b1};
  UNROLL
  for (int p = 0; p < TERM_PAIRS<T>; p++) mma16816<T>(sums[p], a[p], b);
}

/* The sum for query lane / 4 and the tile's column lane % 4 * 2 + i. */
template <typename T>
DEVICE float sum_of_terms(const float (&sums)[TERM_PAIRS<T>][4], int i) {
  float low = sums[0][2 + i];
  if constexpr (TERMS<T> == 3) low = sums[1][i] + low;
  return low + sums[0][i];
}

/* A lane's scores or weights of a chunk: of slots 64j + 2 lane + i. */
constexpr int LANE_PAIRS = MOST_CHUNK_SLOTS / (2 * WARP);
using LaneSlots = float[LANE_PAIRS][2];

DEVICE int lane_slot(int j, int i) { return 2 * WARP * j + threadIdx.x % WARP * 2 + i; }

/* The largest score of the chunk's first `count` slots, for all lanes. */
DEVICE float largest_score(const LaneSlots& scores, int32_t count) {
  constexpr uint32_t SIGN = 0x80000000u;
  float largest = -INFINITY;
  UNROLL
  for (int j = 0; j < LANE_PAIRS; j++) {
    UNROLL
    for (int i = 0; i < 2; i++) {
      if (lane_slot(j, i) < count) largest = fmaxf(largest, scores[j][i]);
    }
  }
  /* Integers in the order of floats. */
  uint32_t bits = float_bits(largest);
  uint32_t most = reduce_max((bits & SIGN) != 0 ? ~bits : bits | SIGN);
  return bits_float((most & SIGN) != 0 ? most ^ SIGN : ~most);
}

/* Without a branch: exp(-infinity) is 0. */
DEVICE float weight_of(float score, float largest, bool attended) {
  return expf(attended ? score - largest : -INFINITY);
}

/* The sum of a warp's weights. */
DEVICE float weight_sum(const LaneSlots& weights) {
  float sum = 0.0f;
  UNROLL
  for (int j = 0; j < LANE_PAIRS; j++) {
    UNROLL
    for (int i = 0; i < 2; i++) sum += weights[j][i];
  }
  return warp_sum(sum);
}

}  // namespace jukebox

#endif
