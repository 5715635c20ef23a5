#include "sampling.h"

#include "grid.h"
#include "philox.h"

namespace jukebox {

/*
 * Which tokens stay: those whose key lies above the cut's, and of those equal to it the ones that
 * have at most `limit` before them. Both filters look for the largest key from which on the tokens
 * together exceed a limit, bit by bit: top-k counts tokens, top-p adds weights. So no row is sorted,
 * and a row may have any length.
 */
struct Cut {
  bool counted;
  uint32_t key;
  double limit;
  double above;
};

/* +0 and -0 are equal to top-k, which compares, but not to top-p, which orders. */
DEVICE uint32_t key_of(float logit, bool counted) {
  return ordered_bits(counted && logit == 0 ? 0.0f : logit);
}

template <bool COUNTED, int HELD>
DEVICE double sum_from(const Share<HELD>& share, BlockSums& sums, uint32_t key) {
  if (COUNTED) {
    int own = 0;
    for (int j = 0; j < share.count(); j++) own += key_of(share.logit(j), true) >= key ? 1 : 0;
    return sums.sum(own);
  }
  double own = 0;
  for (int j = 0; j < share.count(); j++) {
    own += key_of(share.logit(j), false) >= key ? share.weight(j) : 0.0;
  }
  return sums.sum(own);
}

template <int HELD>
DEVICE Cut top_k_cut(const Share<HELD>& share, BlockSums& sums, int32_t top_k) {
  uint32_t key = 0;
  for (uint32_t bit = 0x80000000u; bit != 0; bit >>= 1) {
    double count = sum_from<true>(share, sums, key | bit);
    if (count >= top_k) key |= bit;
    if (count == top_k) break;
  }
  return Cut{true, key, INFINITY, 0};
}

template <int HELD>
DEVICE Cut top_p_cut(const Share<HELD>& share, BlockSums& sums, float top_p) {
  double limit = static_cast<double>(top_p) * sum_from<false>(share, sums, 0);
  uint32_t key = 0;
  for (uint32_t bit = 0x80000000u; bit != 0; bit >>= 1) {
    if (sum_from<false>(share, sums, key | bit) > limit) key |= bit;
  }
  return Cut{false, key, limit, sum_from<false>(share, sums, key + 1)};
}

/* A token's weight, or 0 if it is cut; `equals` counts the tokens before it that equal the cut. */
template <int HELD>
DEVICE double kept_weight(const Share<HELD>& share, const Cut& cut, int j, double* equals) {
  uint32_t key = key_of(share.logit(j), cut.counted);
  double weight = share.weight(j);
  if (key == cut.key) {
    bool kept = cut.above + *equals * weight <= cut.limit;
    *equals += 1;
    return kept ? weight : 0;
  }
  return key > cut.key ? weight : 0;
}

/* The tokens of the threads before this one that equal the cut, in the order of tokens. */
template <int HELD>
DEVICE double equals_before(const Share<HELD>& share, BlockSums& sums, const Cut& cut) {
  int own = 0;
  for (int j = 0; j < share.count(); j++) {
    own += key_of(share.logit(j), false) == cut.key ? 1 : 0;
  }
  double all;
  return sums.before(own, &all);
}

/*
 * The first token of the block that a thread found, or else the last that has a weight, or else 0;
 * none is negative. Valid in thread 0.
 */
DEVICE int32_t first_found(int32_t found, int32_t last, int32_t* founds, int32_t* lasts) {
  int warp = threadIdx.x / WARP;
  for (int mask = WARP / 2; mask > 0; mask /= 2) {
    int32_t other = shuffle_xor(found, mask);
    found = found < 0 || (other >= 0 && other < found) ? other : found;
    int32_t later = shuffle_xor(last, mask);
    last = later > last ? later : last;
  }
  if (threadIdx.x % WARP == 0) {
    founds[warp] = found;
    lasts[warp] = last;
  }
  sync_block();
  if (threadIdx.x != 0) return 0;
  int32_t first = -1;
  int32_t fallback = 0;
  for (int i = SAMPLE_WARPS - 1; i >= 0; i--) {
    if (founds[i] >= 0) first = founds[i];
    if (lasts[i] > fallback) fallback = lasts[i];
  }
  return first >= 0 ? first : fallback;
}

/* One block a row: softmax, filter, and the inverse of the cumulative distribution. */
template <int HELD>
KERNEL(SAMPLE_THREADS)
sample(const float* logits, int64_t bins, float temp, int32_t top_k, float top_p, int64_t seed,
       const int32_t* items, int32_t level, int64_t start, const int32_t* counter,
       int32_t* tokens, int32_t* faults) {
  SHARED(double, cells, BlockSums::CELLS);
  SHARED(int32_t, founds, SAMPLE_WARPS);
  SHARED(int32_t, lasts, SAMPLE_WARPS);
  BlockSums sums{cells, 0};
  Share<HELD> share;
  share.row = logits + blockIdx.x * bins;
  share.bins = bins;
  share.temp = temp;
  share.any_count = static_cast<int>((bins + SAMPLE_THREADS - 1) / SAMPLE_THREADS);
  share.first = static_cast<int64_t>(threadIdx.x) * share.count();
  double uniform = philox_uniform(seed, items[blockIdx.x], level, place(start, counter));
  float largest = sums.largest_or_nan(share.load());
  if (std::isnan(largest)) {
    if (threadIdx.x == 0) {
      tokens[blockIdx.x] = 0;
      *static_cast<volatile int32_t*>(faults) = JKC_FAULT_NAN;
    }
    return;
  }
  share.weigh(largest);

  Cut cut{false, 0, INFINITY, 0};
  double equals = 0;
  if (top_k > 0 && top_k < bins) {
    cut = top_k_cut(share, sums, top_k);
  } else if (top_p > 0) {
    cut = top_p_cut(share, sums, top_p);
    equals = equals_before(share, sums, cut);
  }
  double own = 0;
  double rank = equals;
  for (int j = 0; j < share.count(); j++) own += kept_weight(share, cut, j, &rank);
  double total;
  double cumulative = sums.before(own, &total);
  double threshold = uniform * total;
  int32_t found = -1;
  int32_t last = -1;
  rank = equals;
  for (int j = 0; j < share.count(); j++) {
    double weight = kept_weight(share, cut, j, &rank);
    if (weight > 0) {
      cumulative += weight;
      last = static_cast<int32_t>(share.first + j);
      if (found < 0 && cumulative > threshold) found = last;
    }
  }
  int32_t token = first_found(found, last, founds, lasts);
  if (threadIdx.x == 0) tokens[blockIdx.x] = token;
}

}  // namespace jukebox

