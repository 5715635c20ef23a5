/* A linear step of few rows as a phase of a stack, and the rows as they come to it. */
#ifndef JUKEBOX_ROW_STEP_H
#define JUKEBOX_ROW_STEP_H

#include "exchange.h"
#include "linear_decode.h"
#include "weight_ring.h"

namespace jukebox {

/* A linear step of few rows: its weights are those of the same phase in the ring. */
struct RowStep {
  /* The rows in plain memory. */
  const float* x;
  int32_t rows;
  LinearNorm norm;
  float inverse_width;
  int32_t width;
  /* Of the rows: FLOAT_CHUNK columns each for weights of single precision, HALF_CHUNK for others. */
  int32_t chunks;
  /* Of a tile; only weights of half precision have them. */
  int32_t fragments;
  /* Of the outputs, and the most that a block has. */
  int32_t tiles;
  int32_t block_tiles;
  LinearFinish finish;

  /* The tiles of this block, of as many as tiles are dealt to. */
  DEVICE DecodeTiles own() const {
    int first = static_cast<int>(blockIdx.x);
    int step = static_cast<int>(gridDim.x);
    bool full = first + (block_tiles - 1) * step < tiles;
    return {first, step, full ? block_tiles : block_tiles - 1};
  }
};

/* Rows in plain memory, or as they come from other blocks; aligned to 16, of a multiple of four. */
struct ComingRow {
  const float* plain;
  /* Null if they are at rest. */
  const float* coming;

  /* Four values from each place on. */
  template <int places>
  DEVICE void fours(const int (&at)[places], float (&values)[places][4]) const {
    if (coming == nullptr) {
      UNROLL
      for (int i = 0; i < places; i++) {
        float4 read = *reinterpret_cast<const float4*>(plain + at[i]);
        values[i][0] = read.x;
        values[i][1] = read.y;
        values[i][2] = read.z;
        values[i][3] = read.w;
      }
    } else {
      const float* from[places];
      UNROLL
      for (int i = 0; i < places; i++) from[i] = coming + at[i];
      await_fours<places>(from, values);
    }
  }
};

/* Shared memory of a step: what its warps work with, and what they leave to be added up. */
struct RowMemory {
  unsigned char* work;
  unsigned char* results;
};

/* Four of a norm's gains or biases, aligned as rows are. */
DEVICE float4 norm_four(const float* from, int at, int width) {
  return from != nullptr && at < width ? *reinterpret_cast<const float4*>(from + at)
                                       : make_float4(0, 0, 0, 0);
}

DEVICE void norm_four_values(float4 four, RowStatistics row, float4 gain, float4 bias,
                             float (&values)[4]) {
  values[0] = norm_element(four.x, row, gain.x, bias.x);
  values[1] = norm_element(four.y, row, gain.y, bias.y);
  values[2] = norm_element(four.z, row, gain.z, bias.z);
  values[3] = norm_element(four.w, row, gain.w, bias.w);
}

/* The results of a thread: one element, of those of the last threads, whose warps have the least to do. */
template <int R>
struct RowResult {
  int row;
  int tile;
  int output;
  bool exists;
  FinishTerms terms;

  DEVICE RowResult(const RowStep& step, const DecodeTiles& own, int rows) : terms{1, 0, 0, 0} {
    int element = static_cast<int>(STACK_THREADS - 1 - threadIdx.x) / TILE_OUT;
    row = element % R;
    tile = element / R;
    output = own.tile(tile) * TILE_OUT + threadIdx.x % TILE_OUT;
    exists = tile < own.count && row < rows && output < step.finish.out;
    if (exists) terms = finish_terms(step.finish, row, output);
  }
};

/*
 * Adds up chunks in ascending order, each a sum and a factor that `load` gives. The loads of several are
 * under way at once, as all blocks wait for what is added here.
 */
template <typename Load>
DEVICE float sum_in_order(int chunks, const Load& load) {
  constexpr int TOGETHER = 8;
  float total = 0;
  NO_UNROLL
  for (int first = 0; first < chunks; first += TOGETHER) {
    float sums[TOGETHER] = {};
    float factors[TOGETHER] = {};
    UNROLL
    for (int i = 0; i < TOGETHER; i++) {
      if (first + i < chunks) load(first + i, sums[i], factors[i]);
    }
    /* Chunks that there are not add nothing. */
    UNROLL
    for (int i = 0; i < TOGETHER; i++) total = fmaf(sums[i], factors[i], total);
  }
  return total;
}

}  // namespace jukebox

#endif
