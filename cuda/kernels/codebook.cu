#include "conv_tile.h"

#include "context.h"
#include "grid.h"

namespace jukebox {

/*
 * Nearest codes: the argmin over k of |k|^2 - 2 x k, which differs from the distance by |x|^2
 * alone, keeping the two least of each row. Where these are further apart than both can be wrong,
 * the code is certain; the few other rows are decided by distances in double precision, summed as
 * the plain backend sums them, so that all backends agree.
 */
using CodeTile = Tile<4, 1, 8, 8, 8>;

constexpr int MOST_SPLITS = 32;
constexpr int ROW_WARPS = 8;
constexpr float UNIT_ROUNDOFF = 5.9604645e-8f;
constexpr float LEAST_NORMAL = 1.1754944e-38f;

/* The codebook on its side, [width, stride], and squared lengths; padding is infinitely far. */
KERNEL(ROW_WARPS * WARP)
codebook_transpose(const float* codebook, int64_t bins, int64_t width, int64_t stride,
                   float* transposed, float* lengths) {
  int64_t bin = static_cast<int64_t>(blockIdx.x) * ROW_WARPS + threadIdx.x / WARP;
  int lane = static_cast<int>(threadIdx.x) % WARP;
  if (bin >= stride) return;
  double squared = 0;
  for (int64_t c = lane; c < width; c += WARP) {
    float value = bin < bins ? codebook[bin * width + c] : 0.0f;
    transposed[c * stride + bin] = value;
    squared += static_cast<double>(value) * value;
  }
  for (int mask = WARP / 2; mask > 0; mask /= 2) squared += shuffle_xor(squared, mask);
  if (lane == 0) lengths[bin] = bin < bins ? static_cast<float>(squared) : INFINITY;
}

/* What one block found for a row: the two least of its bins, the least's place, the longest. */
struct Found {
  float best;
  float second;
  float longest;
  int32_t index;
};

DEVICE void merge(Found& a, float best, float second, float longest, int32_t index) {
  a.second = fminf(fmaxf(a.best, best), fminf(a.second, second));
  a.longest = fmaxf(a.longest, longest);
  a.index = best < a.best ? index : a.index;
  a.best = fminf(a.best, best);
}

/* A block compares a tile of rows with a part of the bins; found [rows, splits]. */
KERNEL(CodeTile::THREADS)
codebook_compare(const float* x, int64_t rows, int32_t width, bool aligned, const float* transposed,
                 const float* lengths, int32_t bins, int32_t stride, int32_t part, uint32_t splits,
                 float4* found) {
  using T = CodeTile;
  DYNAMIC_SHARED(shared);
  int64_t row0 = static_cast<int64_t>(blockIdx.x / splits) * T::M;
  uint32_t split = blockIdx.x % splits;
  int32_t first = static_cast<int32_t>(split) * part;
  int32_t end = part < bins - first ? first + part : bins;
  Gather gather{x, rows, 1, 0, 0, width, width, false, aligned};
  Packed packed{transposed, stride};
  float best[T::ROWS];
  float second[T::ROWS];
  int32_t index[T::ROWS];
  UNROLL
  for (int i = 0; i < T::ROWS; i++) {
    best[i] = INFINITY;
    second[i] = INFINITY;
    index[i] = 0;
  }
  T::products(gather, row0, rows - row0, packed, first, end, reinterpret_cast<float*>(shared),
              [&](int32_t from, float(&sum)[T::ROWS][T::COLUMNS]) {
                UNROLL
                for (int n = 0; n < T::COLUMNS; n++) {
                  int32_t bin = from + T::column(n / 4) + n % 4;
                  float length = lengths[bin];
                  UNROLL
                  for (int i = 0; i < T::ROWS; i++) {
                    float distance = fmaf(-2.0f, sum[i][n], length);
                    second[i] = fminf(second[i], fmaxf(best[i], distance));
                    index[i] = distance < best[i] ? bin : index[i];
                    best[i] = fminf(best[i], distance);
                  }
                }
              });
  float longest = 0;
  for (int32_t bin = first + T::lane(); bin < end; bin += WARP) {
    longest = fmaxf(longest, lengths[bin]);
  }
  longest = warp_max(longest);
  UNROLL
  for (int i = 0; i < T::ROWS; i++) {
    Found own{best[i], second[i], longest, index[i]};
    /* The lanes that share a row are neighbours. */
    UNROLL
    for (int mask = 1; mask < WARP / T::LANES_M; mask *= 2) {
      float other_best = shuffle_xor(own.best, mask);
      float other_second = shuffle_xor(own.second, mask);
      int32_t other_index = shuffle_xor(own.index, mask);
      merge(own, other_best, other_second, longest, other_index);
    }
    int64_t row = row0 + T::row(i);
    if (T::lane() % (WARP / T::LANES_M) == 0 && row < rows) {
      found[row * splits + split] =
          make_float4(own.best, own.second, own.longest, bits_float(own.index));
    }
  }
}

/*
 * How far the difference of two values of codebook_compare, and of two distances of exact_distance,
 * can be from the truth: by the usual bound for sums of n products, with |x||k| for the sum of the
 * products' magnitudes.
 */
DEVICE float margin_of(float row_length, float longest, int64_t width) {
  float product = sqrtf(row_length) * sqrtf(longest);
  float squares = row_length + longest + 2 * product;
  float terms = 4 * longest + 4 * static_cast<float>(width + 3) * product + 4 * squares;
  return 1.01f * UNIT_ROUNDOFF * terms + static_cast<float>(width + 1) * LEAST_NORMAL;
}

/* In the plain backend's order; the squares are exact. */
DEVICE double exact_distance(const float* row, const float* code, int64_t width) {
  double distance = 0;
  for (int64_t c = 0; c < width; c++) {
    double difference = row[c] - code[c];
    distance += difference * difference;
  }
  return distance;
}

/* A warp decides a row. */
KERNEL(ROW_WARPS * WARP)
codebook_decide(const float* x, int64_t rows, int64_t width, const float* codebook, int64_t bins,
                const float* transposed, const float* lengths, int64_t stride,
                const float4* found, int32_t splits, int32_t* codes) {
  int64_t r = static_cast<int64_t>(blockIdx.x) * ROW_WARPS + threadIdx.x / WARP;
  int lane = static_cast<int>(threadIdx.x) % WARP;
  if (r >= rows) return;
  const float* row = x + r * width;
  Found all{INFINITY, INFINITY, 0, 0};
  for (int s = 0; s < splits; s++) {
    float4 part = found[r * splits + s];
    merge(all, part.x, part.y, part.z, static_cast<int32_t>(float_bits(part.w)));
  }
  float squared = 0;
  for (int64_t c = lane; c < width; c += WARP) squared = fmaf(row[c], row[c], squared);
  squared = warp_sum(squared);
  float margin = margin_of(squared, all.longest, width);
  if (all.second - all.best > margin) {
    if (lane == 0) codes[r] = all.index;
    return;
  }
  double least = INFINITY;
  int32_t code = INT32_MAX;
  for (int64_t bin = lane; bin < bins; bin += WARP) {
    float product = 0;
    for (int64_t c = 0; c < width; c++) {
      product = fmaf(row[c], transposed[c * stride + bin], product);
    }
    if (fmaf(-2.0f, product, lengths[bin]) > all.best + margin) continue;
    double distance = exact_distance(row, codebook + bin * width, width);
    if (distance < least) {
      least = distance;
      code = static_cast<int32_t>(bin);
    }
  }
  for (int mask = WARP / 2; mask > 0; mask /= 2) {
    double other_least = shuffle_xor(least, mask);
    int32_t other = shuffle_xor(code, mask);
    if (other_least < least || (other_least == least && other < code)) {
      least = other_least;
      code = other;
    }
  }
  /* As the plain backend does where no distance is a number. */
  if (lane == 0) codes[r] = code == INT32_MAX ? 0 : code;
}

}  // namespace jukebox

