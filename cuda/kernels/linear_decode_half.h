/*
 * A block's part of a decode step with 16-bit or 8-bit weights. A warp answers for chunks of inputs:
 * it brings a chunk of all rows into fragments in its registers, and multiplies them with the chunk
 * of each of the block's tiles, whose weights it asked for before the rows were there. Warps meet to
 * add up the chunks, once if their sums fit shared memory, else segment by segment.
 */
#ifndef JUKEBOX_LINEAR_DECODE_HALF_H
#define JUKEBOX_LINEAR_DECODE_HALF_H

#include <type_traits>

#include "linear_decode.h"
#include "linear_fragments.h"
#include "row_fragments.h"

namespace jukebox {

/* A warp's items in their order: of each of its chunks, segment by segment, and of each eight rows. */
struct HalfCursor {
  int chunk;
  int group;
  int tile;
  /* The end of the chunk's segment. */
  int end;

  DEVICE explicit HalfCursor(const DecodeShape& shape)
      : chunk(static_cast<int>(threadIdx.x) / WARP), group(0), tile(0), end(shape.first_end()) {
    settle(shape);
  }
  DEVICE void next(const DecodeShape& shape, int groups, int tiles) {
    if (++tile < tiles) return;
    tile = 0;
    if (++group < groups) return;
    group = 0;
    chunk += static_cast<int>(blockDim.x) / WARP;
    settle(shape);
  }

 private:
  /* Moves on over segments that have no chunk for this warp. */
  DEVICE void settle(const DecodeShape& shape) {
    while (chunk >= end && end < shape.chunks) {
      chunk = end + static_cast<int>(threadIdx.x) / WARP;
      end = end + shape.segment < shape.chunks ? end + shape.segment : shape.chunks;
    }
  }
};

/* Loads of one chunk of a tile's weights: none past the end. */
template <typename Weights>
struct HalfStream {
  static constexpr int LOADS = HALF_STEPS / Weights::STEPS;

  const unsigned char* from;
  int count;

  DEVICE void point(const DecodeShape& shape, const HalfCursor& cursor, const DecodeTiles& own,
                    int fragments) {
    int fragment = cursor.chunk * LOADS;
    int rest = cursor.chunk < shape.chunks ? fragments - fragment : 0;
    count = rest < LOADS ? rest : LOADS;
    int64_t tile = own.tile(cursor.tile);
    from = static_cast<const unsigned char*>(shape.packed) +
           (tile * fragments + fragment) * FRAGMENT + threadIdx.x % WARP * 16;
  }
  DEVICE void load(int i, uint4& value) const {
    if (i < count) value = load_once(from + i * FRAGMENT);
  }
};

/* Shared memory of a block; sums [tile][chunk][row][SUM_PITCH]. */
template <int R>
struct HalfMemory {
  uint4* staged;
  RowStatistics* statistics;
  /* Inverse powers [chunk][row] of two segments in turn. */
  float* inverses;
  float* totals;
  float* sums;

