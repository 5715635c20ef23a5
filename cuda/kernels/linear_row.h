/*
 * A block's tiles of a linear step of few rows, with the bits of decode_half_block. Every warp brings
 * its own chunks of the rows into fragments and multiplies them, so that warps meet but once, before
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

/* For up to R rows. */
template <int R>
size_t row_work_bytes(int chunks) {
  return R * (chunks * (WARP * sizeof(uint4) + sizeof(ChunkMoments)) + sizeof(RowStatistics)) + 8;
}
template <int R>
size_t row_results_bytes(int chunks, int tiles) {
  return (chunks * R * (1 + tiles * SUM_PITCH) * sizeof(float) + 15) / 16 * 16;
}

/*
 * The sums of up to R rows, R being 1 or 8. put(row, output, value) takes the results; all threads call
 * meet() once, before they are added up. The last warps add, which have the fewest chunks, so that the
 * others may go on.
 */
template <typename Weights, int R, typename Put, typename Meet>
DEVICE void linear_row(const RowStep& step, const ComingRow& row,
                       HalfRing<Weights>& ring, const RingMemory& coming,
                       const RowMemory& memory, const Put& put, const Meet& meet) {
  constexpr int LOADS = HALF_STEPS / Weights::STEPS;
  /* Rows that are waited for at once. */
  constexpr int TOGETHER = R == 1 ? 1 : 4;
  DecodeTiles own = step.own();
  int warp = threadIdx.x / WARP;
  int lane = threadIdx.x % WARP;
  int chunks = step.chunks;
  int width = step.width;
  int rows = R == 1 ? 1 : step.rows;
  bool normalised = step.norm.gain != nullptr;
  /* Fragments [row][chunk], and before that the values themselves. */
  uint4* staged = reinterpret_cast<uint4*>(memory.work);
  ChunkMoments* moments = reinterpret_cast<ChunkMoments*>(staged + R * chunks * WARP);
  float* inverses = reinterpret_cast<float*>(memory.results);
  float* sums = inverses + R * chunks;

  uint4 weights[LOADS] = {};
  auto take = [&](int chunk) {
    const unsigned char* item = ring.item(coming) + lane * 16;
    int count = step.fragments - chunk * LOADS;
    if (count >= LOADS) {
      UNROLL
      for (int i = 0; i < LOADS; i++) {
        weights[i] = *reinterpret_cast<const uint4*>(item + i * FRAGMENT);
      }
    } else {
      UNROLL
      for (int i = 0; i < LOADS; i++) {
        weights[i] = uint4{0, 0, 0, 0};
        if (i < count) weights[i] = *reinterpret_cast<const uint4*>(item + i * FRAGMENT);
      }
    }
    ring.used(coming);
  };
  if (warp < chunks) take(warp);
  int first = warp * HALF_CHUNK + lane * 4;
  float4 gain = norm_four(step.norm.gain, first, width);
  float4 bias = norm_four(step.norm.bias, first, width);
  RowResult<R> result(step, own, rows);

  auto stage = [&](int r, int chunk, const float(&values)[4]) {
    float power = power_for(warp_magnitude(values));
    staged[(r * chunks + chunk) * WARP + lane] = split4(values, power);
    if (lane == 0) inverses[chunk * R + r] = inverse_power(power);
  };
  NO_UNROLL
  for (int chunk = warp; chunk < chunks; chunk += STACK_WARPS) {
    int at = chunk * HALF_CHUNK + lane * 4;
    NO_UNROLL
    for (int from = 0; from < rows; from += TOGETHER) {
      float values[TOGETHER][4] = {};
      if (at < width) row.fours<TOGETHER>(from, rows - 1, at, values);
      sync_warp();
      UNROLL
      for (int i = 0; i < TOGETHER; i++) {
        int r = from + i;
        if (r >= rows) break;
        if (normalised) {
          static_assert(NORM_CHUNK == HALF_CHUNK, "a warp's chunk is one for the norm too");
          *reinterpret_cast<float4*>(staged + (r * chunks + chunk) * WARP + lane) =
              make_float4(values[i][0], values[i][1], values[i][2], values[i][3]);
          ChunkMoments found = chunk_moments(values[i], chunk, width);
          if (lane == 0) moments[r * chunks + chunk] = found;
        } else {
          stage(r, chunk, values[i]);
        }
      }
    }
  }
  if (normalised) {
    RowStatistics* statistics = reinterpret_cast<RowStatistics*>(moments + R * chunks);
    sync_block();
    RowStatistics found = {0, 0};
    if (R == 1 || warp < rows) {
      found = joined(moments + (R == 1 ? 0 : warp * chunks), width, step.inverse_width,
                     step.norm.eps);
    }
    if constexpr (R > 1) {
      static_assert(R <= STACK_WARPS, "a warp a row");
      if (warp < rows && lane == 0) statistics[warp] = found;
      sync_block();
    }
    NO_UNROLL
    for (int chunk = warp; chunk < chunks; chunk += STACK_WARPS) {
      int at = chunk * HALF_CHUNK + lane * 4;
      if (chunk > warp) {
        gain = norm_four(step.norm.gain, at, width);
        bias = norm_four(step.norm.bias, at, width);
      }
      NO_UNROLL
      for (int r = 0; r < rows; r++) {
        if constexpr (R > 1) found = statistics[r];
        float4 four =
            *reinterpret_cast<const float4*>(staged + (r * chunks + chunk) * WARP + lane);
        float values[4] = {0, 0, 0, 0};
        if (at < width) {
          values[0] = norm_element(four.x, found, gain.x, bias.x);
          values[1] = norm_element(four.y, found, gain.y, bias.y);
          values[2] = norm_element(four.z, found, gain.z, bias.z);
          values[3] = norm_element(four.w, found, gain.w, bias.w);
        }
        sync_warp();
        stage(r, chunk, values);
      }
    }
  }
  sync_warp();

  int index = 0;
  int chunk = warp;
  bool busy = chunk < chunks;
  /* The columns behind the last row are that one again, as one is as good as another. */
  int column = R == 1 ? 0 : lane / 4 < rows ? lane / 4 : rows - 1;
  NO_UNROLL
  while (busy) {
    const uint4* from = staged + (column * chunks + chunk) * WARP + lane % 4;
    float sum[1][1][4] = {};
    UNROLL
    for (int i = 0; i < HALF_STEPS; i++) {
      uint32_t a[1][4];
      Weights::fragment(weights[i / Weights::STEPS], i % Weights::STEPS, a[0]);
      uint4 b[1] = {from[i * 4]};
      multiply_step(a, b, sum);
    }
    float* to = sums + (index * chunks + chunk) * R * SUM_PITCH + lane / 4;
    if (R > 1) {
      UNROLL
      for (int i = 0; i < 4; i++) {
        to[(lane % 4 * 2 + i % 2) * SUM_PITCH + i / 2 * 8] = sum[0][0][i];
      }
    } else if (lane % 4 == 0) {
      to[0] = sum[0][0][0];
      to[8] = sum[0][0][2];
    }
    chunk += STACK_WARPS;
    if (chunk >= chunks) {
      chunk = warp;
      index++;
    }
    busy = index < own.count;
    if (busy) take(chunk);
  }
  meet();
  if (result.exists) {
    const float* from =
        sums + (result.tile * chunks * R + result.row) * SUM_PITCH + threadIdx.x % TILE_OUT;
    float total = 0;
    UNROLL_BY(8)
    for (int c = 0; c < chunks; c++) {
      total = fmaf(from[c * R * SUM_PITCH], inverses[c * R + result.row], total);
    }
    put(result.row, result.output, finished_value(step.finish, total, result.terms));
  }
}

}  // namespace jukebox

#endif
