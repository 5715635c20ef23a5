/* The weighted sums of a decode step over 16-bit caches. */
#ifndef JUKEBOX_ATTENTION_DECODE_VALUES_H
#define JUKEBOX_ATTENTION_DECODE_VALUES_H

#include "attention_decode_units.h"

namespace jukebox {

/* Slots of a step whose values a lane reads. */
constexpr int LANE_VALUES = 4;
using ValueUnit = uint4[RUN_STEPS][LANE_VALUES];

/* A unit's run of values and its first column; a lane's first slot and column of it. */
struct ValuePlace {
  int run;
  int column;

  DEVICE ValuePlace(const UnitCounts& units, int unit) {
    run = unit % units.runs;
    column = unit / units.runs * UNIT_COLUMNS;
  }
  DEVICE int slot() const { return run * RUN_SLOTS + threadIdx.x % 4 * 2; }
  DEVICE int lane_column() const { return column + threadIdx.x % WARP / 4 * 8; }
};

/*
 * How far a lane's slots are from its first: those of the instruction's k, so that i = 0 to 3 are
 * 2t, 2t + 1, 2t + 8, 2t + 9 of a step.
 */
DEVICE constexpr int value_slot(int step, int i) { return step * 16 + i % 2 + i / 2 * 8; }

template <typename T, int access>
DEVICE void read_values(const AttendedRows<T>& values, const DecodeChunk& chunk,
                        const ValuePlace& place, ValueUnit& read) {
  int slot = place.slot();
  int32_t left = values.head_dim - place.lane_column();
  const T* value = values.in_cache(chunk.first + slot) + place.lane_column();
  UNROLL
  for (int step = 0; step < RUN_STEPS; step++) {
    UNROLL
    for (int i = 0; i < LANE_VALUES; i++) {
      int beyond = value_slot(step, i);
      read[step][i] =
          slot + beyond < chunk.cached && left > 0
              ? read_granule<access>(value + static_cast<int64_t>(beyond) * values.cache_step, left)
              : make_uint4(0, 0, 0, 0);
    }
  }
}

/* A run's weights as the terms of both steps, from the lanes that hold its slots. */
template <typename T>
DEVICE void weight_terms(const LaneSlots& scores, float largest, int32_t slots, unsigned run,
                         uint32_t (&a)[RUN_STEPS][TERM_PAIRS<T>][4]) {
  constexpr unsigned RUNS = 2 * WARP / RUN_SLOTS;
  float weights[2];
  UNROLL
  for (int i = 0; i < 2; i++) {
    float score = scores[0][i];
    UNROLL
    for (int j = 1; j < LANE_PAIRS; j++) {
      if (run >= j * RUNS) score = scores[j][i];
    }
    weights[i] = weight_of(score, largest, lane_slot(run / RUNS, i) < slots);
  }
  uint32_t terms[TERM_PAIRS<T> * 2];
  split2<T>(weights[0] * WEIGHT_POWER<T>, weights[1] * WEIGHT_POWER<T>, terms);
  int from = run % RUNS * (RUN_SLOTS / 2) + threadIdx.x % 4;
  UNROLL
  for (int step = 0; step < RUN_STEPS; step++) {
    UNROLL
    for (int p = 0; p < TERM_PAIRS<T>; p++) {
      UNROLL
      for (int i = 0; i < 4; i++) {
        a[step][p][i] = 2 * p + i % 2 < TERMS<T>
                            ? shuffle(terms[2 * p + i % 2], from + step * 8 + i / 2 * 4)
                            : 0;
      }
    }
  }
}

DEVICE uint32_t word_of(const uint4& granule, int w) {
  return w == 0 ? granule.x : w == 1 ? granule.y : w == 2 ? granule.z : granule.w;
}

/* The weighted sums of a unit; tile i of its eight has the columns i, i + 8, ... */
template <typename T>
DEVICE void sum_unit(const HalfMemory<T>& memory, const DecodeChunk& chunk,
                     const ValuePlace& place, const uint32_t (&a)[RUN_STEPS][TERM_PAIRS<T>][4],
                     ValueUnit& read) {
  int lane = threadIdx.x % WARP;
  int own = chunk.own_slot - place.slot();
  if (chunk.own_slot >= 0 && own < RUN_SLOTS) {
    uint4 value = *reinterpret_cast<const uint4*>(memory.own.value + place.lane_column());
    UNROLL
    for (int step = 0; step < RUN_STEPS; step++) {
      UNROLL
      for (int i = 0; i < LANE_VALUES; i++) {
        if (value_slot(step, i) == own) read[step][i] = value;
      }
    }
  }
  float* to = memory.sums + place.run * memory.width + place.column + lane % 4 * 16;
  UNROLL
  for (int w = 0; w < 4; w++) {
    float sums[2][TERM_PAIRS<T>][4] = {};
    UNROLL
    for (int step = 0; step < RUN_STEPS; step++) {
      uint32_t v[LANE_VALUES];
      UNROLL
      for (int i = 0; i < LANE_VALUES; i++) v[i] = word_of(read[step][i], w);
      multiply_terms<T>(sums[0], a[step], pair_low(v[0], v[1]), pair_low(v[2], v[3]));
      multiply_terms<T>(sums[1], a[step], pair_high(v[0], v[1]), pair_high(v[2], v[3]));
    }
    if (lane < 4) {
      UNROLL
      for (int i = 0; i < 2; i++) {
        *reinterpret_cast<float2*>(to + i * 8 + w * 2) =
            make_float2(sum_of_terms<T>(sums[0], i), sum_of_terms<T>(sums[1], i));
      }
    }
  }
}

}  // namespace jukebox

#endif
