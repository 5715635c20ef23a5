#include "codebook.h"

#include "linear_rows.h"

namespace jukebox {

constexpr int MOST_SPLITS = 32;
constexpr int PREPARE_WARPS = 8;

/* A warp turns a code on its side, and finds its squared length and its magnitude. */
KERNEL(PREPARE_WARPS * WARP)
codebook_transpose(const float* codebook, int32_t bins, int32_t width, int32_t stride,
                   float* transposed, float* lengths, float* magnitudes) {
  int32_t bin = static_cast<int32_t>(blockIdx.x * PREPARE_WARPS + threadIdx.x / WARP);
  int lane = static_cast<int>(threadIdx.x) % WARP;
  if (bin >= stride) return;
  double squared = 0;
  float magnitude = 0;
  for (int64_t c = lane; c < width; c += WARP) {
    float value = bin < bins ? codebook[static_cast<int64_t>(bin) * width + c] : 0.0f;
    transposed[c * stride + bin] = value;
    squared += static_cast<double>(value) * value;
    magnitude = fmaxf(magnitude, fabsf(value));
  }
  for (int mask = WARP / 2; mask > 0; mask /= 2) squared += shuffle_xor(squared, mask);
  magnitude = warp_max(magnitude);
  if (lane == 0) {
    lengths[bin] = bin < bins ? static_cast<float>(squared) : INFINITY;
    magnitudes[bin] = magnitude;
  }
}

/*
 * Every block finds the extent of the codes, which the first one leaves; together they make the
 * fragments of CodeHalves of so many tiles.
 */
KERNEL(PREPARE_WARPS * WARP)
codebook_split(const float* codebook, int32_t bins, int32_t width, const float* lengths,
               const float* magnitudes, CodeExtent* extent, int32_t tiles, uint4* fragments) {
  SHARED(CodeExtent, parts, PREPARE_WARPS);
  int lane = static_cast<int>(threadIdx.x) % WARP;
  int warp = static_cast<int>(threadIdx.x) / WARP;
  CodeExtent own{0, 0};
  for (int32_t bin = static_cast<int32_t>(threadIdx.x); bin < bins; bin += PREPARE_WARPS * WARP) {
    own.longest = fmaxf(own.longest, lengths[bin]);
    own.magnitude = fmaxf(own.magnitude, magnitudes[bin]);
  }
  own = {warp_max(own.longest), warp_max(own.magnitude)};
  if (lane == 0) parts[warp] = own;
  sync_block();
  for (int i = 0; i < PREPARE_WARPS; i++) {
    own.longest = fmaxf(own.longest, parts[i].longest);
    own.magnitude = fmaxf(own.magnitude, parts[i].magnitude);
  }
  if (blockIdx.x == 0 && threadIdx.x == 0) *extent = own;

  float power = power_for(own.magnitude);
  bool aligned = rows_aligned(codebook, width);
  int64_t units = static_cast<int64_t>(tiles) * CodeHalves::STEPS;
  for (int64_t unit = static_cast<int64_t>(blockIdx.x) * PREPARE_WARPS + warp; unit < units;
       unit += static_cast<int64_t>(gridDim.x) * PREPARE_WARPS) {
    int64_t tile = unit / CodeHalves::STEPS;
    int64_t bin = tile / CodeHalves::GROUP_TILES * CODE_GROUP + lane / 8 * CodeHalves::RUN +
                  tile % CodeHalves::GROUP_TILES * 2 + lane / 4 % 2;
    int64_t at = unit % CodeHalves::STEPS * CodeHalves::STEP + lane % 4 * 4;
    float values[4] = {};
    if (bin < bins) load4(codebook + bin * width, at, width, aligned, values);
    fragments[unit * WARP + lane] = split4(values, power);
  }
}

/* Divides the bins so that all multiprocessors are busy. */
static void divide_bins(const jkc_context* context, int64_t row_tiles, CodeSearch& search) {
  int64_t groups = search.stride / CODE_GROUP;
  int64_t splits = divide_up(int64_t{4} * context->multiprocessors, row_tiles);
  if (splits > MOST_SPLITS) splits = MOST_SPLITS;
  if (splits > groups) splits = groups;
  int64_t part = divide_up(groups, splits);
  search.part = static_cast<int32_t>(part * CODE_GROUP);
  search.splits = static_cast<int32_t>(divide_up(groups, part));
}

}  // namespace jukebox

