/*
 * A decode step over 16-bit caches, in the order of attention_half_order.h. Keys and values go from
 * memory to the matrix instructions without a stop: a lane's 16 bytes of a row are its part of two
 * steps' keys, or, paired with those of three other rows, of eight columns of values. All lanes that
 * share lane % 4 hold the same terms of the one query, and get the same sums.
 */
#ifndef JUKEBOX_ATTENTION_DECODE_HALF_H
#define JUKEBOX_ATTENTION_DECODE_HALF_H

#include "attention_decode_keys.h"
#include "attention_decode_values.h"

namespace jukebox {

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
  RowPlaces places =
      row_places(call, chunk.range, chunk.item, chunk.head, first_position(call));
  AttendedRows<T> keys = rows_at<T>(call, places, false);
  AttendedRows<T> values = rows_at<T>(call, places, true);
  KeyUnit key = {};
  ValueUnit value = {};
  ScorePlace score_place(units, warp);
  ValuePlace value_place(units, warp);
  if (warp < units.scores) read_keys<T, access>(keys, chunk, score_place, key);
  if (warp < units.values) read_values<T, access>(values, chunk, value_place, value);

  ready();
  read_own<T>(call, chunk, memory.width, rows, memory.own);
  sync_block();
  for (int unit = warp; unit < units.scores;) {
    score_unit<T>(memory, chunk, score_place, key);
    unit += warps;
    if (unit < units.scores) {
      score_place = ScorePlace(units, unit);
      read_keys<T, access>(keys, chunk, score_place, key);
    }
  }
  sync_block();
  /* The last warp, which has the least to do, finds what the chunk leaves. */
  bool last = warp == warps - 1;
  if (last || warp < units.values) {
    LaneSlots scores;
    read_scores(memory, chunk.slots, call.scale, scores);
    float largest = largest_score(scores, chunk.slots);
    for (int unit = warp; unit < units.values;) {
      uint32_t a[RUN_STEPS][TERM_PAIRS<T>][4];
      weight_terms<T>(scores, largest, chunk.slots, value_place.run, a);
      sum_unit<T>(memory, chunk, value_place, a, value);
      unit += warps;
      if (unit < units.values) {
        value_place = ValuePlace(units, unit);
        read_values<T, access>(values, chunk, value_place, value);
      }
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
  write_own(call, chunk, memory.own);
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
