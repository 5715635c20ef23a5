/* The scores of a tile of a prompt over fp32 caches, by fused multiply-adds. */
#ifndef JUKEBOX_ATTENTION_SCORES_F32_H
#define JUKEBOX_ATTENTION_SCORES_F32_H

#include "attention_prompt.h"

namespace jukebox {

/* Slots of a tile. */
constexpr int TILE = 32;
/* Columns of a tile of queries and keys, and of values. */
constexpr int KEY_COLUMNS = 64;
constexpr int VALUE_COLUMNS = 128;
/* Keys of a group of LANES lanes. */
constexpr int LANE_KEYS = 8;
/* Words from one slot's weights to the next's: no two lanes of a group store to the same bank. */
constexpr int WEIGHT_STEP = QUERIES + 4;

constexpr int TILE_WORDS = TILE * VALUE_COLUMNS;
static_assert(TILE_WORDS == (QUERIES + TILE) * KEY_COLUMNS, "both kinds of tiles fill the memory");
static_assert(WARP / LANES * LANE_KEYS == TILE, "a warp's keys");

DEVICE float sum_of_products(float4 a, float4 b, float sum) {
  sum = fmaf(a.x, b.x, sum);
  sum = fmaf(a.y, b.y, sum);
  sum = fmaf(a.z, b.z, sum);
  return fmaf(a.w, b.w, sum);
}

/*
 * The butterfly of lanes_sum for LANE_KEYS keys, in which a lane goes on with half of the sums at
 * each step, and so ends with those of its own key.
 */
template <int mask>
DEVICE void halve(float (&sums)[LANE_KEYS * WARP_QUERIES], int lane) {
  bool upper = (lane & mask) != 0;
  UNROLL
  for (int i = 0; i < mask * WARP_QUERIES; i++) {
    float low = sums[i];
    float high = sums[i + mask * WARP_QUERIES];
    sums[i] = (upper ? high : low) + shuffle_xor(upper ? low : high, mask);
  }
  if constexpr (mask > 1) halve<mask / 2>(sums, lane);
}

/*
 * Scores of all queries and the TILE slots from `first` on, of which those that no query has are 0,
 * into scores [slot][WEIGHT_STEP].
 */
template <int access>
DEVICE void score_tile(const AttentionCall& call, const QueryTile& tile, const RowPlaces& places,
                       int32_t first, float* shared, float* scores) {
  constexpr int COPIES = QUERIES * KEY_COLUMNS / 4 / PREFILL_THREADS;
  constexpr int ROW_THREADS = KEY_COLUMNS / 4;
  int lane = threadIdx.x % LANES;
  int group = threadIdx.x % WARP / LANES;
  int own_query = threadIdx.x / WARP * WARP_QUERIES;
  int copy_row = threadIdx.x / ROW_THREADS;
  int copy_column = threadIdx.x % ROW_THREADS * 4;
  int place = copy_row * KEY_COLUMNS + copy_column;
  constexpr int COPY_STEP = PREFILL_THREADS / ROW_THREADS;
  float* shared_keys = shared + QUERIES * KEY_COLUMNS;

  AttendedRows<float> keys = rows_at<float>(call, places, false);
  float sums[LANE_KEYS * WARP_QUERIES];
  UNROLL
  for (int i = 0; i < LANE_KEYS * WARP_QUERIES; i++) sums[i] = 0.0f;
  uint4 next_query[COPIES];
  uint4 next_key[COPIES];
  NO_UNROLL
  for (int column = -KEY_COLUMNS; column < tile.head_dim; column += KEY_COLUMNS) {
    if (column >= 0) {
      sync_block();
      UNROLL
      for (int i = 0; i < COPIES; i++) {
        int at = place + i * COPY_STEP * KEY_COLUMNS;
        *reinterpret_cast<uint4*>(shared + at) = next_query[i];
        *reinterpret_cast<uint4*>(shared_keys + at) = next_key[i];
      }
      sync_block();
    }
    int next = column + KEY_COLUMNS + copy_column;
    if (column + KEY_COLUMNS < tile.head_dim) {
      UNROLL
      for (int i = 0; i < COPIES; i++) {
        int row = copy_row + i * COPY_STEP;
        next_query[i] = tile.four<access>(call.qkv, row, next);
        next_key[i] = first + row < tile.most ? keys.four<access>(first + row, next)
                                              : make_uint4(0, 0, 0, 0);
      }
    }
    if (column < 0) continue;
    NO_UNROLL
    for (int part = 0; part < KEY_COLUMNS; part += LANES * 4) {
      float4 q[WARP_QUERIES];
      UNROLL
      for (int i = 0; i < WARP_QUERIES; i++) {
        q[i] = *reinterpret_cast<const float4*>(shared + (own_query + i) * KEY_COLUMNS + part +
                                                lane * 4);
      }
      UNROLL
      for (int k = 0; k < LANE_KEYS; k++) {
        float4 key = *reinterpret_cast<const float4*>(
            shared_keys + (group * LANE_KEYS + k) * KEY_COLUMNS + part + lane * 4);
        UNROLL
        for (int i = 0; i < WARP_QUERIES; i++) {
          sums[k * WARP_QUERIES + i] = sum_of_products(q[i], key, sums[k * WARP_QUERIES + i]);
        }
      }
    }
  }

  halve<LANES / 2>(sums, lane);
  float* target = scores + (group * LANE_KEYS + lane) * WEIGHT_STEP + own_query;
  *reinterpret_cast<float4*>(target) =
      make_float4(rounded_product(sums[0], call.scale), rounded_product(sums[1], call.scale),
                  rounded_product(sums[2], call.scale), rounded_product(sums[3], call.scale));
}

}  // namespace jukebox

#endif
