/* The scores of a decode step over 16-bit caches. */
#ifndef JUKEBOX_ATTENTION_DECODE_KEYS_H
#define JUKEBOX_ATTENTION_DECODE_KEYS_H

#include "attention_decode_units.h"

namespace jukebox {

/* Granules of a segment that a lane reads of a key; each serves two steps. */
constexpr int KEY_GRANULES = SEGMENT_STEPS / 2;
using KeyUnit = uint4[UNIT_TILES][KEY_GRANULES];

/* A lane's place in a unit of scores. */
struct ScorePlace {
  /* Of the first tile. */
  int slot;
  int segment;

  DEVICE ScorePlace(const UnitCounts& units, int unit) {
    slot = unit % units.slot_groups * UNIT_SLOTS + threadIdx.x % WARP / 4;
    segment = unit / units.slot_groups;
  }
  /* The column of its p-th granule. */
  DEVICE int column(int p) const { return segment * SEGMENT + threadIdx.x % 4 * 8 + p * 32; }
};

template <typename T, int access>
DEVICE void read_keys(const AttendedRows<T>& keys, const DecodeChunk& chunk,
                      const ScorePlace& place, KeyUnit& read) {
  UNROLL
  for (int i = 0; i < UNIT_TILES; i++) {
    int slot = place.slot + i * SLOT_TILE;
    const T* key = keys.in_cache(chunk.first + slot) + place.column(0);
    UNROLL
    for (int p = 0; p < KEY_GRANULES; p++) {
      int32_t left = keys.head_dim - place.column(p);
      read[i][p] = slot < chunk.cached && left > 0 ? read_granule<access>(key + p * 32, left)
                                                   : make_uint4(0, 0, 0, 0);
    }
  }
}

/* The dot products of a unit. */
template <typename T>
DEVICE void score_unit(const HalfMemory<T>& memory, const DecodeChunk& chunk,
                       const ScorePlace& place, KeyUnit& read) {
  int lane = threadIdx.x % WARP;
  uint4* fragments = memory.fragments + threadIdx.x / WARP * FRAGMENTS<T, 1>;
  const float* query = memory.own.query + place.segment * SEGMENT + lane * 4;
  float inverse =
      split_segment<T, 1>(*reinterpret_cast<const float4*>(query), 0, fragments);
  UNROLL
  for (int i = 0; i < UNIT_TILES; i++) {
    if (place.slot + i * SLOT_TILE == chunk.own_slot) {
      UNROLL
      for (int p = 0; p < KEY_GRANULES; p++) {
        read[i][p] = *reinterpret_cast<const uint4*>(memory.own.key + place.column(p));
      }
    }
  }
  sync_warp();
  float sums[UNIT_TILES][TERM_PAIRS<T>][4] = {};
  UNROLL
  for (int p = 0; p < KEY_GRANULES; p++) {
    uint32_t a[TERM_PAIRS<T>][4];
    read_fragments<T, 1>(fragments, 2 * p, a);
    UNROLL
    for (int i = 0; i < UNIT_TILES; i++) {
      multiply_terms<T>(sums[i], a, read[i][p].x, read[i][p].y);
    }
    read_fragments<T, 1>(fragments, 2 * p + 1, a);
    UNROLL
    for (int i = 0; i < UNIT_TILES; i++) {
      multiply_terms<T>(sums[i], a, read[i][p].z, read[i][p].w);
    }
  }
  sync_warp();
  if (lane >= 4) return;
  float* dots = memory.dots + place.segment * MOST_CHUNK_SLOTS + place.slot + lane * 2;
  UNROLL
  for (int i = 0; i < UNIT_TILES; i++) {
    *reinterpret_cast<float2*>(dots + i * SLOT_TILE) =
        make_float2(sum_of_terms<T>(sums[i], 0) * inverse, sum_of_terms<T>(sums[i], 1) * inverse);
  }
}

/* The scores of a chunk's `slots` slots; four segments are read at once. */
template <typename T>
DEVICE void read_scores(const HalfMemory<T>& memory, int32_t slots, float scale,
                        LaneSlots& scores) {
  constexpr int AT_ONCE = 4;
  int segments = memory.width / SEGMENT;
  UNROLL
  for (int j = 0; j < LANE_PAIRS; j++) {
    float2 total = make_float2(0.0f, 0.0f);
    const float* dots = memory.dots + lane_slot(j, 0);
    NO_UNROLL
    for (int left = lane_slot(j, 0) < slots ? segments : 0; left > 0; left -= AT_ONCE) {
      float2 read[AT_ONCE] = {};
      UNROLL
      for (int s = 0; s < AT_ONCE; s++) {
        if (s < left) read[s] = *reinterpret_cast<const float2*>(dots + s * MOST_CHUNK_SLOTS);
      }
      UNROLL
      for (int s = 0; s < AT_ONCE; s++) {
        total.x += read[s].x;
        total.y += read[s].y;
      }
      dots += AT_ONCE * MOST_CHUNK_SLOTS;
    }
    scores[j][0] = rounded_product(total.x, scale);
    scores[j][1] = rounded_product(total.y, scale);
  }
}

}  // namespace jukebox

#endif
