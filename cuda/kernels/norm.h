/* Mean and variance of a row, in one order of summation wherever a row is normalised. */
#ifndef JUKEBOX_NORM_H
#define JUKEBOX_NORM_H

#include "device.h"

namespace jukebox {

/* Threads that normalise a row together; element i belongs to thread i % NORM_THREADS. */
constexpr int NORM_THREADS = 256;
constexpr int NORM_WARPS = NORM_THREADS / WARP;

/*
 * The sum of one value of each of the block's first NORM_THREADS threads; all threads call it, with
 * memory that no thread still reads.
 */
DEVICE float norm_sum(float value, float* partial) {
  float sum = warp_sum(value);
  int warp = threadIdx.x / WARP;
  if (warp < NORM_WARPS && threadIdx.x % WARP == 0) partial[warp] = sum;
  sync_block();
  float total = 0;
  for (int i = 0; i < NORM_WARPS; i++) total += partial[i];
  return total;
}

/*
 * The mean of a row and 1 / sqrt(variance + eps), for all threads of a block of at least
 * NORM_THREADS. `partial` are 2 * NORM_WARPS floats of shared memory.
 */
DEVICE void norm_statistics(const float* row, int64_t width, float eps, float* partial, float& mean,
                            float& scale) {
  int64_t first = threadIdx.x < NORM_THREADS ? threadIdx.x : width;
  float sum = 0;
  for (int64_t i = first; i < width; i += NORM_THREADS) sum += row[i];
  mean = norm_sum(sum, partial) / static_cast<float>(width);
  float squares = 0;
  for (int64_t i = first; i < width; i += NORM_THREADS) {
    float difference = row[i] - mean;
    squares = fmaf(difference, difference, squares);
  }
  float variance = norm_sum(squares, partial + NORM_WARPS) / static_cast<float>(width);
  scale = 1 / sqrtf(variance + eps);
}

/* One normalised element. */
DEVICE float norm_element(float value, float mean, float scale, float gain, float bias) {
  return fmaf((value - mean) * scale, gain, bias);
}

}  // namespace jukebox

#endif
