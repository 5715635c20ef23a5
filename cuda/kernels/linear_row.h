/*
 * A block's tiles of a linear step of one row, with the bits of decode_half_block. Every warp brings
 * its own chunks of the row into fragments and multiplies them, so that warps meet but once, before
 * the chunks are added up, and once more for a norm. All that blocks wait for each other for runs
 * through here: what counts is how few instructions follow each other.
 */
#ifndef JUKEBOX_LINEAR_ROW_H
#define JUKEBOX_LINEAR_ROW_H

#include "linear_decode.h"
#include "linear_fragments.h"
#include "row_fragments.h"
#include "weight_ring.h"

namespace jukebox {

/* A linear step of one row: its weights are those of the same phase in the ring. */
struct RowStep {
  /* The row in plain memory. */
  const float* x;
  LinearNorm norm;
  float inverse_width;
  int32_t width;
  int32_t chunks;
  /* Of a tile. */
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

/* A row in plain memory, or as it comes from other blocks; aligned to 16, of a multiple of four. */
struct ComingRow {
  const float* plain;
  const Tagged* tagged;
  uint32_t tag;

  DEVICE void four(int at, float (&values)[4]) const {
    if (tagged == nullptr) {
      float4 read = *reinterpret_cast<const float4*>(plain + at);
      values[0] = read.x;
      values[1] = read.y;
      values[2] = read.z;
      values[3] = read.w;
    } else {
      await_tagged<4>(tagged + at, tag, values);
    }
  }
};

/* Shared memory of a row: what its warps work with, and what they leave to be added up. */
struct RowMemory {
  unsigned char* work;
  unsigned char* results;
};

HOST_DEVICE size_t row_work_bytes(int chunks) {
  return chunks * (WARP * sizeof(uint4) + 2 * sizeof(ChunkMoments));
}
HOST_DEVICE size_t row_results_bytes(int chunks, int tiles) {
  return (chunks * (1 + tiles * SUM_PITCH) * sizeof(float) + 15) / 16 * 16;
}

/* Four of a norm's gains or biases, aligned as rows are. */
DEVICE float4 norm_four(const float* from, int at, int width) {
  return from != nullptr && at < width ? *reinterpret_cast<const float4*>(from + at)
                                       : make_float4(0, 0, 0, 0);
}

/*
 * put(output, value) takes the results; all threads call meet() once, before they are added up. The
 * last warps add, which have the fewest chunks, so that the others may go on.
 */
template <typename Weights, typename Put, typename Meet>
DEVICE void linear_row(const RowStep& step, const ComingRow& row,
                       WeightRing<HALF_STEPS / Weights::STEPS>& ring, const RingMemory& coming,
                       const RowMemory& memory, const Put& put, const Meet& meet) {
  constexpr int LOADS = HALF_STEPS / Weights::STEPS;
  DecodeTiles own = step.own();
  int warp = threadIdx.x / WARP;
  int lane = threadIdx.x % WARP;
  int chunks = step.chunks;
  int width = step.width;
  bool normalised = step.norm.gain != nullptr;
  uint4* staged = reinterpret_cast<uint4*>(memory.work);
  ChunkMoments* moments = reinterpret_cast<ChunkMoments*>(staged + chunks * WARP);
  float* inverses = reinterpret_cast<float*>(memory.results);
  float* sums = inverses + chunks;

  auto loads_of = [&](int chunk) {
    int rest = step.fragments - chunk * LOADS;
    return rest < LOADS ? rest : LOADS;
  };
  uint4 weights[LOADS] = {};
  if (warp < chunks) ring.take(coming, loads_of(warp), weights);
  int first = warp * HALF_CHUNK + lane * 4;
  float4 gain = norm_four(step.norm.gain, first, width);
  float4 bias = norm_four(step.norm.bias, first, width);
  int own_tile = static_cast<int>(STACK_THREADS - 1 - threadIdx.x) / TILE_OUT;
  int output = own.tile(own_tile) * TILE_OUT + threadIdx.x % TILE_OUT;
  bool finishes = own_tile < own.count && output < step.finish.out;
  FinishTerms terms = {1, 0, 0, 0};
  if (finishes) terms = finish_terms(step.finish, 0, output);

  auto stage = [&](int chunk, const float(&values)[4]) {
    float power = power_for(warp_magnitude(values));
    staged[chunk * WARP + lane] = split4(values, power);
    if (lane == 0) inverses[chunk] = inverse_power(power);
  };
  NO_UNROLL
  for (int chunk = warp; chunk < chunks; chunk += STACK_WARPS) {
    int at = chunk * HALF_CHUNK + lane * 4;
    float values[4] = {0, 0, 0, 0};
    if (at < width) row.four(at, values);
    sync_warp();
    if (normalised) {
      static_assert(NORM_CHUNK == HALF_CHUNK, "a warp's chunk is one for the norm too");
      *reinterpret_cast<float4*>(staged + chunk * WARP + lane) =
          make_float4(values[0], values[1], values[2], values[3]);
      ChunkMoments found = chunk_moments(values, chunk, width);
      if (lane == 0) moments[chunk] = found;
    } else {
      stage(chunk, values);
    }
  }
  if (normalised) {
    sync_block();
    RowStatistics statistics = joined(moments, width, step.inverse_width, step.norm.eps);
    NO_UNROLL
    for (int chunk = warp; chunk < chunks; chunk += STACK_WARPS) {
      int at = chunk * HALF_CHUNK + lane * 4;
      if (chunk > warp) {
        gain = norm_four(step.norm.gain, at, width);
        bias = norm_four(step.norm.bias, at, width);
      }
      float4 four = *reinterpret_cast<const float4*>(staged + chunk * WARP + lane);
      float values[4] = {0, 0, 0, 0};
      if (at < width) {
        values[0] = norm_element(four.x, statistics, gain.x, bias.x);
        values[1] = norm_element(four.y, statistics, gain.y, bias.y);
        values[2] = norm_element(four.z, statistics, gain.z, bias.z);
        values[3] = norm_element(four.w, statistics, gain.w, bias.w);
      }
      sync_warp();
      stage(chunk, values);
    }
  }
  sync_warp();

  int index = 0;
  int chunk = warp;
  bool busy = chunk < chunks;
  NO_UNROLL
  while (busy) {
    /* All eight columns are the row, as one is as good as another. */
    const uint4* from = staged + chunk * WARP + lane % 4;
    float sum[1][1][4] = {};
    UNROLL
    for (int i = 0; i < HALF_STEPS; i++) {
      uint32_t a[1][4];
      Weights::fragment(weights[i / Weights::STEPS], i % Weights::STEPS, a[0]);
      uint4 b[1] = {from[i * 4]};
      multiply_step(a, b, sum);
    }
    float* to = sums + (index * chunks + chunk) * SUM_PITCH;
    if (lane % 4 == 0) {
      to[lane / 4] = sum[0][0][0];
      to[lane / 4 + 8] = sum[0][0][2];
    }
    chunk += STACK_WARPS;
    if (chunk >= chunks) {
      chunk = warp;
      index++;
    }
    busy = index < own.count;
    if (busy) ring.take(coming, loads_of(chunk), weights);
  }
  meet();
  if (finishes) {
    const float* from = sums + own_tile * chunks * SUM_PITCH + threadIdx.x % TILE_OUT;
    float total = 0;
    UNROLL_BY(8)
    for (int c = 0; c < chunks; c++) total = fmaf(from[c * SUM_PITCH], inverses[c], total);
    put(output, finished_value(step.finish, total, terms));
  }
}

}  // namespace jukebox

#endif
