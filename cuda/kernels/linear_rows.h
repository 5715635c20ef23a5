/* Rows on their way into a product: loads, layer norm, and their division into 16-bit terms. */
#ifndef JUKEBOX_LINEAR_ROWS_H
#define JUKEBOX_LINEAR_ROWS_H

#include "device.h"
#include "norm.h"

namespace jukebox {

/* gain == nullptr: rows are used as they are. */
struct LinearNorm {
  const float* gain;
  const float* bias;
  float eps;
};

/* Four values from `at` on, zeros from `end` on; `aligned` says that from + at is, to 16 bytes. */
DEVICE void load4(const float* from, int64_t at, int64_t end, bool aligned, float (&v)[4]) {
  if (aligned && at + 4 <= end) {
    uint4 four = *reinterpret_cast<const uint4*>(from + at);
    v[0] = bits_float(four.x);
    v[1] = bits_float(four.y);
    v[2] = bits_float(four.z);
    v[3] = bits_float(four.w);
  } else {
    for (int i = 0; i < 4; i++) v[i] = at + i < end ? from[at + i] : 0.0f;
  }
}

/* Whether rows of `width` values from an address on all begin at multiples of 16 bytes. */
HOST_DEVICE bool rows_aligned(const float* from, int64_t width) {
  return (reinterpret_cast<uintptr_t>(from) | static_cast<uintptr_t>(width * 4)) % 16 == 0;
}

/*
 * norm_statistics of `rows` rows by a block of any number of warps, with the same bits: a warp sums
 * what each of the NORM_WARPS warps would, one unit after the other. All threads call it, and may use
 * statistics [row][mean, scale] afterwards; `partial` are rows * NORM_WARPS floats of shared memory.
 */
DEVICE void block_norm_statistics(const float* x, int width, int rows, float eps,
                                  float* partial, float* statistics) {
  int lane = threadIdx.x % WARP;
  int warp = threadIdx.x / WARP;
  int warps = blockDim.x / WARP;
  int units = rows * NORM_WARPS;
  for (int unit = warp; unit < units; unit += warps) {
    const float* row = x + static_cast<int64_t>(unit / NORM_WARPS) * width;
    float sum = 0;
    UNROLL_BY(4)
    for (int at = unit % NORM_WARPS * WARP + lane; at < width; at += NORM_THREADS) {
      sum += row[at];
    }
    sum = warp_sum(sum);
    if (lane == 0) partial[unit] = sum;
  }
  sync_block();
  for (int row = threadIdx.x; row < rows; row += blockDim.x) {
    float total = 0;
    for (int v = 0; v < NORM_WARPS; v++) total += partial[row * NORM_WARPS + v];
    statistics[2 * row] = total / static_cast<float>(width);
  }
  sync_block();
  for (int unit = warp; unit < units; unit += warps) {
    const float* row = x + static_cast<int64_t>(unit / NORM_WARPS) * width;
    float mean = statistics[unit / NORM_WARPS * 2];
    float squares = 0;
    UNROLL_BY(4)
    for (int at = unit % NORM_WARPS * WARP + lane; at < width; at += NORM_THREADS) {
      float difference = row[at] - mean;
      squares = fmaf(difference, difference, squares);
    }
    squares = warp_sum(squares);
    if (lane == 0) partial[unit] = squares;
  }
  sync_block();
  for (int row = threadIdx.x; row < rows; row += blockDim.x) {
    float total = 0;
    for (int v = 0; v < NORM_WARPS; v++) total += partial[row * NORM_WARPS + v];
    float variance = total / static_cast<float>(width);
    statistics[2 * row + 1] = 1 / sqrtf(variance + eps);
  }
  sync_block();
}

/*
 * The power of two that brings a magnitude to [2^14, 2^15), where fp16 is most exact; 1 for what is
 * not finite. Its inverse is a normal number.
 */
DEVICE float power_for(float magnitude) {
  uint32_t exponent = float_bits(magnitude) >> 23 & 0xffu;
  if (exponent == 0xffu) return 1.0f;
  uint32_t power = 268u - exponent;
  return bits_float((power < 253u ? power : 253u) << 23);
}

DEVICE float inverse_power(float power) { return bits_float((254u << 23) - float_bits(power)); }

/* A warp's largest magnitude, infinite if one is; NaNs count as nothing. */
DEVICE float warp_magnitude(const float (&v)[4]) {
  float a = fmaxf(fabsf(v[0]), fabsf(v[1]));
  float b = fmaxf(fabsf(v[2]), fabsf(v[3]));
  return warp_max(fmaxf(a, b));
}

/*
 * Four values times a power as fp16 terms, high and low, whose sum differs by at most 2^-22 of a
 * value and 2^-40 of the largest: fragments b of mma16816, the high terms in x and y.
 */
DEVICE uint4 split4(const float (&v)[4], float power) {
  f16 high[4];
  f16 low[4];
  UNROLL
  for (int i = 0; i < 4; i++) {
    float value = v[i] * power;
    high[i] = from_float<f16>(value);
    low[i] = from_float<f16>(value - to_float(high[i]));
  }
  uint4 terms;
  terms.x = pack2(high[0], high[1]);
  terms.y = pack2(high[2], high[3]);
  terms.z = pack2(low[0], low[1]);
  terms.w = pack2(low[2], low[3]);
  return terms;
}

}  // namespace jukebox

#endif
