/*
 * The search for nearest codes, as its kernels share it.
 *
 * The distance that is compared is |k|^2 - 2 x k, which differs from the true one by |x|^2 alone.
 * A row's bins are cut into streams. Each split of the bins is one for each of the lanes that share
 * a row in the comparing kernel: a lane has a run of every group of bins, and leaves the two least
 * distances that it met.
 */
#ifndef JUKEBOX_CODEBOOK_H
#define JUKEBOX_CODEBOOK_H

#include "context.h"
#include "device.h"

namespace jukebox {

/* Bins are compared, and divided into splits, in multiples of so many. */
constexpr int CODE_GROUP = 64;

/* The largest squared length and the largest magnitude of the codes, NaNs left out. */
struct CodeExtent {
  float longest;
  float magnitude;
};

struct CodeSearch {
  const float* x;
  int64_t rows;
  int32_t width;
  int32_t bins;
  const float* codebook;
  /* The codebook on its side, [width, stride], and squared lengths; padding is infinitely far. */
  const float* transposed;
  const float* lengths;
  int32_t stride;
  /* Bins of a split. */
  int32_t part;
  int32_t splits;
  /* Streams of a split, and how many roundings bound the error of a sum of products. */
  int32_t lanes;
  float roundings;
  const CodeExtent* extent;
  /* For CodeHalves: see there. */
  const uint4* fragments;
  /* What is found: the squared lengths of the rows, and [stream][row]. */
  float* squares;
  float* best;
  float* second;
  int32_t* index;
};

/* Bins of a group that belong to one stream. */
HOST_DEVICE int32_t run_of(const CodeSearch& search) { return CODE_GROUP / search.lanes; }

HOST_DEVICE int32_t streams_of(const CodeSearch& search) { return search.splits * search.lanes; }

/* The bins of a split end here. */
DEVICE int32_t end_of_split(const CodeSearch& search, int32_t first) {
  return search.part < search.bins - first ? first + search.part : search.bins;
}

/* The two least distances of some bins, and the place of the least. */
struct Nearest {
  float best;
  float second;
  int32_t index;
};

DEVICE Nearest nothing_near() { return {INFINITY, INFINITY, 0}; }

DEVICE void take(Nearest& nearest, float distance, int32_t bin) {
  nearest.second = fminf(nearest.second, fmaxf(nearest.best, distance));
  nearest.index = distance < nearest.best ? bin : nearest.index;
  nearest.best = fminf(nearest.best, distance);
}

DEVICE void merge(Nearest& a, const Nearest& b) {
  take(a, b.best, b.index);
  a.second = fminf(a.second, b.second);
}

/* Those of 2^n neighbouring lanes. */
DEVICE void merge_lanes(Nearest& own, int lanes) {
  for (int mask = 1; mask < lanes; mask *= 2) {
    Nearest other;
    other.best = shuffle_xor(own.best, mask);
    other.second = shuffle_xor(own.second, mask);
    other.index = shuffle_xor(own.index, mask);
    merge(own, other);
  }
}

DEVICE void leave(const CodeSearch& search, int32_t stream, int64_t row, const Nearest& found) {
  int64_t at = stream * search.rows + row;
  search.best[at] = found.best;
  search.second[at] = found.second;
  search.index[at] = found.index;
}

DEVICE Nearest left_by(const CodeSearch& search, int32_t stream, int64_t row) {
  int64_t at = stream * search.rows + row;
  return {search.best[at], search.second[at], search.index[at]};
}

/* Comparison by fused multiply-adds, for rows of any width. */
struct CodeFloats {
  static constexpr int ROWS = 128;
  static constexpr int LANES = 1;
  static float roundings(int64_t width) { return static_cast<float>(width + 3); }
};
cudaError_t compare_floats(const CodeSearch& search, cudaStream_t stream);

/*
 * Comparison by tensor cores, for narrow rows. The codes times one power of two are fragments b of
 * mma16816 as split4 gives them, [group][tile of 8 codes][step][lane]; columns are filled up with
 * zeros. A tile takes two codes of each lane's run.
 */
struct CodeHalves {
  static constexpr int WARPS = 8;
  static constexpr int WARP_TILES = 2;
  static constexpr int ROWS = WARPS * WARP_TILES * 16;
  static constexpr int LANES = 4;
  static constexpr int TILE = 8;
  static constexpr int STEP = 16;
  static constexpr int STEPS = 4;
  static constexpr int WIDTH = STEPS * STEP;
  static constexpr int RUN = CODE_GROUP / LANES;
  static constexpr int GROUP_TILES = CODE_GROUP / TILE;
  /* See codebook_halves.cu. */
  static constexpr float ROUNDINGS = 212;
};
cudaError_t compare_halves(const CodeSearch& search, cudaStream_t stream);

/* Makes codes of what the streams hold. */
cudaError_t decide_codes(const CodeSearch& search, int32_t* codes, cudaStream_t stream);

}  // namespace jukebox

#endif
