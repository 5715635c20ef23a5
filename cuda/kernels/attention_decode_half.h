/*
 * A decode step over 16-bit caches, in the order of attention_half_order.h. Keys and values go from
 * memory to the matrix instructions without a stop: a lane's 16 bytes of a row are its part of two
 * steps' keys, or, paired with those of three other rows, of eight columns of values. All lanes that
 * share lane % 4 hold the same terms of the one query, and get the same sums.
 *
 * A warp takes units: of scores UNIT_SLOTS slots by a segment, of values a run by UNIT_COLUMNS columns. 64
 * slots of 480 columns are 16 and 15 of them, a warp's first of each asked for before the query is
 * there.
 */
#ifndef JUKEBOX_ATTENTION_DECODE_HALF_H
#define JUKEBOX_ATTENTION_DECODE_HALF_H

#include "attention_decode.h"
#include "attention_half_order.h"

namespace jukebox {

constexpr int UNIT_TILES = 2;
constexpr int UNIT_SLOTS = UNIT_TILES * SLOT_TILE;
constexpr int UNIT_COLUMNS = 64;
/* Granules of a segment that a lane reads of a key; each serves two steps. */
constexpr int KEY_GRANULES = SEGMENT_STEPS / 2;
/* Slots of a step whose values a lane reads. */
constexpr int LANE_VALUES = 4;

HOST_DEVICE int segments_of(int32_t head_dim) { return (head_dim + SEGMENT - 1) / SEGMENT; }

struct UnitCounts {
  int slot_groups;
  int runs;
  int scores;
  int values;

  HOST_DEVICE UnitCounts(int32_t head_dim, int32_t slots) {
    slot_groups = (slots + UNIT_SLOTS - 1) / UNIT_SLOTS;
    runs = (slots + RUN_SLOTS - 1) / RUN_SLOTS;
    scores = slot_groups * segments_of(head_dim);
    values = runs * ((head_dim + UNIT_COLUMNS - 1) / UNIT_COLUMNS);
  }
};

/* A block's shared memory. */
template <typename T>
struct HalfMemory {
  int width;
  /* Fragments of the segment that a warp is at. */
  uint4* fragments;
  OwnRows<T> own;
  /* [segment][slot], and what a segment's are to be multiplied by. */
  float* dots;
  float* inverses;
  /* [run][column] */
  float* sums;
  ChunkFacts* facts;
  ChunkWeights* found;
  unsigned char* end;

  HOST_DEVICE HalfMemory(const AttentionStep& step, int threads, unsigned char* memory) {
    int segments = segments_of(step.call.shape.head_dim);
    width = segments * SEGMENT;
    fragments = reinterpret_cast<uint4*>(memory);
    own.query = reinterpret_cast<float*>(fragments + threads / WARP * FRAGMENTS<T, 1>);
    own.key = reinterpret_cast<T*>(own.query + width);
    own.value = own.key + width;
    dots = reinterpret_cast<float*>(own.value + width);
    sums = dots + segments * step.chunk_size;
    inverses = sums + step.chunk_size / RUN_SLOTS * width;
    facts = reinterpret_cast<ChunkFacts*>(inverses + segments);
    found = reinterpret_cast<ChunkWeights*>(facts + step.chunks);
    end = reinterpret_cast<unsigned char*>(found + 1);
  }
};

using KeyUnit = uint4[UNIT_TILES][KEY_GRANULES];
using ValueUnit = uint4[RUN_STEPS][LANE_VALUES];

/* A lane's slot of each tile of a unit of scores, and its first column. */
struct ScorePlace {
  int slot;
  int segment;
  int column;

