#include "codebook.h"
#include "linear_rows.h"

namespace jukebox {

/*
 * Distances by tensor cores. Rows and codes, times powers of two, are sums of a high and a low fp16
 * term (split4); a sum of products is that of low x high, high x low and high x high. A warp keeps
 * its rows in registers while all codes pass through shared memory, some stages ahead.
 *
 * How far a sum is from the truth, in units of 2^-24 |x| |k|, where k is the longest code: a high
 * term is within 2^-11 of its value, both terms within 2^-22 of it and 2^-39 of the largest, so
 * that the three products leave out 3.1 * 2^-22 at most, 13 units. An instruction adds 16 products
 * to a sum. Devices align the terms of 4, 8 or 16 products and of the sum to the largest of them,
 * cut each off at its last bit or below, and cut the result: at most 4 (5 + 1), 2 (9 + 1) or 17 + 1
 * times 2^-23 of the largest, which is no more than |x| |k|, as no product and no part of the sum
 * is: 48 units. The four instructions of high terms make 193; low terms are summed apart, where all
 * is 2^-10 as large and eight make 0.4. Adding the two rounds once more: 208 in all.
 */
using Halves = CodeHalves;

constexpr int THREADS = Halves::WARPS * WARP;
constexpr int STAGES = 4;
constexpr int TILE_VECTORS = Halves::STEPS * WARP;
constexpr int LENGTH_VECTORS = CODE_GROUP / 4;
constexpr int GROUP_VECTORS = Halves::GROUP_TILES * TILE_VECTORS;
constexpr int STAGE_VECTORS = GROUP_VECTORS + LENGTH_VECTORS;
constexpr int SHARED_BYTES = STAGES * STAGE_VECTORS * static_cast<int>(sizeof(uint4));

/* Fragments a of 16 rows: their high and low terms. */
struct RowTile {
  uint32_t high[Halves::STEPS][4];
  uint32_t low[Halves::STEPS][4];
};

/* Reads a row's part of this lane; its squared length, and the inverse of the power. */
DEVICE void load_row(const CodeSearch& search, int64_t row, bool aligned, int half, RowTile& tile,
                     float& squared, float& inverse) {
  int at = static_cast<int>(threadIdx.x) % Halves::LANES * 4;
  float values[Halves::STEPS][4] = {};
  if (row < search.rows) {
    UNROLL
    for (int s = 0; s < Halves::STEPS; s++) {
      load4(search.x + row * search.width, s * Halves::STEP + at, search.width, aligned, values[s]);
    }
  }
  squared = 0;
  float magnitude = 0;
  UNROLL
  for (int s = 0; s < Halves::STEPS; s++) {
    UNROLL
    for (int i = 0; i < 4; i++) {
      squared = fmaf(values[s][i], values[s][i], squared);
      magnitude = fmaxf(magnitude, fabsf(values[s][i]));
    }
  }
  UNROLL
  for (int mask = 1; mask < Halves::LANES; mask *= 2) {
    squared += shuffle_xor(squared, mask);
    magnitude = fmaxf(magnitude, shuffle_xor(magnitude, mask));
  }
  float power = power_for(magnitude);
  inverse = inverse_power(power);
  UNROLL
  for (int s = 0; s < Halves::STEPS; s++) {
    uint4 terms = split4(values[s], power);
    tile.high[s][half] = terms.x;
    tile.high[s][half + 2] = terms.y;
    tile.low[s][half] = terms.z;
    tile.low[s][half + 2] = terms.w;
  }
}

/* Starts the copy of a group of codes. */
DEVICE void copy_group(const CodeSearch& search, int32_t group, uint4* to) {
  const uint4* from = search.fragments + static_cast<int64_t>(group) * GROUP_VECTORS;
  UNROLL
  for (int i = 0; i < GROUP_VECTORS; i += THREADS) {
    async_copy16(to + i + threadIdx.x, from + i + threadIdx.x, true);
  }
  if (threadIdx.x < LENGTH_VECTORS) {
    async_copy16(to + GROUP_VECTORS + threadIdx.x,
                 search.lengths + static_cast<int64_t>(group) * CODE_GROUP + threadIdx.x * 4, true);
  }
}

/* The sums of products of a warp's rows with a tile of codes. */
DEVICE void multiply_codes(const RowTile (&rows)[Halves::WARP_TILES], const uint4* codes,
                           float (&sums)[Halves::WARP_TILES][4]) {
  float small[Halves::WARP_TILES][4] = {};
  UNROLL
  for (int m = 0; m < Halves::WARP_TILES; m++) {
    UNROLL
    for (int i = 0; i < 4; i++) sums[m][i] = 0;
  }
  UNROLL
  for (int s = 0; s < Halves::STEPS; s++) {
    uint4 terms = codes[s * WARP];
    uint32_t high[2] = {terms.x, terms.y};
    uint32_t low[2] = {terms.z, terms.w};
    UNROLL
    for (int m = 0; m < Halves::WARP_TILES; m++) mma16816<f16>(small[m], rows[m].low[s], high);
    UNROLL
    for (int m = 0; m < Halves::WARP_TILES; m++) mma16816<f16>(sums[m], rows[m].high[s], high);
    UNROLL
    for (int m = 0; m < Halves::WARP_TILES; m++) mma16816<f16>(small[m], rows[m].high[s], low);
  }
  UNROLL
  for (int m = 0; m < Halves::WARP_TILES; m++) {
    UNROLL
    for (int i = 0; i < 4; i++) sums[m][i] += small[m][i];
  }
}

/* A block compares a tile of rows with a split of the bins; two blocks share a multiprocessor. */
KERNEL(THREADS, 2)
codebook_compare_halves(CodeSearch search, bool aligned) {
  DYNAMIC_SHARED(shared);
  uint4* stages = reinterpret_cast<uint4*>(shared);
  int lane = static_cast<int>(threadIdx.x) % WARP;
  int sharing = lane % Halves::LANES;
  int32_t split = static_cast<int32_t>(blockIdx.x % search.splits);
  int32_t first = split * search.part;
  int32_t group = first / CODE_GROUP;
  int32_t groups = (end_of_split(search, first) - first + CODE_GROUP - 1) / CODE_GROUP;
  UNROLL
  for (int i = 0; i < STAGES - 1; i++) {
    if (i < groups) copy_group(search, group + i, stages + i * STAGE_VECTORS);
    async_commit();
  }

  int64_t row0 = static_cast<int64_t>(blockIdx.x / search.splits) * Halves::ROWS +
                 threadIdx.x / WARP * (Halves::WARP_TILES * 16) + lane / Halves::LANES;
  float code_inverse = inverse_power(power_for(search.extent->magnitude));
  RowTile rows[Halves::WARP_TILES];
  float factors[Halves::WARP_TILES][2];
  Nearest nearest[Halves::WARP_TILES][2];
  UNROLL
  for (int m = 0; m < Halves::WARP_TILES; m++) {
    UNROLL
    for (int half = 0; half < 2; half++) {
      int64_t row = row0 + m * 16 + half * 8;
      float squared;
      float inverse;
      load_row(search, row, aligned, half, rows[m], squared, inverse);
      if (split == 0 && sharing == 0 && row < search.rows) search.squares[row] = squared;
      factors[m][half] = -2 * inverse * code_inverse;
      nearest[m][half] = nothing_near();
    }
  }

  for (int32_t i = 0; i < groups; i++) {
    async_wait<STAGES - 2>();
    sync_block();
    int32_t ahead = i + STAGES - 1;
    if (ahead < groups) copy_group(search, group + ahead, stages + ahead % STAGES * STAGE_VECTORS);
    async_commit();
    const uint4* stage = stages + i % STAGES * STAGE_VECTORS;
    const float* lengths = reinterpret_cast<const float*>(stage + GROUP_VECTORS);
    int32_t bin = (group + i) * CODE_GROUP + sharing * Halves::RUN;
    NO_UNROLL
    for (int tile = 0; tile < Halves::GROUP_TILES; tile++) {
      float sums[Halves::WARP_TILES][4];
      multiply_codes(rows, stage + tile * TILE_VECTORS + lane, sums);
      float2 length = *reinterpret_cast<const float2*>(lengths + sharing * Halves::RUN + 2 * tile);
      UNROLL
      for (int m = 0; m < Halves::WARP_TILES; m++) {
        UNROLL
        for (int half = 0; half < 2; half++) {
          float factor = factors[m][half];
          take(nearest[m][half], fmaf(factor, sums[m][half * 2], length.x), bin);
          take(nearest[m][half], fmaf(factor, sums[m][half * 2 + 1], length.y), bin + 1);
        }
      }
      bin += 2;
    }
  }
  async_wait<0>();

  UNROLL
  for (int m = 0; m < Halves::WARP_TILES; m++) {
    UNROLL
    for (int half = 0; half < 2; half++) {
      int64_t row = row0 + m * 16 + half * 8;
      int32_t stream = split * Halves::LANES + sharing;
      if (row < search.rows) leave(search, stream, row, nearest[m][half]);
    }
  }
}

cudaError_t compare_halves(const CodeSearch& search, cudaStream_t stream) {
  int64_t blocks = divide_up(search.rows, Halves::ROWS) * search.splits;
  return LAUNCH((codebook_compare_halves), static_cast<unsigned>(blocks), THREADS, SHARED_BYTES,
                stream, search, rows_aligned(search.x, search.width));
}

}  // namespace jukebox
