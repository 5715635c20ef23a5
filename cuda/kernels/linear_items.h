/*
 * linear_row for the rows of up to eight items. A warp brings a chunk of all of them in as the product
 * takes it: a lane has 4 quad .. 4 quad + 3 of each step of row lane / 4 (of the last row, where there is
 * none). Between its visits the chunk waits in shared memory, at the lane's own places: as values until
 * the norm is known, then as the fragments that all tiles are multiplied with.
 */
#ifndef JUKEBOX_LINEAR_ITEMS_H
#define JUKEBOX_LINEAR_ITEMS_H

#include <type_traits>

#include "linear_row.h"

namespace jukebox {

constexpr int ROWS = 8;

inline size_t items_work_bytes(int chunks) {
  size_t moments = chunks * sizeof(ChunkMoments) + sizeof(RowStatistics);
  return ROWS * (moments + chunks * HALF_CHUNK * sizeof(float));
}

/* A warp's chunk of the rows, and a lane's part of it. */
struct ItemsChunk {
  int number;
  int row;
  /* The chunk's first column, and the lane's. */
  int first;
  int at;
  float values[HALF_STEPS][4];

  DEVICE ItemsChunk(int chunk, int rows) : number(chunk), first(chunk * HALF_CHUNK) {
    int lane = threadIdx.x % WARP;
    row = lane / 4 < rows ? lane / 4 : rows - 1;
    at = first + lane % 4 * 4;
  }

  /* Brings the values in, zeros behind the end of a chunk that is not `whole`. */
  template <bool whole>
  DEVICE void come(const RowStep& step, const ComingRow& rows) {
    int places[HALF_STEPS];
    UNROLL
    for (int s = 0; s < HALF_STEPS; s++) {
      int column = at + s * HALF_STEP;
      places[s] = row * step.width + (whole || column < step.width ? column : first);
    }
    rows.fours<HALF_STEPS>(places, values);
    UNROLL
    for (int s = 0; s < HALF_STEPS; s++) {
      bool beyond = !whole && at + s * HALF_STEP >= step.width;
      UNROLL
      for (int i = 0; i < 4; i++) values[s][i] = beyond ? 0.0f : values[s][i];
    }
  }

  /* The row's moments, for its four lanes. */
  template <bool whole>
  DEVICE ChunkMoments moments(int width) const {
    float sums[HALF_STEPS];
    UNROLL
    for (int s = 0; s < HALF_STEPS; s++) {
      sums[s] = (values[s][0] + values[s][1]) + (values[s][2] + values[s][3]);
    }
    float mean = chunk_mean(eight_rows_sum(sums), number, width);
    UNROLL
    for (int s = 0; s < HALF_STEPS; s++) {
      sums[s] = 0;
      UNROLL
      for (int i = 0; i < 4; i++) {
        bool exists = whole || at + s * HALF_STEP + i < width;
        float difference = exists ? values[s][i] - mean : 0.0f;
        sums[s] = fmaf(difference, difference, sums[s]);
      }
    }
    return {mean, eight_rows_sum(sums)};
  }

  /* The lane's places in shared memory: of a step WARP behind those of the step before. */
  DEVICE uint4* place(uint4* staged) const {
    return staged + number * HALF_CHUNK * ROWS / 4 + threadIdx.x % WARP;
  }
  DEVICE void leave(uint4* staged) const {
    float4* to = reinterpret_cast<float4*>(place(staged));
    UNROLL
    for (int s = 0; s < HALF_STEPS; s++) {
      to[s * WARP] = make_float4(values[s][0], values[s][1], values[s][2], values[s][3]);
    }
  }

  /* Takes what was left, normalised. */
  template <bool whole>
  DEVICE void normalise(const RowStep& step, RowStatistics statistics, uint4* staged) {
    const float4* from = reinterpret_cast<const float4*>(place(staged));
    UNROLL
    for (int s = 0; s < HALF_STEPS; s++) {
      int column = at + s * HALF_STEP;
      int end = whole ? column + 4 : step.width;
      float4 gain = norm_four(step.norm.gain, column, end);
      float4 bias = norm_four(step.norm.bias, column, end);
      /* What is behind the end has no gain, and stays zero. */
      norm_four_values(from[s * WARP], statistics, gain, bias, values[s]);
    }
  }