using namespace jukebox;

extern "C" int jkc_sample(jkc_context* context, const float* logits, int64_t rows, int64_t bins,
                          float temp, int32_t top_k, float top_p, int64_t seed,
                          const int32_t* items, int32_t level, int64_t start,
                          const int32_t* counter, int32_t* tokens) {
  if (context == nullptr || rows < 0 || rows > INT32_MAX || bins < 1 || bins > INT32_MAX ||
      !(temp > 0) || top_k < 0 || !(top_p >= 0 && top_p <= 1)) {
    return JKC_BAD_ARGUMENT;
  }
  if (rows == 0) return JKC_OK;
  if (logits == nullptr || items == nullptr || tokens == nullptr) return JKC_BAD_ARGUMENT;
  auto launch_held = [&](auto kernel) {
    return LAUNCH((kernel), static_cast<unsigned>(rows), SAMPLE_THREADS, 0, stream_of(context),
                  logits, bins, temp, top_k, top_p, seed, items, level, start, counter, tokens,
                  context->device_faults);
  };
  cudaError_t outcome = bins <= SAMPLE_THREADS       ? launch_held(sample<1>)
                        : bins <= 4 * SAMPLE_THREADS ? launch_held(sample<4>)
                        : bins <= 8 * SAMPLE_THREADS ? launch_held(sample<8>)
                                                     : launch_held(sample<0>);
  return check(context, outcome, "sample");
}
