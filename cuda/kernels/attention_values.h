/* The weighted sums of a prompt's attention, and how the chunks come together in `out`. */
#ifndef JUKEBOX_ATTENTION_VALUES_H
#define JUKEBOX_ATTENTION_VALUES_H

#include "attention_scores.h"

namespace jukebox {

/*
 * The weighted sums of VALUE_COLUMNS columns over a chunk: total[query][column] of a thread's four
 * columns.
 */
template <typename T, bool wide>
DEVICE void sum_values(const AttendedRows<T>& values, int32_t first, int32_t slots, int32_t column,
                       const float* weights, float* shared, float4 (&total)[WARP_QUERIES]) {
  constexpr int COPIES = TILE * VALUE_COLUMNS / 4 / PREFILL_THREADS;
  constexpr int ROW_THREADS = VALUE_COLUMNS / 4;
  constexpr int COPY_STEP = PREFILL_THREADS / ROW_THREADS;
  int copy_row = threadIdx.x / ROW_THREADS;
  int own_column = threadIdx.x % ROW_THREADS * 4;
  const float* own_weights = weights + threadIdx.x / WARP * WARP_QUERIES;
  UNROLL
  for (int i = 0; i < WARP_QUERIES; i++) total[i] = make_float4(0.0f, 0.0f, 0.0f, 0.0f);
  float4 next[COPIES];
  NO_UNROLL
  for (int tile = -TILE; tile < slots; tile += TILE) {
    if (tile >= 0) {
      sync_block();
      UNROLL
      for (int i = 0; i < COPIES; i++) {
        *reinterpret_cast<float4*>(shared + (copy_row + i * COPY_STEP) * VALUE_COLUMNS +
                                   own_column) = next[i];
      }
      sync_block();
    }
    UNROLL
    for (int i = 0; i < COPIES; i++) {
      int row = tile + TILE + copy_row + i * COPY_STEP;
      next[i] = row < slots ? values.template four<wide>(first + row, column + own_column)
                            : make_float4(0.0f, 0.0f, 0.0f, 0.0f);
    }
    if (tile < 0) continue;
    NO_UNROLL
    for (int run = tile; run < tile + TILE && run < slots; run += RUN) {
      float4 sum[WARP_QUERIES];
      UNROLL
      for (int i = 0; i < WARP_QUERIES; i++) sum[i] = make_float4(0.0f, 0.0f, 0.0f, 0.0f);
      UNROLL_BY(4)
      for (int s = run; s < run + RUN; s++) {
        float4 value = *reinterpret_cast<const float4*>(shared + (s - tile) * VALUE_COLUMNS +
                                                        own_column);
        float4 four = *reinterpret_cast<const float4*>(own_weights + s * WEIGHT_STEP);
        float weight[WARP_QUERIES] = {four.x, four.y, four.z, four.w};
        UNROLL
        for (int i = 0; i < WARP_QUERIES; i++) {
          sum[i].x = fmaf(weight[i], value.x, sum[i].x);
          sum[i].y = fmaf(weight[i], value.y, sum[i].y);
          sum[i].z = fmaf(weight[i], value.z, sum[i].z);
          sum[i].w = fmaf(weight[i], value.w, sum[i].w);
        }
      }
      UNROLL
      for (int i = 0; i < WARP_QUERIES; i++) {
        total[i].x += sum[i].x;
        total[i].y += sum[i].y;
        total[i].z += sum[i].z;
        total[i].w += sum[i].w;
      }
    }
  }
}

/* Merges a chunk's four columns into out; after the last chunk divides. */
template <bool wide>
DEVICE void put_four(float* out, int32_t columns, bool first, bool last, float sum,
                     MergeScales scales, float4 chunk) {
  float x[4] = {chunk.x, chunk.y, chunk.z, chunk.w};
  if (!first) {
    float before[4] = {0.0f, 0.0f, 0.0f, 0.0f};
    if constexpr (wide) {
      float4 read = *reinterpret_cast<const float4*>(out);
      before[0] = read.x;
      before[1] = read.y;
      before[2] = read.z;
      before[3] = read.w;
    } else {
      UNROLL
      for (int c = 0; c < 4; c++) {
        if (c < columns) before[c] = out[c];
      }
    }
    UNROLL
    for (int c = 0; c < 4; c++) x[c] = merged(scales, before[c], x[c]);
  }
  if (last) {
    UNROLL
    for (int c = 0; c < 4; c++) x[c] = sum == 0.0f ? 0.0f : x[c] / sum;
  }
  if constexpr (wide) {
    *reinterpret_cast<float4*>(out) = make_float4(x[0], x[1], x[2], x[3]);
  } else {
    UNROLL
    for (int c = 0; c < 4; c++) {
      if (c < columns) out[c] = x[c];
    }
  }
}

}  // namespace jukebox

#endif
