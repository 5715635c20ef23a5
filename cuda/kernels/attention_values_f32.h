/* The weighted sums of a prompt over fp32 caches. */
#ifndef JUKEBOX_ATTENTION_VALUES_F32_H
#define JUKEBOX_ATTENTION_VALUES_F32_H

#include "attention_scores_f32.h"

namespace jukebox {

/*
 * The weighted sums of VALUE_COLUMNS columns over a chunk: total[query][column] of a thread's four
 * columns.
 */
template <int access>
DEVICE void sum_values(const AttendedRows<float>& values, int32_t first, int32_t slots,
                       int32_t column, const float* weights, float* shared,
                       float4 (&total)[WARP_QUERIES]) {
  constexpr int COPIES = TILE * VALUE_COLUMNS / 4 / PREFILL_THREADS;
  constexpr int ROW_THREADS = VALUE_COLUMNS / 4;
  constexpr int COPY_STEP = PREFILL_THREADS / ROW_THREADS;
  int copy_row = threadIdx.x / ROW_THREADS;
  int own_column = threadIdx.x % ROW_THREADS * 4;
  const float* own_weights = weights + threadIdx.x / WARP * WARP_QUERIES;
  UNROLL
  for (int i = 0; i < WARP_QUERIES; i++) total[i] = make_float4(0.0f, 0.0f, 0.0f, 0.0f);
  uint4 next[COPIES];
  NO_UNROLL
  for (int tile = -TILE; tile < slots; tile += TILE) {
    if (tile >= 0) {
      sync_block();
      UNROLL
      for (int i = 0; i < COPIES; i++) {
        *reinterpret_cast<uint4*>(shared + (copy_row + i * COPY_STEP) * VALUE_COLUMNS +
                                  own_column) = next[i];
      }
      sync_block();
    }
    UNROLL
    for (int i = 0; i < COPIES; i++) {
      int row = tile + TILE + copy_row + i * COPY_STEP;
      next[i] = row < slots ? values.four<access>(first + row, column + own_column)
                            : make_uint4(0, 0, 0, 0);
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

}  // namespace jukebox

#endif
