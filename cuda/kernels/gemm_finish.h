/*
 * A tile's sums on their way from the registers of a product to results. They go through shared memory,
 * so that a thread finishes neighbours of one row, whole lines are read and written, and a short loop
 * serves all of them.
 */
#ifndef JUKEBOX_GEMM_FINISH_H
#define JUKEBOX_GEMM_FINISH_H

#include "linear.h"

namespace jukebox {

/* Four neighbours of a vector, those that there are; aligned to 16 if `wide`. */
template <bool wide>
DEVICE void read_four(const float* from, int64_t left, float (&four)[4]) {
  if constexpr (wide) {
    float4 all = *reinterpret_cast<const float4*>(from);
    four[0] = all.x;
    four[1] = all.y;
    four[2] = all.z;
    four[3] = all.w;
  } else {
    UNROLL
    for (int i = 0; i < 4; i++) {
      if (i < left) four[i] = from[i];
    }
  }
}

/* Four neighbouring results of a row, of which `left` outputs are left. */
template <bool wide>
struct FourResults {
  int64_t at;
  int64_t left;
  float scale[4];
  float bias[4];
  float residual[4];
  float base[4];

  DEVICE void load(const LinearFinish& finish, int64_t row, int64_t output) {
    at = row * finish.out + output;
    left = finish.out - output;
    UNROLL
    for (int i = 0; i < 4; i++) {
      scale[i] = 1.0f;
      bias[i] = residual[i] = base[i] = 0.0f;
    }
    if (finish.scales != nullptr) read_four<wide>(finish.scales + output, left, scale);
    if (finish.bias != nullptr) read_four<wide>(finish.bias + output, left, bias);
    if (finish.residual != nullptr) read_four<wide>(finish.residual + at, left, residual);
    if (finish.base != nullptr) read_four<wide>(finish.base + at, left, base);
  }

  DEVICE void put(const LinearFinish& finish, const float* sums) const {
    float sum[4];
    read_four<true>(sums, 4, sum);
    UNROLL
    for (int i = 0; i < 4; i++) {
      sum[i] = finished_value(finish, sum[i], {scale[i], bias[i], residual[i], base[i]});
    }
    if constexpr (wide) {
      *reinterpret_cast<float4*>(finish.y + at) = make_float4(sum[0], sum[1], sum[2], sum[3]);
    } else {
      UNROLL
      for (int i = 0; i < 4; i++) {
        if (i < left) finish.y[at + i] = sum[i];
      }
    }
  }
};

/* The sums of ROWS rows and OUTS outputs. */
template <int ROWS, int OUTS, int THREADS>
struct FinishTile {
  /* Rows that are written together meet no bank twice. */
  static constexpr int PITCH = OUTS + 4;
  static constexpr int BYTES = ROWS * PITCH * static_cast<int>(sizeof(float));

  float* sums;

  DEVICE explicit FinishTile(unsigned char* memory) : sums(reinterpret_cast<float*>(memory)) {}

  /* Where a sum is left, before a barrier. */
  DEVICE float& at(int row, int output) const { return sums[row * PITCH + output]; }

  /* All threads finish what was left, for rows and outputs that there are. */
  DEVICE void finish(const LinearFinish& finish, int64_t first_row, int64_t rows,
                     int64_t first_output) const {
    bool wide = rows_aligned(finish.y, finish.out) && rows_aligned(finish.residual, finish.out) &&
                rows_aligned(finish.base, finish.out) && is_aligned16(finish.bias) &&
                is_aligned16(finish.scales);
    if (wide) {
      finish_fours<true>(finish, first_row, rows, first_output);
    } else {
      finish_fours<false>(finish, first_row, rows, first_output);
    }
  }

 private:
  static constexpr int FOURS = OUTS / 4;
  /* Fours of a thread under way at once, as none is loaded before a result that is stored ahead of it. */
  static constexpr int TOGETHER = 4;
  static_assert(ROWS * FOURS % (TOGETHER * THREADS) == 0, "whole rounds");

  template <bool wide>
  DEVICE void finish_fours(const LinearFinish& finish, int64_t first_row, int64_t rows,
                           int64_t first_output) const {
    NO_UNROLL
    for (int first = threadIdx.x; first < ROWS * FOURS; first += TOGETHER * THREADS) {
      FourResults<wide> results[TOGETHER];
      auto row = [&](int j) { return (first + j * THREADS) / FOURS; };
      auto output = [&](int j) { return (first + j * THREADS) % FOURS * 4; };
      auto exists = [&](int j) {
        return first_row + row(j) < rows && first_output + output(j) < finish.out;
      };
      UNROLL
      for (int j = 0; j < TOGETHER; j++) {
        if (exists(j)) results[j].load(finish, first_row + row(j), first_output + output(j));
      }
      UNROLL
      for (int j = 0; j < TOGETHER; j++) {
        if (exists(j)) results[j].put(finish, sums + row(j) * PITCH + output(j));
      }
    }
  }
};

}  // namespace jukebox

#endif