  DEVICE HalfMemory(const DecodeShape& shape, int rows, unsigned char* memory) {
    staged = reinterpret_cast<uint4*>(memory);
    memory += staged_bytes(static_cast<int>(blockDim.x));
    statistics = reinterpret_cast<RowStatistics*>(memory);
    inverses = reinterpret_cast<float*>(memory + norm_bytes(shape, rows));
    totals = inverses + 2 * shape.segment * R;
    sums = totals + shape.block_tiles * R * TILE_OUT;
  }
  /* A fragment of each warp where a row goes through shared memory. */
  HOST_DEVICE static int staged_bytes(int threads) { return R == 1 ? threads * 16 : 0; }
};

/*
 * The sums of a block's own tiles for R rows or fewer. After ready(), which all threads call once, the
 * rows may be read and the results written.
 */
template <typename Weights, int R, typename Ready>
DEVICE void decode_half_block(const DecodeShape& shape, const DecodeTiles& own,
                              unsigned char* shared, const Ready& ready) {
  constexpr int LOADS = HalfStream<Weights>::LOADS;
  int rows = shape.rows;
  int groups = (rows + 7) / 8;
  int lane = threadIdx.x % WARP;
  int steps = static_cast<int>(half_steps(shape.in));
  int fragments = (steps + Weights::STEPS - 1) / Weights::STEPS;
  HalfMemory<R> memory(shape, rows, shared);

  HalfCursor cursor(shape);
  HalfStream<Weights> stream;
  stream.point(shape, cursor, own, fragments);
  /* Given a value, as what is loaded under a condition would lie in local memory else. */
  uint4 weights[LOADS] = {};
  UNROLL
  for (int i = 0; i < LOADS; i++) stream.load(i, weights[i]);
  prefetch_norm(shape);

  ready();
  DecodeResults<R> results(shape, 0, rows, own);
  row_statistics<R>(shape, shape.x, rows, memory.statistics);
  SplitRows source(shape, shape.x, rows, memory.statistics);
  std::conditional_t<R == 1, OneRow, EightRows> row(memory.staged);

  for (int start = 0; start < shape.chunks; start += shape.segment) {
    int end = start + shape.segment < shape.chunks ? start + shape.segment : shape.chunks;
    NO_UNROLL
    while (cursor.chunk < end) {
      int chunk = cursor.chunk;
      int tile = cursor.tile;
      int first = cursor.group * 8;
      int left = steps - chunk * HALF_STEPS;
      if (tile == 0) row.load(source, first, chunk, memory.inverses + (chunk - start) * R);
      cursor.next(shape, groups, own.count);
      /* The next eight rows take the same weights where the block has one tile. */
      bool other = cursor.chunk != chunk || cursor.tile != tile;
      if (other) stream.point(shape, cursor, own, fragments);
      float sum[1][1][4] = {};
      UNROLL
      for (int i = 0; i < LOADS; i++) {
        UNROLL
        for (int s = 0; s < Weights::STEPS; s++) {
          int step = i * Weights::STEPS + s;
          if (step < left) {
            uint32_t a[1][4];
            Weights::fragment(weights[i], s, a[0]);
            uint4 b[1] = {row.step(step)};
            multiply_step(a, b, sum);
          }
        }
        if (other) stream.load(i, weights[i]);
      }
      float* to = memory.sums + ((tile * (end - start) + chunk - start) * R + first) * SUM_PITCH;
      UNROLL
      for (int i = 0; i < 4; i++) {
        int place = lane % 4 * 2 + i % 2;
        if (first + place < rows) to[place * SUM_PITCH + lane / 4 + i / 2 * 8] = sum[0][0][i];
      }
    }
    sync_block();

    results.take(shape, start == 0, end == shape.chunks, memory.totals,
                 [&](float total, int tile, int row, int output) {
                   const float* from =
                       memory.sums + (tile * (end - start) * R + row) * SUM_PITCH + output;
                   const float* inverses = memory.inverses + row;
                   UNROLL_BY(8)
                   for (int c = 0; c < end - start; c++) {
                     total = fmaf(from[c * R * SUM_PITCH], inverses[c * R], total);
                   }
                   return total;
                 });
    if (end == shape.chunks) break;
    sync_block();
    /* The next segment's powers must not meet those that the totals still need. */
    memory.inverses += start / shape.segment % 2 == 0 ? shape.segment * R : -shape.segment * R;
  }
}

template <int R>
DecodeBytes half_decode_bytes(const DecodeShape& shape, int threads) {
  constexpr size_t FLOAT = sizeof(float);
  size_t staged = static_cast<size_t>(HalfMemory<R>::staged_bytes(threads));
  return {2 * R * FLOAT, R * SUM_PITCH * FLOAT, R * TILE_OUT * FLOAT,
          staged + norm_bytes(shape, shape.rows < R ? shape.rows : R)};
}

}  // namespace jukebox

#endif
