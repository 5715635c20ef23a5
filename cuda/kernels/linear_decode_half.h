/* A block's part of a decode step with 16-bit or 8-bit weights, up to 32 rows. */
#ifndef JUKEBOX_LINEAR_DECODE_HALF_H
#define JUKEBOX_LINEAR_DECODE_HALF_H

#include "linear_decode.h"
#include "linear_fragments.h"

namespace jukebox {

/* Floats from one row's sums to the next: lanes that write together meet no bank twice. */
constexpr int SUM_PITCH = 20;

/* Where a warp is in its sequence of (tile, chunk) pairs, through all segments. */
struct HalfCursor {
  int start;
  int item;

  DEVICE int count(const DecodeShape& shape) const {
    int rest = shape.chunks - start;
    return rest < shape.segment ? rest : shape.segment;
  }
  /* Moves on over segments that have no item for this warp. */
  DEVICE void settle(const DecodeShape& shape, int tiles) {
    while (start < shape.chunks && item >= count(shape) * tiles) {
      start += shape.segment;
      item = threadIdx.x / WARP;
    }
  }
};

/* Loads of one chunk of weights: null past the end. */
template <typename Weights>
struct HalfStream {
  static constexpr int LOADS = HALF_STEPS / Weights::STEPS;

  const unsigned char* from;
  int count;

  DEVICE void point(const DecodeShape& shape, const HalfCursor& cursor, const DecodeTiles& own,
                    int fragments) {
    count = 0;
    if (cursor.start >= shape.chunks) return;
    int chunks = cursor.count(shape);
    int fragment = (cursor.start + cursor.item % chunks) * LOADS;
    int64_t tile = own.tile(cursor.item / chunks);
    int rest = fragments - fragment;
    count = rest < LOADS ? rest : LOADS;
    from = static_cast<const unsigned char*>(shape.packed) +
           (tile * fragments + fragment) * FRAGMENT + threadIdx.x % WARP * 16;
  }
  DEVICE void load(int i, uint4& value) const {
    if (i < count) value = load_once(from + i * FRAGMENT);
  }
};

/*
 * The sums of a block's own tiles for up to R rows. After ready(), which all threads call once, the
 * rows may be read and the results written.
 */
template <typename Weights, int R, typename Ready>
DEVICE void decode_half_block(const DecodeShape& shape, const DecodeTiles& own,
                              unsigned char* memory, const Ready& ready) {
  constexpr int N = (R + 7) / 8;
  constexpr int TOGETHER = R == 1 ? 1 : R <= 8 ? 4 : 8;
  constexpr int LOADS = HalfStream<Weights>::LOADS;
  int rows = shape.rows;
  int tiles = own.count;
  int lane = threadIdx.x % WARP;
  int steps = static_cast<int>(half_steps(shape.in));
  int fragments = (steps + Weights::STEPS - 1) / Weights::STEPS;

  /* Fragments of rows [chunk][step][row][quad]; inverse powers of two segments in turn. */
  uint4* staged = reinterpret_cast<uint4*>(memory);
  float* inverses = reinterpret_cast<float*>(staged + shape.segment * HALF_STEPS * rows * 4);
  RowStatistics* statistics =
      reinterpret_cast<RowStatistics*>(inverses + 2 * shape.segment * rows);
  float* totals = reinterpret_cast<float*>(reinterpret_cast<unsigned char*>(statistics) +
                                           norm_bytes(shape, rows));
  float* sums = totals + shape.block_tiles * rows * TILE_OUT;

  HalfCursor cursor = {0, static_cast<int>(threadIdx.x / WARP)};
  cursor.settle(shape, tiles);
  HalfStream<Weights> stream;
  stream.point(shape, cursor, own, fragments);
  /* Given a value, as what is loaded under a condition would lie in local memory else. */
  uint4 weights[LOADS] = {};
  UNROLL
  for (int i = 0; i < LOADS; i++) stream.load(i, weights[i]);
  prefetch_norm(shape);

  ready();
  DecodeResults results(shape, 0, rows, own);
  row_statistics(shape, shape.x, rows, statistics);

  for (int start = 0; start < shape.chunks; start += shape.segment) {
    int chunks = shape.chunks - start < shape.segment ? shape.chunks - start : shape.segment;
    stage_rows<TOGETHER>(
        shape, shape.x, rows, static_cast<int64_t>(start) * HALF_CHUNK, chunks, statistics,
        [&](int chunk, int row, const float(&values)[4]) {
          float power = power_for(warp_magnitude(values));
          staged[((chunk * HALF_STEPS + lane / 4) * rows + row) * 4 + lane % 4] =
              split4(values, power);
          if (lane == 0) inverses[chunk * rows + row] = inverse_power(power);
        });
    sync_block();

    while (cursor.start == start) {
      int chunk = cursor.item % chunks;
      int tile = cursor.item / chunks;
      int left = steps - (start + chunk) * HALF_STEPS;
      cursor.item += blockDim.x / WARP;
      cursor.settle(shape, tiles);
      stream.point(shape, cursor, own, fragments);
      float sum[N][1][4] = {};
      UNROLL
      for (int i = 0; i < LOADS; i++) {
        UNROLL
        for (int s = 0; s < Weights::STEPS; s++) {
          int step = i * Weights::STEPS + s;
          if (step < left) {
            uint32_t a[1][4];
            Weights::fragment(weights[i], s, a[0]);
            uint4 b[N];
            UNROLL
            for (int n = 0; n < N; n++) {
              int row = n * 8 + lane / 4;
              b[n] = row < rows ? staged[((chunk * HALF_STEPS + step) * rows + row) * 4 + lane % 4]
                                : uint4{0, 0, 0, 0};
            }
            multiply_step(a, b, sum);
          }
        }
        stream.load(i, weights[i]);
      }
      float* to = sums + (tile * chunks + chunk) * rows * SUM_PITCH;
      UNROLL
      for (int n = 0; n < N; n++) {
        UNROLL
        for (int i = 0; i < 4; i++) {
          int row = n * 8 + lane % 4 * 2 + i % 2;
          if (row < rows) to[row * SUM_PITCH + lane / 4 + i / 2 * 8] = sum[n][0][i];
        }
      }
    }
    sync_block();

    results.take(shape, start == 0, start + shape.segment >= shape.chunks, totals,
                 [&](float total, int tile, int row, int output) {
                   const float* from = sums + (tile * chunks * rows + row) * SUM_PITCH + output;
                   for (int c = 0; c < chunks; c++) {
                     total = fmaf(from[c * rows * SUM_PITCH], inverses[c * rows + row], total);
                   }
                   return total;
                 });
    /* The next segment's powers must not meet those that the totals still need. */
    inverses += start / shape.segment % 2 == 0 ? shape.segment * rows : -shape.segment * rows;
  }
}

inline DecodeBytes half_decode_bytes(const DecodeShape& shape) {
  constexpr size_t FLOAT = sizeof(float);
  size_t rows = static_cast<size_t>(shape.rows);
  return {rows * (HALF_CHUNK * 4 + 2 * FLOAT), rows * SUM_PITCH * FLOAT, rows * TILE_OUT * FLOAT,
          norm_bytes(shape, shape.rows)};
}

}  // namespace jukebox

#endif