  DEVICE ScorePlace(const UnitCounts& units, int unit) {
    int lane = threadIdx.x % WARP;
    slot = unit % units.slot_groups * UNIT_SLOTS + lane / 4;
    segment = unit / units.slot_groups;
    column = segment * SEGMENT + lane % 4 * 8;
  }
};

template <typename T, int access>
DEVICE void read_keys(const AttendedRows<T>& keys, const DecodeChunk& chunk,
                      const ScorePlace& place, KeyUnit& read) {
  UNROLL
  for (int i = 0; i < UNIT_TILES; i++) {
    int slot = place.slot + i * SLOT_TILE;
    bool cached = chunk.is_cached(slot);
    UNROLL
    for (int p = 0; p < KEY_GRANULES; p++) {
      int column = place.column + p * 32;
      read[i][p] = cached && column < keys.head_dim
                       ? keys.template granule<access>(chunk.first + slot, column)
                       : make_uint4(0, 0, 0, 0);
    }
  }
}

/* The dot products of a unit. */
template <typename T>
DEVICE void score_unit(const HalfMemory<T>& memory, const DecodeChunk& chunk, int chunk_size,
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
        read[i][p] =
            *reinterpret_cast<const uint4*>(memory.own.key + place.column + p * 32);
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
  float* dots = memory.dots + place.segment * chunk_size + place.slot + lane * 2;
  UNROLL
  for (int i = 0; i < UNIT_TILES; i++) {
    *reinterpret_cast<float2*>(dots + i * SLOT_TILE) =
        make_float2(sum_of_terms<T>(sums[i], 0), sum_of_terms<T>(sums[i], 1));
  }
  if (lane == 0) memory.inverses[place.segment] = inverse;
}

/* The scores of a chunk. */
template <typename T>
DEVICE void read_scores(const HalfMemory<T>& memory, const AttentionStep& step,
                        const DecodeChunk& chunk, LaneSlots& scores) {
  int segments = memory.width / SEGMENT;
  UNROLL
  for (int j = 0; j < LANE_PAIRS; j++) {
    float2 total = make_float2(0.0f, 0.0f);
    int slot = lane_slot(j, 0);
    UNROLL_BY(4)
    for (int s = 0; slot < chunk.slots && s < segments; s++) {
      float2 dots = *reinterpret_cast<const float2*>(memory.dots + s * step.chunk_size + slot);
      total.x = fmaf(dots.x, memory.inverses[s], total.x);
      total.y = fmaf(dots.y, memory.inverses[s], total.y);
    }
    scores[j][0] = rounded_product(total.x, step.call.scale);
    scores[j][1] = rounded_product(total.y, step.call.scale);
  }
}

/* A lane's run of a unit of values, and its first column. */
struct ValuePlace {
  int run;
  int column;

