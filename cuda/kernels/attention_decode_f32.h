/* A decode step over fp32 caches, by fused multiply-adds in the order of attention_order.h. */
#ifndef JUKEBOX_ATTENTION_DECODE_F32_H
#define JUKEBOX_ATTENTION_DECODE_F32_H

#include "attention_decode.h"

namespace jukebox {

/* Columns of a granule. */
constexpr int FOUR = 4;
/* Fours of a key that a lane asks for at once. */
constexpr int KEY_BATCH = 8;

/* Every LANES-th four of a key from `from` on, unless it is the own one. */
template <int access>
DEVICE void read_key(const AttendedRows<float>& keys, const DecodeChunk& chunk, int slot, int from,
                     int fours, uint4 (&read)[KEY_BATCH]) {
  if (slot >= chunk.cached) return;
  const float* key = keys.in_cache(chunk.first + slot);
  UNROLL
  for (int i = 0; i < KEY_BATCH; i++) {
    int at = from + i * LANES;
    if (at < fours) {
      read[i] = read_granule<access>(key + at * FOUR, keys.head_dim - at * FOUR);
    }
  }
}

/* The scores of the chunk's slots; `read` holds what read_key gave for the first of a thread. */
template <int access>
DEVICE void score_chunk(const AttendedRows<float>& keys, const DecodeChunk& chunk, float scale,
                        const OwnRows<float>& own, uint4 (&read)[KEY_BATCH], float* scores) {
  int lane = threadIdx.x % LANES;
  int fours = (keys.head_dim + FOUR - 1) / FOUR;
  for (int base = 0; base < chunk.slots; base += block_threads() / LANES) {
    int slot = base + threadIdx.x / LANES;
    float dot = 0.0f;
    for (int batch = lane; slot < chunk.slots && batch < fours; batch += LANES * KEY_BATCH) {
      if (base > 0 || batch > lane) read_key<access>(keys, chunk, slot, batch, fours, read);
      UNROLL
      for (int i = 0; i < KEY_BATCH; i++) {
        int at = (batch + i * LANES) * FOUR;
        if (at < fours * FOUR) {
          float4 key = slot == chunk.own_slot ? *reinterpret_cast<const float4*>(own.key + at)
                                              : as_floats(read[i]);
          float4 query = *reinterpret_cast<const float4*>(own.query + at);
          dot = fmaf(query.x, key.x, dot);
          dot = fmaf(query.y, key.y, dot);
          dot = fmaf(query.z, key.z, dot);
          dot = fmaf(query.w, key.w, dot);
        }
      }
    }
    dot = lanes_sum(dot);
    if (lane == 0 && slot < chunk.slots) scores[slot] = rounded_product(dot, scale);
  }
}

/* The weights of the chunk's slots, and of those that fill the last run, by one warp. */
DEVICE ChunkWeights weigh_chunk(const float* scores, int32_t slots, float* weights) {
  int lane = threadIdx.x % WARP;
  float largest = -INFINITY;
  UNROLL_BY(4)
  for (int s = lane; s < slots; s += WARP) largest = fmaxf(largest, scores[s]);
  largest = warp_max(largest);
  float sum = 0.0f;
  UNROLL_BY(4)
  for (int s = lane; s < divide_runs(slots) * RUN; s += WARP) {
    float weight = s < slots ? expf(scores[s] - largest) : 0.0f;
    weights[s] = weight;
    sum += weight;
  }
  return {largest, warp_sum(sum)};
}

/* Four columns of a run of values, without the own one. */
template <int access>
DEVICE void read_run(const AttendedRows<float>& values, const DecodeChunk& chunk, int run,
                     int column, uint4 (&read)[RUN]) {
  UNROLL
  for (int i = 0; i < RUN; i++) {
    int slot = run * RUN + i;
    read[i] = slot < chunk.cached
                  ? read_granule<access>(values.in_cache(chunk.first + slot) + column,
                                         values.head_dim - column)
                  : make_uint4(0, 0, 0, 0);
  }
}

/* The weighted sum over a run of four columns. */
DEVICE float4 sum_run(const uint4 (&read)[RUN], const OwnRows<float>& own, int own_place,
                      int column, const float* weights) {
  float4 sum = make_float4(0.0f, 0.0f, 0.0f, 0.0f);
  UNROLL
  for (int i = 0; i < RUN; i++) {
    float4 value = i == own_place ? *reinterpret_cast<const float4*>(own.value + column)
                                  : as_floats(read[i]);
    sum.x = fmaf(weights[i], value.x, sum.x);
    sum.y = fmaf(weights[i], value.y, sum.y);
    sum.z = fmaf(weights[i], value.z, sum.z);
    sum.w = fmaf(weights[i], value.w, sum.w);
  }
  return sum;
}

/* As attend_chunk of 16-bit caches. */
template <int access, typename Rows, typename Ready>
DEVICE void attend_float_chunk(const AttentionStep& step, int32_t unit_number,
                               unsigned char* memory, const Rows& rows, const Ready& ready) {
  const AttentionCall& call = step.call;
  DecodeChunk chunk(step, unit_number);
  if (chunk.is_outside()) {
    ready();
    return;
  }
  int fours = (call.shape.head_dim + FOUR - 1) / FOUR;
  int width = fours * FOUR;
  float* sums = reinterpret_cast<float*>(memory);
  OwnRows<float> own;
  own.query = sums + step.chunk_size / RUN * width;
  own.key = own.query + width;
  own.value = own.key + width;
  float* scores = own.value + width;
  float* weights = scores + step.chunk_size;
  ChunkFacts* facts = reinterpret_cast<ChunkFacts*>(weights + step.chunk_size);
  ChunkWeights* found = reinterpret_cast<ChunkWeights*>(facts + step.chunks);

  RowPlaces places =
      row_places(call, chunk.range, chunk.item, chunk.head, first_position(call));
  AttendedRows<float> keys = rows_at<float>(call, places, false);
  AttendedRows<float> values = rows_at<float>(call, places, true);
  int units = divide_runs(chunk.slots) * fours;
  int unit = threadIdx.x;
  uint4 read[RUN];
  if (unit < units) read_run<access>(values, chunk, unit / fours, unit % fours * FOUR, read);
  uint4 key[KEY_BATCH] = {};
  read_key<access>(keys, chunk, threadIdx.x / LANES, threadIdx.x % LANES, fours, key);

  ready();
  read_own<float>(call, chunk, width, rows, own);
  sync_block();
  score_chunk<access>(keys, chunk, call.scale, own, key, scores);
  sync_block();
  if (threadIdx.x < WARP) {
    ChunkWeights here = weigh_chunk(scores, chunk.slots, weights);
    if (threadIdx.x == 0) *found = here;
  }
  sync_block();
  while (unit < units) {
    int run = unit / fours;
    int column = unit % fours * FOUR;
    *reinterpret_cast<float4*>(sums + run * width + column) =
        sum_run(read, own, chunk.own_slot - run * RUN, column, weights + run * RUN);
    unit += block_threads();
    if (unit < units) read_run<access>(values, chunk, unit / fours, unit % fours * FOUR, read);
  }
  sync_block();
  finish_chunk(step, chunk, *found, facts, rows, [&](int c) {
    float sum = 0.0f;
    UNROLL_BY(8)
    for (int run = 0; run < divide_runs(chunk.slots); run++) sum += sums[run * width + c];
    return sum;
  });
  write_own(call, chunk, own);
}

}  // namespace jukebox

#endif