using namespace jukebox;

extern "C" int jkc_codebook_nearest(jkc_context* context, const float* x, int64_t rows,
                                    int64_t width, const float* codebook, int64_t bins,
                                    int32_t* codes) {
  if (context == nullptr || rows < 0 || rows > INT32_MAX || width < 1 || width > INT32_MAX ||
      bins < 1 || bins > INT32_MAX - 256) {
    return JKC_BAD_ARGUMENT;
  }
  if (rows == 0) return JKC_OK;
  if (x == nullptr || codebook == nullptr || codes == nullptr) return JKC_BAD_ARGUMENT;
  bool halves = width <= CodeHalves::WIDTH;
  int64_t stride = divide_up(bins, CODE_GROUP) * CODE_GROUP;
  int32_t tiles = halves ? static_cast<int32_t>(stride / CodeHalves::TILE) : 0;
  CodeSearch search = {};
  search.x = x;
  search.rows = rows;
  search.width = static_cast<int32_t>(width);
  search.bins = static_cast<int32_t>(bins);
  search.codebook = codebook;
  search.stride = static_cast<int32_t>(stride);
  search.lanes = halves ? CodeHalves::LANES : CodeFloats::LANES;
  search.roundings = halves ? CodeHalves::ROUNDINGS : CodeFloats::roundings(width);
  divide_bins(context, divide_up(rows, halves ? CodeHalves::ROWS : CodeFloats::ROWS), search);

  int64_t fragments = int64_t{4} * tiles * CodeHalves::STEPS * WARP;
  int64_t found = rows * streams_of(search);
  size_t floats = static_cast<size_t>(fragments + stride * (width + 2) + 4 + rows + 3 * found);
  void* block = nullptr;
  int status = scratch(context, floats * sizeof(float), "nearest code", &block);
  if (status != JKC_OK) return status;
  float* memory = static_cast<float*>(block) + SCRATCH_COUNTERS;
  auto next = [&memory](int64_t count) {
    float* own = memory;
    memory += count;
    return own;
  };
  uint4* packed = reinterpret_cast<uint4*>(next(fragments));
  float* transposed = next(stride * width);
  float* lengths = next(stride);
  float* magnitudes = next(stride);
  CodeExtent* extent = reinterpret_cast<CodeExtent*>(next(4));
  search.fragments = packed;
  search.transposed = transposed;
  search.lengths = lengths;
  search.extent = extent;
  search.squares = next(rows);
  search.best = next(found);
  search.second = next(found);
  search.index = reinterpret_cast<int32_t*>(next(found));

  cudaStream_t stream = stream_of(context);
  cudaError_t outcome =
      LAUNCH((codebook_transpose), static_cast<unsigned>(divide_up(stride, PREPARE_WARPS)),
             PREPARE_WARPS * WARP, 0, stream, codebook, search.bins, search.width, search.stride,
             transposed, lengths, magnitudes);
  if (outcome == cudaSuccess) {
    int64_t blocks = divide_up(int64_t{tiles} * CodeHalves::STEPS, PREPARE_WARPS);
    int64_t most = 2 * static_cast<int64_t>(context->multiprocessors);
    if (blocks > most) blocks = most;
    if (blocks < 1) blocks = 1;
    outcome = LAUNCH((codebook_split), static_cast<unsigned>(blocks), PREPARE_WARPS * WARP, 0,
                     stream, codebook, search.bins, search.width, lengths, magnitudes, extent,
                     tiles, packed);
  }
  if (outcome == cudaSuccess) {
    outcome = halves ? compare_halves(search, stream) : compare_floats(search, stream);
  }
  if (outcome == cudaSuccess) outcome = decide_codes(search, codes, stream);
  return check(context, outcome, "nearest code");
}
