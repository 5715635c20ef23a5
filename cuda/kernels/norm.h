/* Mean and variance of a row, in one order of summation wherever a row is normalised. */
#ifndef JUKEBOX_NORM_H
#define JUKEBOX_NORM_H

#include "device.h"

namespace jukebox {

/*
 * Values of a row that a warp takes at a time, four neighbours a lane. Each chunk has its own mean and
 * squared deviations; chunks are then joined in ascending order (Chan, Golub and LeVeque 1979). So a
 * row is read once, and warps meet once.
 */
constexpr int NORM_CHUNK = 4 * WARP;

struct ChunkMoments {
  float mean;
  /* Sum of squared deviations from it. */
  float squares;
};

struct RowStatistics {
  float mean;
  /* 1 / sqrt(variance + eps) */
  float scale;
};

HOST_DEVICE int norm_chunks(int width) { return (width + NORM_CHUNK - 1) / NORM_CHUNK; }

/* How many values of a row a chunk has. */
DEVICE int chunk_size(int chunk, int width) {
  int rest = width - chunk * NORM_CHUNK;
  return rest < NORM_CHUNK ? rest : NORM_CHUNK;
}

/* The mean of a chunk, without a division where it is one by a power of two. */
DEVICE float chunk_mean(float sum, int chunk, int width) {
  int size = chunk_size(chunk, width);
  return size == NORM_CHUNK ? sum * (1.0f / NORM_CHUNK) : sum / static_cast<float>(size);
}

/* A warp's chunk, of which a lane has four values: zeros behind the row's end. */
DEVICE ChunkMoments chunk_moments(const float (&values)[4], int chunk, int width) {
  float mean =
      chunk_mean(warp_sum((values[0] + values[1]) + (values[2] + values[3])), chunk, width);
  int at = chunk * NORM_CHUNK + static_cast<int>(threadIdx.x) % WARP * 4;
  float squares = 0;
  UNROLL
  for (int i = 0; i < 4; i++) {
    float difference = at + i < width ? values[i] - mean : 0.0f;
    squares = fmaf(difference, difference, squares);
  }
  return {mean, warp_sum(squares)};
}

/*
 * warp_sum for eight rows at once: what lanes 4 s + t of it have for one row is here sums[s] of lane
 * t of the row's four lanes.
 */
DEVICE float eight_rows_sum(const float (&sums)[8]) {
  float sum = ((sums[0] + sums[4]) + (sums[2] + sums[6])) +
              ((sums[1] + sums[5]) + (sums[3] + sums[7]));
  sum += shuffle_xor(sum, 2);
  return sum + shuffle_xor(sum, 1);
}

/* The row that the chunks make up, lane by lane and then by a butterfly; a warp computes it. */
DEVICE RowStatistics joined(const ChunkMoments* chunks, int width, float inverse_width, float eps) {
  int count = norm_chunks(width);
  int lane = threadIdx.x % WARP;
  float sum = 0;
  NO_UNROLL
  for (int c = lane; c < count; c += WARP) {
    sum = fmaf(chunks[c].mean, static_cast<float>(chunk_size(c, width)), sum);
  }
  float mean = warp_sum(sum) * inverse_width;
  float squares = 0;
  NO_UNROLL
  for (int c = lane; c < count; c += WARP) {
    ChunkMoments own = chunks[c];
    float difference = own.mean - mean;
    float weighted = difference * static_cast<float>(chunk_size(c, width));
    squares += fmaf(weighted, difference, own.squares);
  }
  float variance = warp_sum(squares) * inverse_width;
  return {mean, rsqrtf(variance + eps)};
}

/* One normalised element. */
DEVICE float norm_element(float value, RowStatistics row, float gain, float bias) {
  return fmaf((value - row.mean) * row.scale, gain, bias);
}

}  // namespace jukebox

#endif
