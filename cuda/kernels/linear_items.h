/*
 * linear_row for the rows of up to eight items. A warp brings a chunk of all of them in as the product
 * takes it: a lane has 4 quad .. 4 quad + 3 of each step of row lane / 4 (of the last row, where there is
 * none). The values wait in shared memory, at the lane's own places, until the norm and the powers are
 * known, as eight rows are too many for registers.
 */
#ifndef JUKEBOX_LINEAR_ITEMS_H
#define JUKEBOX_LINEAR_ITEMS_H

#include "linear_row.h"

namespace jukebox {

constexpr int ROWS = 8;

inline size_t items_work_bytes(int chunks) {
  size_t moments = chunks * sizeof(ChunkMoments) + sizeof(RowStatistics);
  return ROWS * (moments + chunks * HALF_CHUNK * sizeof(float));
}

/* A warp's chunk of the rows in shared memory. */
struct ItemsChunk {
  /* Steps that are waited for at once. */
  static constexpr int TOGETHER = HALF_STEPS;

  /* The lane's four values of a step are WARP fours behind those of the step before. */
  float4* fours;
  int row;
  /* The chunk's first column, and the lane's. */
  int first;
  int at;

  DEVICE ItemsChunk(float4* staged, int number, int rows) {
    int lane = threadIdx.x % WARP;
    fours = staged + number * HALF_CHUNK * ROWS / 4 + lane;
    row = lane / 4 < rows ? lane / 4 : rows - 1;
    first = number * HALF_CHUNK;
    at = first + lane % 4 * 4;
  }

  DEVICE void get(int s, float (&values)[4]) const {
    float4 four = fours[s * WARP];
    values[0] = four.x;
    values[1] = four.y;
    values[2] = four.z;
    values[3] = four.w;
  }
  DEVICE void put(int s, const float (&values)[4]) const {
    fours[s * WARP] = make_float4(values[0], values[1], values[2], values[3]);
  }

  /* Brings the values in, zeros behind the end; gives each step's to `take`. */
  template <typename Take>
  DEVICE void come(const RowStep& step, const ComingRow& rows, const Take& take) const {
    UNROLL
    for (int s = 0; s < HALF_STEPS; s += TOGETHER) {
      int places[TOGETHER];
      UNROLL
      for (int i = 0; i < TOGETHER; i++) {
        int column = at + (s + i) * HALF_STEP;
        places[i] = row * step.width + (column < step.width ? column : first);
      }
      float values[TOGETHER][4];
      rows.fours<TOGETHER>(places, values);
      UNROLL
      for (int i = 0; i < TOGETHER; i++) {
        bool beyond = at + (s + i) * HALF_STEP >= step.width;
        UNROLL
        for (int j = 0; j < 4; j++) values[i][j] = beyond ? 0.0f : values[i][j];
        put(s + i, values[i]);
        take(s + i, values[i]);
      }
    }
  }

  DEVICE ChunkMoments moments(float mean, int width) const {
    float sums[HALF_STEPS];
    UNROLL
    for (int s = 0; s < HALF_STEPS; s++) {
      float values[4];
      get(s, values);
      sums[s] = 0;
      UNROLL
      for (int i = 0; i < 4; i++) {
        float difference = at + s * HALF_STEP + i < width ? values[i] - mean : 0.0f;
        sums[s] = fmaf(difference, difference, sums[s]);
      }
    }
    return {mean, eight_rows_sum(sums)};
  }

  DEVICE void normalise(const RowStep& step, RowStatistics statistics) const {
    UNROLL
    for (int s = 0; s < HALF_STEPS; s++) {
      int column = at + s * HALF_STEP;
      float4 gain = norm_four(step.norm.gain, column, step.width);
      float4 bias = norm_four(step.norm.bias, column, step.width);
      float values[4];
      /* What is behind the end has no gain, and stays zero. */
      norm_four_values(fours[s * WARP], statistics, gain, bias, values);
      put(s, values);
    }
  }

  /* The power of two that the row's chunk is split with. */
  DEVICE float power() const {
    float magnitude = 0;
    UNROLL
    for (int s = 0; s < HALF_STEPS; s++) {
      float4 four = fours[s * WARP];
      magnitude = fmaxf(magnitude, fmaxf(fmaxf(fabsf(four.x), fabsf(four.y)),
                                         fmaxf(fabsf(four.z), fabsf(four.w))));
    }
    return power_for(eight_rows_magnitude(magnitude));
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
  float4* staged = reinterpret_cast<float4*>(memory.work);
  ChunkMoments* moments =
      reinterpret_cast<ChunkMoments*>(staged + chunks * HALF_CHUNK * ROWS / 4);
  RowStatistics* statistics = reinterpret_cast<RowStatistics*>(moments + ROWS * chunks);
  float* inverses = reinterpret_cast<float*>(memory.results);
  float* sums = inverses + ROWS * chunks;
  RowResult<ROWS> result(step, own, step.rows);

  NO_UNROLL
  for (int c = warp; c < chunks; c += STACK_WARPS) {
    ItemsChunk chunk(staged, c, step.rows);
    float each[HALF_STEPS];
    chunk.come(step, rows, [&](int s, const float(&values)[4]) {
      each[s] = (values[0] + values[1]) + (values[2] + values[3]);
    });
    sync_warp();
    if (step.norm.gain != nullptr) {
      float mean = chunk_mean(eight_rows_sum(each), c, step.width);
      ChunkMoments found = chunk.moments(mean, step.width);
      if (lane % 4 == 0) moments[lane / 4 * chunks + c] = found;
    }
  }
  if (step.norm.gain != nullptr) {
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
      ItemsChunk chunk(staged, c, step.rows);
      chunk.normalise(step, statistics[chunk.row]);
    }
  }

  NO_UNROLL
  for (int tile = 0; tile < own.count; tile++) {
    NO_UNROLL
    for (int c = warp; c < chunks; c += STACK_WARPS) {
      HalfItem<Weights> weights = {};
      weights.take(step, c, ring, coming);
      ItemsChunk chunk(staged, c, step.rows);
      float power = chunk.power();
      if (lane % 4 == 0) inverses[c * ROWS + lane / 4] = inverse_power(power);
      float sum[1][1][4] = {};
      UNROLL
      for (int i = 0; i < HALF_STEPS; i++) {
        float values[4];
        chunk.get(i, values);
        uint32_t a[1][4];
        weights.fragment(i, a);
        uint4 b[1] = {split4(values, power)};
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
