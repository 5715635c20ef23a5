/*
 * A tile's sums on their way from the registers of a product to results. They go through shared memory,
 * so that a thread finishes neighbours of one row, whole lines are read and written, and a short loop
 * serves all of them.
 */
#ifndef JUKEBOX_GEMM_FINISH_H
#define JUKEBOX_GEMM_FINISH_H

#include "linear.h"
#include "neighbours.h"

namespace jukebox {

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
    if (finish.scales != nullptr) read_neighbours<4, wide>(finish.scales + output, left, scale);
    if (finish.bias != nullptr) read_neighbours<4, wide>(finish.bias + output, left, bias);
    if (finish.residual != nullptr) read_neighbours<4, wide>(finish.residual + at, left, residual);
    if (finish.base != nullptr) read_neighbours<4, wide>(finish.base + at, left, base);
  }

  DEVICE void put(const LinearFinish& finish, const float* sums) const {
    float sum[4];
    read_neighbours<4, true>(sums, 4, sum);
    UNROLL
    for (int i = 0; i < 4; i++) {
      sum[i] = finished_value(finish, sum[i], {scale[i], bias[i], residual[i], base[i]});
    }
    write_neighbours<4, wide>(finish.y + at, left, sum);
  }
};

/* The sums of ROWS rows and OUTS outputs; GAP floats between rows keep those written together apart. */
template <int ROWS, int OUTS, int THREADS, int GAP>
struct FinishTile {
  static constexpr int PITCH = OUTS + GAP;
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
  /*
   * Fours of a thread under way at once. No load moves above an earlier store by itself, as both may
   * be the same memory.
   */
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
