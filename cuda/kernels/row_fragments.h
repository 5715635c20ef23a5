/* Chunks of a step's rows as fragments b of mma16816, made by the warp that multiplies them. */
#ifndef JUKEBOX_ROW_FRAGMENTS_H
#define JUKEBOX_ROW_FRAGMENTS_H

#include "linear_decode.h"

namespace jukebox {

/* Floats from one row's sums to the next: lanes that write together meet no bank twice. */
constexpr int SUM_PITCH = 20;

/* Rows of a shape from one on, and their statistics if they are normalised. */
struct SplitRows {
  const DecodeShape& shape;
  const float* x;
  int rows;
  const RowStatistics* statistics;
  /* Whether fours of everything are aligned. */
  bool aligned;

  DEVICE SplitRows(const DecodeShape& of, const float* from, int count, const RowStatistics* found)
      : shape(of), x(from), rows(count), statistics(found),
        aligned(rows_aligned(from, of.in) && rows_aligned(of.norm.gain, 0) &&
                rows_aligned(of.norm.bias, 0)) {}

  /* Whether a chunk's fours can be read as they are. */
  DEVICE bool whole(int chunk) const { return aligned && (chunk + 1) * HALF_CHUNK <= shape.in; }

  /* Four neighbours of a row, normalised if rows are: zeros behind the end. */
  template <bool whole>
  DEVICE void four(int row, int at, float (&values)[4]) const {
    int64_t end = whole ? at + 4 : shape.in;
    load4(x + row * shape.in, at, end, whole, values);
    if (shape.norm.gain == nullptr) return;
    float gain[4];
    float bias[4];
    load4(shape.norm.gain, at, end, whole, gain);
    load4(shape.norm.bias, at, end, whole, bias);
    RowStatistics own = statistics[row];
    UNROLL
    for (int i = 0; i < 4; i++) {
      if (at + i < end) values[i] = norm_element(values[i], own, gain[i], bias[i]);
    }
  }
};

/* The largest magnitude of a row of eight, of which its four lanes have a part each; 0 if all is NaN. */
DEVICE float eight_rows_magnitude(const float (&values)[HALF_STEPS][4]) {
  float most[HALF_STEPS];
  UNROLL
  for (int s = 0; s < HALF_STEPS; s++) {
    most[s] = fmaxf(fmaxf(fabsf(values[s][0]), fabsf(values[s][1])),
                    fmaxf(fabsf(values[s][2]), fabsf(values[s][3])));
  }
  UNROLL
  for (int half = HALF_STEPS / 2; half > 0; half /= 2) {
    UNROLL
    for (int s = 0; s < half; s++) most[s] = fmaxf(most[s], most[s + half]);
  }
  float magnitude = fmaxf(most[0], 0.0f);
  magnitude = fmaxf(magnitude, shuffle_xor(magnitude, 1));
  return fmaxf(magnitude, shuffle_xor(magnitude, 2));
}

/*
 * A chunk of eight rows, each times its power of two: a lane holds inputs 4 quad .. 4 quad + 3 of each
 * step of row lane / 4.
 */
struct EightRows {
  uint4 of[HALF_STEPS];

  DEVICE explicit EightRows(uint4*) {}

  /* Rows from `first` on; leaves the inverses of their powers. */
  DEVICE void load(const SplitRows& source, int first, int chunk, float* inverses) {
    int lane = threadIdx.x % WARP;
    int row = first + lane / 4;
    int at = chunk * HALF_CHUNK + lane % 4 * 4;
    float values[HALF_STEPS][4] = {};
    if (row >= source.rows) {
      /* Zeros. */
    } else if (source.whole(chunk)) {
      UNROLL
      for (int s = 0; s < HALF_STEPS; s++) source.four<true>(row, at + s * HALF_STEP, values[s]);
    } else {
      UNROLL
      for (int s = 0; s < HALF_STEPS; s++) source.four<false>(row, at + s * HALF_STEP, values[s]);
    }
    sync_warp();
    float power = power_for(eight_rows_magnitude(values));
    if (lane % 4 == 0) inverses[row] = inverse_power(power);
    UNROLL
    for (int s = 0; s < HALF_STEPS; s++) of[s] = split4(values[s], power);
  }
  DEVICE uint4 step(int s) const { return of[s]; }
};

/* A single row is split by all lanes, and stands for all eight. */
struct OneRow {
  uint4* staged;

  /* Takes a fragment of the warp's own in shared memory. */
  DEVICE explicit OneRow(uint4* fragments) : staged(fragments + threadIdx.x / WARP * WARP) {}

  DEVICE void load(const SplitRows& source, int, int chunk, float* inverses) {
    int lane = threadIdx.x % WARP;
    int at = chunk * HALF_CHUNK + lane * 4;
    float values[4];
    if (source.whole(chunk)) {
      source.four<true>(0, at, values);
    } else {
      source.four<false>(0, at, values);
    }
    float power = power_for(warp_magnitude(values));
    /* Not before all lanes have what they read of the chunk before. */
    sync_warp();
    staged[lane] = split4(values, power);
    if (lane == 0) *inverses = inverse_power(power);
    sync_warp();
  }
  DEVICE uint4 step(int s) const { return staged[s * 4 + threadIdx.x % 4]; }
};

}  // namespace jukebox

#endif
