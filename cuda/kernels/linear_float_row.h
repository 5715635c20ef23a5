/*
 * linear_row for one row and fp32 weights, with the bits of decode_f32_rows: the weights of a group of
 * eight chunks of 32 inputs are a warp's, of which a lane has four outputs of one chunk. As a group is
 * wider than what a warp brings of the row, warps meet once more before they multiply.
 */
#ifndef JUKEBOX_LINEAR_FLOAT_ROW_H
#define JUKEBOX_LINEAR_FLOAT_ROW_H

#include "row_step.h"

namespace jukebox {

/* A warp's items are eight inputs of each chunk of a group: as many bytes as of 16-bit weights. */
struct FloatWeights {
  static constexpr int GROUP = FLOAT_GROUP * FLOAT_CHUNK * TILE_OUT * 4;
  static constexpr int PARTS = 4;
  static constexpr int INPUTS = FLOAT_CHUNK / PARTS;
};
using FloatRing = WeightRing<FloatWeights::GROUP, FloatWeights::PARTS>;

/* Floats from one chunk of the row to the next, and from one chunk's sums: lanes meet no bank twice. */
constexpr int ROW_CHUNK_PITCH = FLOAT_CHUNK + 4;
constexpr int ROW_SUM_PITCH = TILE_OUT + 4;

/* `pieces` are the row's 128 inputs. */
inline size_t float_row_work_bytes(int pieces) {
  constexpr size_t CHUNKS = NORM_CHUNK / FLOAT_CHUNK;
  return pieces * (CHUNKS * ROW_CHUNK_PITCH * sizeof(float) + sizeof(ChunkMoments));
}
inline size_t float_row_results_bytes(int chunks, int tiles) {
  return static_cast<size_t>(chunks) * tiles * ROW_SUM_PITCH * sizeof(float);
}

/* Adds eight inputs of a lane's chunk, in ascending order. */
DEVICE void multiply_item(const uint4 (&weights)[FloatWeights::INPUTS], const float* inputs,
                          float (&sum)[4]) {
  UNROLL
  for (int i = 0; i < FloatWeights::INPUTS; i += 4) {
    float4 four = *reinterpret_cast<const float4*>(inputs + i);
    float x[4] = {four.x, four.y, four.z, four.w};
    UNROLL
    for (int j = 0; j < 4; j++) {
      sum[0] = fmaf(x[j], bits_float(weights[i + j].x), sum[0]);
      sum[1] = fmaf(x[j], bits_float(weights[i + j].y), sum[1]);
      sum[2] = fmaf(x[j], bits_float(weights[i + j].z), sum[2]);
      sum[3] = fmaf(x[j], bits_float(weights[i + j].w), sum[3]);
    }
  }
}

/* As linear_row. */
template <typename Put, typename Meet>
DEVICE void linear_float_row(const RowStep& step, const ComingRow& row, FloatRing& ring,
                             const RingMemory& coming, const RowMemory& memory, const Put& put,
                             const Meet& meet) {
  DecodeTiles own = step.own();
  int warp = threadIdx.x / WARP;
  int lane = threadIdx.x % WARP;
  int width = step.width;
  int pieces = norm_chunks(width);
  int chunks = step.chunks;
  bool normalised = step.norm.gain != nullptr;
  float* staged = reinterpret_cast<float*>(memory.work);
  ChunkMoments* moments = reinterpret_cast<ChunkMoments*>(
      staged + pieces * (NORM_CHUNK / FLOAT_CHUNK) * ROW_CHUNK_PITCH);
  float* sums = reinterpret_cast<float*>(memory.results);

  int first = warp * NORM_CHUNK + lane * 4;
  float4 gain = norm_four(step.norm.gain, first, width);
  float4 bias = norm_four(step.norm.bias, first, width);
  RowResult<1> result(step, own, 1);

  /* Where a lane's four values of a piece lie. */
  auto place = [&](int piece) {
    int chunk = piece * (NORM_CHUNK / FLOAT_CHUNK) + lane / 8;
    return reinterpret_cast<float4*>(staged + chunk * ROW_CHUNK_PITCH + lane % 8 * 4);
  };
  NO_UNROLL
  for (int piece = warp; piece < pieces; piece += STACK_WARPS) {
    int at = piece * NORM_CHUNK + lane * 4;
    float values[1][4] = {};
    if (at < width) row.fours<1>({at}, values);
    sync_warp();
    *place(piece) = make_float4(values[0][0], values[0][1], values[0][2], values[0][3]);
    if (normalised) {
      ChunkMoments found = chunk_moments(values[0], piece, width);
      if (lane == 0) moments[piece] = found;
    }
  }
  sync_block();
  if (normalised) {
    RowStatistics statistics = joined(moments, width, step.inverse_width, step.norm.eps);
    NO_UNROLL
    for (int piece = warp; piece < pieces; piece += STACK_WARPS) {
      int at = piece * NORM_CHUNK + lane * 4;
      if (piece > warp) {
        gain = norm_four(step.norm.gain, at, width);
        bias = norm_four(step.norm.bias, at, width);
      }
      if (at >= width) continue;
      float values[4];
      norm_four_values(*place(piece), statistics, gain, bias, values);
      *place(piece) = make_float4(values[0], values[1], values[2], values[3]);
    }
    sync_block();
  }

  int groups = (chunks + FLOAT_GROUP - 1) / FLOAT_GROUP;
  NO_UNROLL
  for (int tile = 0; tile < own.count; tile++) {
    NO_UNROLL
    for (int group = warp; group < groups; group += STACK_WARPS) {
      int rest = chunks - group * FLOAT_GROUP;
      int count = rest < FLOAT_GROUP ? rest : FLOAT_GROUP;
      bool valid = lane / 4 < count;
      int chunk = group * FLOAT_GROUP + (valid ? lane / 4 : 0);
      float sum[4] = {};
      NO_UNROLL
      for (int part = 0; part < FloatWeights::PARTS; part++) {
        const unsigned char* item = ring.item(coming) + lane * 16;
        uint4 weights[FloatWeights::INPUTS] = {};
        UNROLL
        for (int i = 0; i < FloatWeights::INPUTS; i++) {
          int offset = i * count * TILE_OUT * 4;
          if (valid) weights[i] = *reinterpret_cast<const uint4*>(item + offset);
        }
        ring.used(coming);
        multiply_item(weights, staged + chunk * ROW_CHUNK_PITCH + part * FloatWeights::INPUTS, sum);
      }
      if (valid) {
        float* to = sums + (tile * chunks + chunk) * ROW_SUM_PITCH + lane % 4 * 4;
        *reinterpret_cast<float4*>(to) = make_float4(sum[0], sum[1], sum[2], sum[3]);
      }
    }
  }
  meet();
  if (result.exists) {
    const float* from = sums + result.tile * chunks * ROW_SUM_PITCH + threadIdx.x % TILE_OUT;
    float total = sum_in_order(chunks, [&](int c, float& sum, float& factor) {
      sum = from[c * ROW_SUM_PITCH];
      factor = 1.0f;
    });
    put(0, result.output, finished_value(step.finish, total, result.terms));
  }
}

}  // namespace jukebox

#endif
