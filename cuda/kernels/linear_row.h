/*
 * A block's tiles of a linear step of one row, with the bits of decode_half_block. Every warp brings
 * its own chunks of the row into fragments and multiplies them, so that warps meet but once, before
 * the chunks are added up, and for a norm. All that blocks wait for each other for runs through here:
 * what counts is how few instructions follow each other.
 */
#ifndef JUKEBOX_LINEAR_ROW_H
#define JUKEBOX_LINEAR_ROW_H

#include "linear_fragments.h"
#include "row_fragments.h"
#include "row_step.h"

namespace jukebox {

/* A warp's items are chunks of tiles. */
template <typename Weights>
using HalfRing = WeightRing<HALF_STEPS / Weights::STEPS * FRAGMENT, 1>;

/* A lane's part of the fragments of a chunk of a tile: zeros for those that the tile lacks. */
template <typename Weights>
struct HalfItem {
  static constexpr int LOADS = HALF_STEPS / Weights::STEPS;
  uint4 of[LOADS];

  DEVICE void take(const RowStep& step, int chunk, HalfRing<Weights>& ring,
                   const RingMemory& coming) {
    const unsigned char* item = ring.item(coming) + threadIdx.x % WARP * 16;
    int count = step.fragments - chunk * LOADS;
    if (count >= LOADS) {
      UNROLL
      for (int i = 0; i < LOADS; i++) of[i] = *reinterpret_cast<const uint4*>(item + i * FRAGMENT);
    } else {
      UNROLL
      for (int i = 0; i < LOADS; i++) {
        of[i] = uint4{0, 0, 0, 0};
        if (i < count) of[i] = *reinterpret_cast<const uint4*>(item + i * FRAGMENT);
      }
    }
    ring.used(coming);
  }
  DEVICE void fragment(int step, uint32_t (&a)[1][4]) const {
    Weights::fragment(of[step / Weights::STEPS], step % Weights::STEPS, a[0]);
  }
};

/* Adds up the chunks of a thread's result, in sums [tile][chunk][R rows][SUM_PITCH]. */
template <int R>
DEVICE float sum_of_chunks(const RowResult<R>& result, int chunks, const float* sums,
                           const float* inverses) {
  const float* from =
      sums + (result.tile * chunks * R + result.row) * SUM_PITCH + threadIdx.x % TILE_OUT;
  return sum_in_order(chunks, [&](int c, float& sum, float& inverse) {
    sum = from[c * R * SUM_PITCH];
    inverse = inverses[c * R + result.row];
  });
}

inline size_t row_work_bytes(int chunks) {
  return chunks * (WARP * sizeof(uint4) + sizeof(ChunkMoments));
}
/* Of up to R rows. */
template <int R>
size_t row_results_bytes(int chunks, int tiles) {
  return static_cast<size_t>(chunks) * R * (1 + tiles * SUM_PITCH) * sizeof(float);
}

/*
 * put(row, output, value) takes the results; all threads call meet() once, before they are added up.
 * The last warps add, which have the fewest chunks, so that the others may go on.
 */
template <typename Weights, typename Put, typename Meet>
DEVICE void linear_row(const RowStep& step, const ComingRow& row, HalfRing<Weights>& ring,
                       const RingMemory& coming, const RowMemory& memory, const Put& put,
                       const Meet& meet) {
  DecodeTiles own = step.own();
  int warp = threadIdx.x / WARP;
  int lane = threadIdx.x % WARP;
  int chunks = step.chunks;
  int width = step.width;
  bool normalised = step.norm.gain != nullptr;
  /* Fragments, and before that the values themselves. */
  uint4* staged = reinterpret_cast<uint4*>(memory.work);
  ChunkMoments* moments = reinterpret_cast<ChunkMoments*>(staged + chunks * WARP);
  float* inverses = reinterpret_cast<float*>(memory.results);
  float* sums = inverses + chunks;

  HalfItem<Weights> weights = {};
  if (warp < chunks) weights.take(step, warp, ring, coming);
  int first = warp * HALF_CHUNK + lane * 4;
  float4 gain = norm_four(step.norm.gain, first, width);
  float4 bias = norm_four(step.norm.bias, first, width);
  RowResult<1> result(step, own, 1);

  auto stage = [&](int chunk, const float(&values)[4]) {
    float power = power_for(warp_magnitude(values));
    staged[chunk * WARP + lane] = split4(values, power);
    if (lane == 0) inverses[chunk] = inverse_power(power);
  };
  NO_UNROLL
  for (int chunk = warp; chunk < chunks; chunk += STACK_WARPS) {
    int at = chunk * HALF_CHUNK + lane * 4;
    float values[1][4] = {};
    if (at < width) row.fours<1>({at}, values);
    sync_warp();
    if (normalised) {
      static_assert(NORM_CHUNK == HALF_CHUNK, "a warp's chunk is one for the norm too");
      *reinterpret_cast<float4*>(staged + chunk * WARP + lane) =
          make_float4(values[0][0], values[0][1], values[0][2], values[0][3]);
      ChunkMoments found = chunk_moments(values[0], chunk, width);
      if (lane == 0) moments[chunk] = found;
    } else {
      stage(chunk, values[0]);
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
      float values[4] = {0, 0, 0, 0};
      float4 four = *reinterpret_cast<const float4*>(staged + chunk * WARP + lane);
      if (at < width) norm_four_values(four, statistics, gain, bias, values);
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
      weights.fragment(i, a);
      uint4 b[1] = {from[i * 4]};
      multiply_step(a, b, sum);
    }
    float* to = sums + (index * chunks + chunk) * SUM_PITCH + lane / 4;
    if (lane % 4 == 0) {
      to[0] = sum[0][0][0];
      to[8] = sum[0][0][2];
    }
    chunk += STACK_WARPS;
    if (chunk >= chunks) {
      chunk = warp;
      index++;
    }
    busy = index < own.count;
    if (busy) weights.take(step, chunk, ring, coming);
  }
  meet();
  if (result.exists) {
    float total = sum_of_chunks<1>(result, chunks, sums, inverses);
    put(0, result.output, finished_value(step.finish, total, result.terms));
  }
}

}  // namespace jukebox

#endif
