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

/* Shared memory of block_statistics: what it finds, and the chunks that it is made of. */
HOST_DEVICE size_t statistics_bytes(int rows, int width) {
  return rows * (sizeof(RowStatistics) + norm_chunks(width) * sizeof(ChunkMoments));
}

/* The statistics of up to R rows by a block; all threads call it, and may use them afterwards. */
template <int R>
DEVICE void block_statistics(const float* x, int width, int rows, float eps,
                             RowStatistics* statistics) {
  /* Rows of which a warp has a chunk under way at once. */
  constexpr int TOGETHER = R < 4 ? R : 4;
  ChunkMoments* moments = reinterpret_cast<ChunkMoments*>(statistics + rows);
  int lane = threadIdx.x % WARP;
  int chunks = norm_chunks(width);
  int units = (rows + TOGETHER - 1) / TOGETHER * chunks;
  bool aligned = rows_aligned(x, width);
  for (int unit = threadIdx.x / WARP; unit < units; unit += blockDim.x / WARP) {
    int chunk = unit % chunks;
    int first = unit / chunks * TOGETHER;
    float values[TOGETHER][4] = {};
    UNROLL
    for (int i = 0; i < TOGETHER; i++) {
      if (first + i < rows) {
        load4(x + static_cast<int64_t>(first + i) * width, chunk * NORM_CHUNK + lane * 4, width,
              aligned, values[i]);
      }
    }
    UNROLL
    for (int i = 0; i < TOGETHER; i++) {
      if (first + i >= rows) break;
      ChunkMoments own = chunk_moments(values[i], chunk, width);
      if (lane == 0) moments[(first + i) * chunks + chunk] = own;
    }
  }
  sync_block();
  for (int row = threadIdx.x / WARP; row < rows; row += blockDim.x / WARP) {
    RowStatistics found =
        joined(moments + row * chunks, width, 1.0f / static_cast<float>(width), eps);
    if (lane == 0) statistics[row] = found;
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
  /* The bits of magnitudes are ordered as they are, but for NaN, which the zero replaces. */
  return bits_float(reduce_max(float_bits(fmaxf(fmaxf(a, b), 0.0f))));
}

/*
 * Four values times a power as fp16 terms, high and low, whose sum differs by at most 2^-22 of a
 * value and 2^-40 of the largest: fragments b of mma16816, the high terms in x and y.
 */
DEVICE uint4 split4(const float (&v)[4], float power) {
  uint32_t high[2];
  uint32_t low[2];
  UNROLL
  for (int i = 0; i < 2; i++) {
    float a = v[2 * i] * power;
    float b = v[2 * i + 1] * power;
    f16 high_a = from_float<f16>(a);
    f16 high_b = from_float<f16>(b);
    high[i] = pack2(high_a, high_b);
    low[i] = pack2(from_float<f16>(a - to_float(high_a)), from_float<f16>(b - to_float(high_b)));
  }
  return make_uint4(high[0], high[1], low[0], low[1]);
}

}  // namespace jukebox

#endif
