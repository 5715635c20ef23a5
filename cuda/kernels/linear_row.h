/*
 * A block's tiles of a linear step of one row, with the bits of decode_half_block. Every warp brings
 * its own chunks of the row into fragments and multiplies them, so that warps meet but once, before
 * the chunks are added up (and for the norm).
 */
#ifndef JUKEBOX_LINEAR_ROW_H
#define JUKEBOX_LINEAR_ROW_H

#include "linear_decode_half.h"

namespace jukebox {

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

/* Floats of shared memory that a row step takes. */
HOST_DEVICE int row_floats(const DecodeShape& shape) {
  return shape.chunks * (HALF_CHUNK + 4 * WARP + 1 + shape.block_tiles * SUM_PITCH) +
         2 * NORM_WARPS;
}

/* The weights of a warp's items, chunk by chunk of its tiles. */
struct RowStream {
  const unsigned char* from;
  int steps;

  DEVICE void point(const DecodeShape& shape, int fragments, int tile, int chunk) {
    int64_t fragment = static_cast<int64_t>(tile) * fragments + chunk * HALF_STEPS;
    from = static_cast<const unsigned char*>(shape.packed) + fragment * FRAGMENT +
           threadIdx.x % WARP * 16;
    int rest = fragments - chunk * HALF_STEPS;
    steps = rest < HALF_STEPS ? rest : HALF_STEPS;
  }
  /* Beyond the last step the last again, which is not used: so every load is plain. */
  DEVICE uint4 load(int i) const {
    return load_once(from + (i < steps ? i : steps - 1) * FRAGMENT);
  }
};

/* Four of a norm's gains or biases, aligned as rows are. */
DEVICE float4 norm_four(const float* from, int at, int width) {
  return from != nullptr && at < width ? *reinterpret_cast<const float4*>(from + at)
                                       : make_float4(0, 0, 0, 0);
}

/* put(output, value) takes the results; all threads call meet() once, before they are added up. */
template <typename Put, typename Meet>
DEVICE void linear_row(const DecodeShape& shape, const DecodeTiles& own, const ComingRow& row,
                       float* memory, const Put& put, const Meet& meet) {
  int warp = threadIdx.x / WARP;
  int lane = threadIdx.x % WARP;
  int warps = blockDim.x / WARP;
  int chunks = shape.chunks;
  int width = static_cast<int>(shape.in);
  int fragments = static_cast<int>(half_steps(shape.in));
  bool normalised = shape.norm.gain != nullptr;
  uint4* staged = reinterpret_cast<uint4*>(memory);
  float* raw = memory + chunks * 4 * WARP;
  float* inverses = raw + chunks * HALF_CHUNK;
  float* partial = inverses + chunks;
  float* sums = partial + 2 * NORM_WARPS;

  RowStream stream = {nullptr, 1};
  bool busy = warp < chunks;
  uint4 weights[HALF_STEPS] = {};
  if (busy) {
    stream.point(shape, fragments, own.first, warp);
    UNROLL
    for (int i = 0; i < HALF_STEPS; i++) weights[i] = stream.load(i);
  }
  int first = warp * HALF_CHUNK + lane * 4;
  float4 gain = norm_four(shape.norm.gain, first, width);
  float4 bias = norm_four(shape.norm.bias, first, width);
  int own_tile = threadIdx.x / TILE_OUT;
  int output = own.tile(own_tile) * TILE_OUT + threadIdx.x % TILE_OUT;
  bool finishes = own_tile < own.count && output < shape.finish.out;
  FinishTerms terms = {1, 0, 0, 0};
  if (finishes) terms = finish_terms(shape.finish, 0, output);

  auto stage = [&](int chunk, const float(&values)[4]) {
    float power = power_for(warp_magnitude(values));
    staged[chunk * WARP + lane] = split4(values, power);
    if (lane == 0) inverses[chunk] = inverse_power(power);
  };
  NO_UNROLL
  for (int chunk = warp; chunk < chunks; chunk += warps) {
    int at = chunk * HALF_CHUNK + lane * 4;
    float values[4] = {0, 0, 0, 0};
    if (at < width) row.four(at, values);
    sync_warp();
    if (normalised) {
      *reinterpret_cast<float4*>(raw + at) =
          make_float4(values[0], values[1], values[2], values[3]);
    } else {
      stage(chunk, values);
    }
  }
  if (normalised) {
    float mean;
    float scale;
    sync_block();
    norm_statistics(raw, width, shape.norm.eps, partial, mean, scale);
    NO_UNROLL
    for (int chunk = warp; chunk < chunks; chunk += warps) {
      int at = chunk * HALF_CHUNK + lane * 4;
      if (chunk > warp) {
        gain = norm_four(shape.norm.gain, at, width);
        bias = norm_four(shape.norm.bias, at, width);
      }
      float4 four = *reinterpret_cast<const float4*>(raw + at);
      float values[4] = {0, 0, 0, 0};
      if (at < width) {
        values[0] = norm_element(four.x, mean, scale, gain.x, bias.x);
        values[1] = norm_element(four.y, mean, scale, gain.y, bias.y);
        values[2] = norm_element(four.z, mean, scale, gain.z, bias.z);
        values[3] = norm_element(four.w, mean, scale, gain.w, bias.w);
      }
      sync_warp();
      stage(chunk, values);
    }
  }
  sync_warp();

  int index = 0;
  int chunk = warp;
  NO_UNROLL
  while (busy) {
    const uint4* from = staged + chunk * WARP + lane;
    float* to = sums + (index * chunks + chunk) * SUM_PITCH;
    int steps = stream.steps;
    chunk += warps;
    if (chunk >= chunks) {
      chunk = warp;
      index++;
    }
    busy = index < own.count;
    if (busy) stream.point(shape, fragments, own.tile(index), chunk);
    float sum[1][1][4] = {};
    UNROLL
    for (int i = 0; i < HALF_STEPS; i++) {
      if (i < steps) {
        uint32_t a[1][4];
        HalfWeights::fragment(weights[i], 0, a[0]);
        uint4 b[1] = {uint4{0, 0, 0, 0}};
        if (lane < 4) b[0] = from[i * 4];
        multiply_step(a, b, sum);
      }
      if (busy) weights[i] = stream.load(i);
    }
    if (lane % 4 == 0) {
      to[lane / 4] = sum[0][0][0];
      to[lane / 4 + 8] = sum[0][0][2];
    }
  }
  meet();
  if (finishes) {
    const float* from = sums + own_tile * chunks * SUM_PITCH + threadIdx.x % TILE_OUT;
    float total = 0;
    UNROLL_BY(8)
    for (int c = 0; c < chunks; c++) total = fmaf(from[c * SUM_PITCH], inverses[c], total);
    put(output, finished_value(shape.finish, total, terms));
  }
}

}  // namespace jukebox

#endif