using namespace jukebox;

extern "C" int jkc_codebook_nearest(jkc_context* context, const float* x, int64_t rows,
                                    int64_t width, const float* codebook, int64_t bins,
                                    int32_t* codes) {
  using T = CodeTile;
  if (context == nullptr || rows < 0 || rows > INT32_MAX || width < 1 || width > INT32_MAX ||
      bins < 1 || bins > INT32_MAX - 256) {
    return JKC_BAD_ARGUMENT;
  }
  if (rows == 0) return JKC_OK;
  if (x == nullptr || codebook == nullptr || codes == nullptr) return JKC_BAD_ARGUMENT;
  int64_t tiles = divide_up(bins, T::N);
  int64_t stride = tiles * T::N;
  int64_t row_tiles = divide_up(rows, T::M);
  int64_t splits = divide_up(int64_t{4} * context->multiprocessors, row_tiles);
  if (splits > MOST_SPLITS) splits = MOST_SPLITS;
  if (splits > tiles) splits = tiles;
  int64_t part = divide_up(tiles, splits);
  splits = divide_up(tiles, part);

  size_t floats = static_cast<size_t>(stride * (width + 1) + 4 * rows * splits);
  void* block = nullptr;
  int status = scratch(context, floats * sizeof(float), "nearest code", &block);
  if (status != JKC_OK) return status;
  float* transposed = static_cast<float*>(block) + SCRATCH_COUNTERS;
  float* lengths = transposed + stride * width;
  float4* found = reinterpret_cast<float4*>(lengths + stride);

  status = check(context,
                 LAUNCH((codebook_transpose), static_cast<unsigned>(divide_up(stride, ROW_WARPS)),
                        ROW_WARPS * WARP, 0, stream_of(context), codebook, bins, width, stride,
                        transposed, lengths),
                 "nearest code");
  if (status != JKC_OK) return status;
  bool aligned = width % 4 == 0 && is_aligned16(x);
  status = check(context,
                 LAUNCH((codebook_compare), static_cast<unsigned>(row_tiles * splits), T::THREADS,
                        T::SHARED_BYTES, stream_of(context), x, rows, width, aligned, transposed,
                        lengths, bins, stride, part * T::N, splits, found),
                 "nearest code");
  if (status != JKC_OK) return status;
  return check(context,
               LAUNCH((codebook_decide), static_cast<unsigned>(divide_up(rows, ROW_WARPS)),
                      ROW_WARPS * WARP, 0, stream_of(context), x, rows, width, codebook, bins,
                      transposed, lengths, stride, found, splits, codes),
               "nearest code");
}