  DEVICE ValuePlace(const UnitCounts& units, int unit) {
    run = unit % units.runs;
    column = unit / units.runs * UNIT_COLUMNS;
  }
};

/* Its slots are those of the instruction's k: i = 0 to 3 are 2t, 2t + 1, 2t + 8, 2t + 9 of a step. */
DEVICE int value_slot(const ValuePlace& place, int step, int i) {
  return place.run * RUN_SLOTS + step * 16 + threadIdx.x % 4 * 2 + i % 2 + i / 2 * 8;
}

template <typename T, int access>
DEVICE void read_values(const AttendedRows<T>& values, const DecodeChunk& chunk,
                        const ValuePlace& place, ValueUnit& read) {
  int column = place.column + threadIdx.x % WARP / 4 * 8;
  UNROLL
  for (int step = 0; step < RUN_STEPS; step++) {
    UNROLL
    for (int i = 0; i < LANE_VALUES; i++) {
      int slot = value_slot(place, step, i);
      read[step][i] = chunk.is_cached(slot) && column < values.head_dim
                          ? values.template granule<access>(chunk.first + slot, column)
                          : make_uint4(0, 0, 0, 0);
    }
  }
}

/* A run's weights as the terms of both steps, from the lanes that hold its slots. */
template <typename T>
DEVICE void weight_terms(const LaneSlots& scores, float largest, int32_t slots, int run,
                         uint32_t (&a)[RUN_STEPS][TERM_PAIRS<T>][4]) {
  constexpr int RUNS = 2 * WARP / RUN_SLOTS;
  float weights[2] = {0.0f, 0.0f};
  UNROLL
  for (int j = 0; j < LANE_PAIRS; j++) {
    if (j != run / RUNS) continue;
    UNROLL
    for (int i = 0; i < 2; i++) {
      weights[i] = weight_of(scores[j][i], largest, lane_slot(j, i) < slots);
    }
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
  UNROLL
  for (int step = 0; step < RUN_STEPS; step++) {
    UNROLL
    for (int i = 0; i < LANE_VALUES; i++) {
      if (value_slot(place, step, i) == chunk.own_slot) {
        read[step][i] = *reinterpret_cast<const uint4*>(memory.own.value + place.column +
                                                        lane / 4 * 8);
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

/*
 * One chunk of one head of an item, numbered in this order. After ready(), which all threads call
 * once, the projection may be read and everything written.
 */
template <typename T, int access, typename Rows, typename Ready>
DEVICE void attend_chunk(const AttentionStep& step, int32_t unit_number, unsigned char* shared,
                         const Rows& rows, const Ready& ready) {
  const AttentionCall& call = step.call;
  int32_t head_dim = call.shape.head_dim;
  DecodeChunk chunk(step, unit_number);
  if (chunk.is_outside()) {
    ready();
    return;
  }
  int warp = threadIdx.x / WARP;
  int warps = block_threads() / WARP;
  UnitCounts units(head_dim, chunk.slots);
  HalfMemory<T> memory(step, block_threads(), shared);
  AttendedRows<T> keys =
      attended_keys<T>(call, chunk.range, chunk.item, chunk.head, chunk.position);
  AttendedRows<T> values = keys.values(call);
  KeyUnit key = {};
  ValueUnit value = {};
  if (warp < units.scores) read_keys<T, access>(keys, chunk, ScorePlace(units, warp), key);
  if (warp < units.values) read_values<T, access>(values, chunk, ValuePlace(units, warp), value);

  ready();
  read_own<T>(call, chunk, memory.width, rows, memory.own);
  sync_block();
  for (int unit = warp; unit < units.scores; unit += warps) {
    ScorePlace place(units, unit);
    if (unit > warp) read_keys<T, access>(keys, chunk, place, key);
    score_unit<T>(memory, chunk, step.chunk_size, place, key);
  }
  sync_block();
  /* The last warp, which has the least to do, finds what the chunk leaves. */
  bool last = warp == warps - 1;
  if (last || warp < units.values) {
    LaneSlots scores;
    read_scores(memory, step, chunk, scores);
    float largest = largest_score(scores, chunk.slots);
    for (int unit = warp; unit < units.values; unit += warps) {
      ValuePlace place(units, unit);
      if (unit > warp) read_values<T, access>(values, chunk, place, value);
      uint32_t a[RUN_STEPS][TERM_PAIRS<T>][4];
      weight_terms<T>(scores, largest, chunk.slots, place.run, a);
      sum_unit<T>(memory, chunk, place, a, value);
    }
    if (last) {
      UNROLL
      for (int j = 0; j < LANE_PAIRS; j++) {
        UNROLL
        for (int i = 0; i < 2; i++) {
          scores[j][i] = weight_of(scores[j][i], largest, lane_slot(j, i) < chunk.slots);
        }
      }
      float sum = weight_sum(scores);
      if (threadIdx.x % WARP == 0) *memory.found = {largest, sum};
    }
  }
  sync_block();
  finish_chunk(step, chunk, *memory.found, memory.facts, rows, [&](int c) {
    float sum = 0.0f;
    UNROLL
    for (int run = 0; run < MOST_CHUNK_SLOTS / RUN_SLOTS; run++) {
      if (run < units.runs) sum += memory.sums[run * memory.width + c];
    }
    return sum * (1.0f / WEIGHT_POWER<T>);
  });
}

template <typename T>
AttentionDecodePlan attention_decode_plan(const AttentionStep& step) {
  UnitCounts units(step.call.shape.head_dim, static_cast<int32_t>(most_slots(step)));
  int warps = units.scores > units.values ? units.scores : units.values;
  int threads = warps * WARP < DECODE_THREADS ? warps * WARP : DECODE_THREADS;
  /* The bytes are those of the most threads, which the stack of a step has. */
  HalfMemory<T> memory(step, DECODE_THREADS, nullptr);
  return {static_cast<unsigned>(threads), reinterpret_cast<size_t>(memory.end)};
}

}  // namespace jukebox

#endif
