#include "codebook.h"

namespace jukebox {

/*
 * Where the two least distances of a row are further apart than both can be wrong, the code is
 * certain. The few other rows are decided by distances in double precision, summed as the plain
 * backend sums them, so that all backends agree. Only bins that may be nearest are looked at: of a
 * stream whose second distance is too long that is one.
 */
constexpr int DECIDE_THREADS = 256;
constexpr int ROW_LANES = 4;
constexpr int WARP_ROWS = WARP / ROW_LANES;
constexpr float UNIT_ROUNDOFF = 5.9604645e-8f;
/* 2^-118: what a product can lose where powers of two become too small for fp32. */
constexpr float LEAST = 3.009266e-36f;

/*
 * How far the difference of two compared distances, and of two of exact_distance, can be from the
 * truth: a sum of products by `roundings` of |x||k|, which stands in for the sum of the products'
 * magnitudes, squared lengths and distances by their roundings. Not a number, or infinite, where
 * the row or a code is, or where fp32 cannot hold the squares.
 */
DEVICE float margin_of(const CodeSearch& search, int64_t row) {
  float squared = search.squares[row];
  float longest = search.extent->longest;
  float product = sqrtf(squared) * sqrtf(longest);
  float squares = squared + longest + 2 * product;
  float terms = 4 * longest + 4 * search.roundings * product + 6 * squares;
  return 1.01f * UNIT_ROUNDOFF * terms + static_cast<float>(search.width + 1) * LEAST;
}

/* In the plain backend's order; the squares are exact. */
DEVICE double exact_distance(const float* row, const float* code, int32_t width) {
  double distance = 0;
  for (int32_t c = 0; c < width; c++) {
    double difference = row[c] - code[c];
    distance += difference * difference;
  }
  return distance;
}

struct Exact {
  double distance;
  int32_t bin;
};

/* Takes the nearer, or the lower of equals. */
DEVICE void take_exact(Exact& nearest, double distance, int32_t bin) {
  if (distance < nearest.distance || (distance == nearest.distance && bin < nearest.bin)) {
    nearest = {distance, bin};
  }
}

DEVICE void measure(const CodeSearch& search, const float* row, int32_t bin, Exact& nearest) {
  const float* code = search.codebook + static_cast<int64_t>(bin) * search.width;
  double distance = exact_distance(row, code, search.width);
  /* Infinite distances count as none. */
  if (distance < INFINITY) take_exact(nearest, distance, bin);
}

/* A warp measures those bins of a stream whose distances in fp32 are within the limit. */
DEVICE void measure_stream(const CodeSearch& search, const float* row, int32_t stream, float limit,
                           Exact& nearest) {
  int lane = static_cast<int>(threadIdx.x) % WARP;
  int32_t run = run_of(search);
  int32_t first = stream / search.lanes * search.part;
  int32_t end = end_of_split(search, first);
  first += stream % search.lanes * run;
  for (int32_t i = lane; i < search.part / search.lanes; i += WARP) {
    int32_t bin = first + i / run * CODE_GROUP + i % run;
    if (bin >= end) break;
    float product = 0;
    for (int32_t c = 0; c < search.width; c++) {
      float value = search.transposed[static_cast<int64_t>(c) * search.stride + bin];
      product = fmaf(row[c], value, product);
    }
    if (fmaf(-2.0f, product, search.lengths[bin]) > limit) continue;
    measure(search, row, bin, nearest);
  }
}

/* A warp decides a row. */
DEVICE int32_t decide_exactly(const CodeSearch& search, int64_t r, float limit) {
  int lane = static_cast<int>(threadIdx.x) % WARP;
  const float* row = search.x + r * search.width;
  Exact nearest{INFINITY, INT32_MAX};
  int32_t streams = streams_of(search);
  for (int32_t first = 0; first < streams; first += WARP) {
    bool crowded = false;
    if (first + lane < streams) {
      Nearest found = left_by(search, first + lane, r);
      if (!(found.best > limit)) {
        crowded = !(found.second > limit);
        if (!crowded) measure(search, row, found.index, nearest);
      }
    }
    uint32_t left = ballot(crowded);
    for (int i = 0; i < WARP; i++) {
      if ((left >> i & 1) != 0) measure_stream(search, row, first + i, limit, nearest);
    }
  }
  for (int mask = WARP / 2; mask > 0; mask /= 2) {
    double distance = shuffle_xor(nearest.distance, mask);
    int32_t bin = shuffle_xor(nearest.bin, mask);
    take_exact(nearest, distance, bin);
  }
  /* As the plain backend does where no distance is a number. */
  return nearest.bin == INT32_MAX ? 0 : nearest.bin;
}

/* Some lanes look at a row; their warp decides together those that are not certain. */
KERNEL(DECIDE_THREADS, 5)
codebook_decide(CodeSearch search, int32_t* codes) {
  int lane = static_cast<int>(threadIdx.x) % WARP;
  int64_t warp = static_cast<int64_t>(blockIdx.x) * (DECIDE_THREADS / WARP) + threadIdx.x / WARP;
  int64_t row0 = warp * WARP_ROWS;
  int64_t row = row0 + lane / ROW_LANES;
  Nearest nearest = nothing_near();
  if (row < search.rows) {
    for (int32_t stream = lane % ROW_LANES; stream < streams_of(search); stream += ROW_LANES) {
      merge(nearest, left_by(search, stream, row));
    }
  }
  merge_lanes(nearest, ROW_LANES);
  bool first = row < search.rows && lane % ROW_LANES == 0;
  float limit = first ? nearest.best + margin_of(search, row) : 0;
  bool certain = nearest.second > limit;
  if (first && certain) codes[row] = nearest.index;
  uint32_t left = ballot(first && !certain);
  for (int i = 0; i < WARP_ROWS; i++) {
    if ((left >> i * ROW_LANES & 1) == 0) continue;
    int32_t code = decide_exactly(search, row0 + i, shuffle(limit, i * ROW_LANES));
    if (lane == 0) codes[row0 + i] = code;
  }
}

cudaError_t decide_codes(const CodeSearch& search, int32_t* codes, cudaStream_t stream) {
  int64_t blocks = divide_up(search.rows, WARP_ROWS * (DECIDE_THREADS / WARP));
  return LAUNCH((codebook_decide), static_cast<unsigned>(blocks), DECIDE_THREADS, 0, stream, search,
                codes);
}

}  // namespace jukebox
