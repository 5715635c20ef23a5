/* What one block needs to draw one token: sums over the block, and each thread's share of a row. */
#ifndef JUKEBOX_SAMPLING_H
#define JUKEBOX_SAMPLING_H

#include <cmath>

#include "device.h"

namespace jukebox {

constexpr int SAMPLE_THREADS = 512;
constexpr int SAMPLE_WARPS = SAMPLE_THREADS / WARP;

/*
 * Sums over a block with one barrier each. Two banks of cells alternate, so that a bank is written
 * again only behind a barrier that all its readers have reached.
 */
struct BlockSums {
  double* cells;
  int bank;

  static constexpr int CELLS = 2 * SAMPLE_WARPS;

  /* Every thread's view of one value a warp, in the order of the warps. */
  DEVICE const double* gather(double of_warp) {
    double* cell = cells + bank * SAMPLE_WARPS;
    bank ^= 1;
    if (threadIdx.x % WARP == 0) cell[threadIdx.x / WARP] = of_warp;
    sync_block();
    return cell;
  }

  template <typename T>
  DEVICE double sum(T value) {
    for (int mask = WARP / 2; mask > 0; mask /= 2) value += shuffle_xor(value, mask);
    const double* of = gather(static_cast<double>(value));
    double total = 0;
    for (int warp = 0; warp < SAMPLE_WARPS; warp++) total += of[warp];
    return total;
  }

  /* The sum of the threads before this one; total is that of all. */
  DEVICE double before(double value, double* total) {
    int lane = threadIdx.x % WARP;
    double through = value;
    for (int delta = 1; delta < WARP; delta *= 2) {
      double lower = shuffle_up(through, delta);
      if (lane >= delta) through += lower;
    }
    double lower = shuffle_up(through, 1);
    const double* of = gather(shuffle(through, WARP - 1));
    double sum = 0;
    double warps_before = 0;
    for (int warp = 0; warp < SAMPLE_WARPS; warp++) {
      if (warp == static_cast<int>(threadIdx.x) / WARP) warps_before = sum;
      sum += of[warp];
    }
    *total = sum;
    return lane == 0 ? warps_before : warps_before + lower;
  }

  /* The largest value, or NaN if there is one. */
  DEVICE float largest_or_nan(float value) {
    bool nan = ballot(std::isnan(value)) != 0;
    float most = warp_max(value);
    const double* of = gather(nan ? static_cast<double>(NAN) : static_cast<double>(most));
    double all = of[0];
    for (int warp = 1; warp < SAMPLE_WARPS; warp++) {
      /* A NaN is kept, from either side. */
      all = all >= of[warp] || std::isnan(all) ? all : of[warp];
    }
    return static_cast<float>(all);
  }
};

/* Bits that are ordered as the values are, with -0 below +0; never 0 for a number. */
DEVICE uint32_t ordered_bits(float value) {
  uint32_t bits = float_bits(value);
  return (bits & 0x80000000u) != 0 ? ~bits : bits | 0x80000000u;
}

/*
 * A thread's share of a row: `count` neighbouring tokens from `first`. Up to HELD tokens are kept
 * in registers; with HELD = 0 a share has any size and is read and computed again at each use.
 * Places behind the row are logits of -inf.
 */
template <int HELD>
struct Share {
  static constexpr int SIZE = HELD > 0 ? HELD : 1;

  const float* row;
  int64_t first;
  int64_t bins;
  int any_count;
  float temp;
  float largest;
  float logits[SIZE];
  double weights[SIZE];

  DEVICE int count() const { return HELD > 0 ? HELD : any_count; }

  DEVICE float read(int j) const {
    return first + j < bins ? row[first + j] / temp : -INFINITY;
  }

  DEVICE float logit(int j) const { return HELD > 0 ? logits[HELD > 0 ? j : 0] : read(j); }

  DEVICE double weight(int j) const {
    return HELD > 0 ? weights[HELD > 0 ? j : 0]
                    : exp(static_cast<double>(read(j)) - static_cast<double>(largest));
  }

  /* Whether the share may be read as vectors of four. */
  DEVICE bool vectors() const {
    return HELD % 4 == 0 && HELD > 0 && first + HELD <= bins &&
           is_aligned16(row + first);
  }

  /* The largest of this share, or NaN. */
  DEVICE float load() {
    if (vectors()) {
      for (int j = 0; j + 4 <= HELD; j += 4) {
        uint4 four = *reinterpret_cast<const uint4*>(row + first + j);
        logits[j] = bits_float(four.x) / temp;
        logits[j + 1] = bits_float(four.y) / temp;
        logits[j + 2] = bits_float(four.z) / temp;
        logits[j + 3] = bits_float(four.w) / temp;
      }
    } else {
      for (int j = 0; j < HELD; j++) logits[j] = read(j);
    }
    float most = -INFINITY;
    for (int j = 0; j < count(); j++) {
      float value = logit(j);
      most = value >= most || std::isnan(value) ? value : most;
    }
    return most;
  }

  /* Weights relative to the most probable token's. */
  DEVICE void weigh(float most) {
    largest = most;
    for (int j = 0; j < HELD; j++) {
      weights[j] = exp(static_cast<double>(logits[j]) - static_cast<double>(largest));
    }
  }
};

}  // namespace jukebox

#endif