  /* Leaves fragments, and the inverses of the powers of two that the rows were split with. */
  DEVICE void split(uint4* staged, float* inverses) const {
    float power = power_for(eight_rows_magnitude(values));
    int lane = threadIdx.x % WARP;
    if (lane % 4 == 0) inverses[number * ROWS + lane / 4] = inverse_power(power);
    uint4* to = place(staged);
    UNROLL
    for (int s = 0; s < HALF_STEPS; s++) to[s * WARP] = split4(values[s], power);
  }
};

/* As linear_row. */
template <typename Weights, typename Put, typename Meet>
DEVICE void linear_items(const RowStep& step, const ComingRow& rows, HalfRing<Weights>& ring,
                         const RingMemory& coming, const RowMemory& memory, const Put& put,
                         const Meet& meet) {
  DecodeTiles own = step.own();
  int warp = threadIdx.x / WARP;
  int lane = threadIdx.x % WARP;
  int chunks = step.chunks;
  bool normalised = step.norm.gain != nullptr;
  uint4* staged = reinterpret_cast<uint4*>(memory.work);
  ChunkMoments* moments =
      reinterpret_cast<ChunkMoments*>(staged + chunks * HALF_CHUNK * ROWS / 4);
  RowStatistics* statistics = reinterpret_cast<RowStatistics*>(moments + ROWS * chunks);
  float* inverses = reinterpret_cast<float*>(memory.results);
  float* sums = inverses + ROWS * chunks;
  RowResult<ROWS> result(step, own, step.rows);

  /* Calls what tells by its argument's type whether the chunk is whole. */
  auto by_extent = [&](const ItemsChunk& chunk, const auto& work) {
    if (chunk.first + HALF_CHUNK <= step.width) {
      work(std::true_type());
    } else {
      work(std::false_type());
    }
  };
  NO_UNROLL
  for (int c = warp; c < chunks; c += STACK_WARPS) {
    ItemsChunk chunk(c, step.rows);
    by_extent(chunk, [&](auto whole) {
      chunk.come<whole.value>(step, rows);
      sync_warp();
      if (!normalised) return;
      ChunkMoments found = chunk.moments<whole.value>(step.width);
      if (lane % 4 == 0) moments[lane / 4 * chunks + c] = found;
    });
    if (normalised) {
      chunk.leave(staged);
    } else {
      chunk.split(staged, inverses);
    }
  }
  if (normalised) {
    sync_block();
    static_assert(ROWS <= STACK_WARPS, "a warp a row");
    if (warp < step.rows) {
      RowStatistics found =
          joined(moments + warp * chunks, step.width, step.inverse_width, step.norm.eps);
      if (lane == 0) statistics[warp] = found;
    }
    sync_block();
    NO_UNROLL
    for (int c = warp; c < chunks; c += STACK_WARPS) {
      ItemsChunk chunk(c, step.rows);
      RowStatistics found = statistics[chunk.row];
      by_extent(chunk,
                [&](auto whole) { chunk.normalise<whole.value>(step, found, staged); });
      chunk.split(staged, inverses);
    }
  }

  NO_UNROLL
  for (int tile = 0; tile < own.count; tile++) {
    NO_UNROLL
    for (int c = warp; c < chunks; c += STACK_WARPS) {
      HalfItem<Weights> weights = {};
      weights.take(step, c, ring, coming);
      const uint4* from = ItemsChunk(c, step.rows).place(staged);
      float sum[1][1][4] = {};
      UNROLL
      for (int i = 0; i < HALF_STEPS; i++) {
        uint32_t a[1][4];
        weights.fragment(i, a);
        uint4 b[1] = {from[i * WARP]};
        multiply_step(a, b, sum);
      }
      float* to = sums + ((tile * chunks + c) * ROWS + lane % 4 * 2) * SUM_PITCH + lane / 4;
      UNROLL
      for (int i = 0; i < 4; i++) to[i % 2 * SUM_PITCH + i / 2 * 8] = sum[0][0][i];
    }
  }
  meet();
  if (result.exists) {
    float total = sum_of_chunks<ROWS>(result, chunks, sums, inverses);
    put(result.row, result.output, finished_value(step.finish, total, result.terms));
  }
}

}  // namespace jukebox

#endif
