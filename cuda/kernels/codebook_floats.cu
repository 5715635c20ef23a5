#include "codebook.h"
#include "conv_tile.h"

namespace jukebox {

using CodeTile = Tile<4, 1, 8, 8, 8>;
static_assert(CodeTile::N == CODE_GROUP && CodeTile::M == CodeFloats::ROWS, "tile");

/* A block compares a tile of rows with a split of the bins. */
KERNEL(CodeTile::THREADS)
codebook_compare_floats(CodeSearch search, bool aligned) {
  using T = CodeTile;
  constexpr int SHARING = WARP / T::LANES_M;
  DYNAMIC_SHARED(shared);
  int64_t row0 = static_cast<int64_t>(blockIdx.x / search.splits) * T::M;
  int32_t split = static_cast<int32_t>(blockIdx.x % search.splits);
  int32_t first = split * search.part;
  int32_t width = search.width;
  Gather gather{search.x, search.rows, 1, 0, 0, width, width, false, aligned};
  Packed packed{search.transposed, search.stride};
  Nearest nearest[T::ROWS];
  UNROLL
  for (int i = 0; i < T::ROWS; i++) nearest[i] = nothing_near();
  T::products(gather, row0, search.rows - row0, packed, first, end_of_split(search, first),
              reinterpret_cast<float*>(shared),
              [&](int32_t from, float(&sum)[T::ROWS][T::COLUMNS]) {
                UNROLL
                for (int n = 0; n < T::COLUMNS; n++) {
                  int32_t bin = from + T::column(n / 4) + n % 4;
                  float length = search.lengths[bin];
                  UNROLL
                  for (int i = 0; i < T::ROWS; i++) {
                    take(nearest[i], fmaf(-2.0f, sum[i][n], length), bin);
                  }
                }
              });
  UNROLL
  for (int i = 0; i < T::ROWS; i++) {
    /* The lanes that share a row are neighbours. */
    merge_lanes(nearest[i], SHARING);
    int64_t row = row0 + T::row(i);
    int at = T::lane() % SHARING;
    float squared = 0;
    if (row < search.rows) {
      const float* values = search.x + row * width;
      for (int32_t c = at; c < width; c += SHARING) squared = fmaf(values[c], values[c], squared);
    }
    for (int mask = 1; mask < SHARING; mask *= 2) squared += shuffle_xor(squared, mask);
    if (at == 0 && row < search.rows) {
      leave(search, split, row, nearest[i]);
      if (split == 0) search.squares[row] = squared;
    }
  }
}

cudaError_t compare_floats(const CodeSearch& search, cudaStream_t stream) {
  bool aligned = search.width % 4 == 0 && is_aligned16(search.x);
  int64_t blocks = divide_up(search.rows, CodeTile::M) * search.splits;
  return LAUNCH((codebook_compare_floats), static_cast<unsigned>(blocks), CodeTile::THREADS,
                CodeTile::SHARED_BYTES, stream, search, aligned);
}

}  // namespace jukebox
