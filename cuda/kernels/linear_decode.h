/*
 * The frame of a decode step. A block owns some tiles of outputs and walks the inputs in segments:
 * its warps sum chunks of a segment, each warp its own, and leave their sums in shared memory, from
 * where they are added to the totals in order. The weights stream from the first instruction on,
 * before the rows are there: a warp loads the next fragment as soon as it used one, across segments.
 */
#ifndef JUKEBOX_LINEAR_DECODE_H
#define JUKEBOX_LINEAR_DECODE_H

#include "linear.h"
#include "linear_tuning.h"

namespace jukebox {

struct DecodeShape {
  const void* packed;
  const float* x;
  int64_t in;
  /* Of the whole weight. */
  int tiles;
  int chunks;
  int rows;
  int block_tiles;
  /* Chunks whose sums lie in shared memory at a time. */
  int segment;
  LinearNorm norm;
  LinearFinish finish;

  DEVICE int first_end() const { return segment < chunks ? segment : chunks; }
};

/* The tiles of a block: `count` of them, every `step`-th from `first` on. */
struct DecodeTiles {
  int first;
  int step;
  int count;

  DEVICE int tile(int i) const { return first + i * step; }
};

DEVICE DecodeTiles contiguous_tiles(const DecodeShape& shape) {
  int first = static_cast<int>(blockIdx.x) * shape.block_tiles;
  int rest = shape.tiles - first;
  return {first, 1, rest < shape.block_tiles ? rest : shape.block_tiles};
}

/* How a step is cut: see DecodeTuning. */
struct DecodePlan {
  unsigned blocks;
  unsigned threads;
  int block_tiles;
  int segment;
  size_t shared;
};

/* Shared memory for the statistics of so many rows, if they are normalised: a multiple of 16. */
HOST_DEVICE size_t norm_bytes(const DecodeShape& shape, int rows) {
  size_t bytes =
      shape.norm.gain == nullptr ? 0 : statistics_bytes(rows, static_cast<int>(shape.in));
  return (bytes + 15) / 16 * 16;
}

/* The shape of a call, but for how it is cut. */
inline DecodeShape decode_shape(const LinearCall& call, int64_t chunks) {
  DecodeShape shape = {};
  shape.packed = call.packed;
  shape.x = call.x;
  shape.in = call.in;
  shape.tiles = static_cast<int>(tiles_of(call.out));
  shape.chunks = static_cast<int>(chunks);
  shape.rows = static_cast<int>(call.rows);
  shape.norm = call.norm;
  shape.finish = call.finish;
  return shape;
}

/* Mean and scale of every row, if rows are normalised. */
template <int R>
DEVICE void row_statistics(const DecodeShape& shape, const float* x, int rows,
                           RowStatistics* statistics) {
  if (shape.norm.gain == nullptr) return;
  block_statistics<R>(x, static_cast<int>(shape.in), rows, shape.norm.eps, statistics);
}

/* Asks for what normalising needs beside the rows. */
DEVICE void prefetch_norm(const DecodeShape& shape) {
  if (shape.norm.gain == nullptr) return;
  constexpr int LINE = 128 / sizeof(float);
  for (int64_t at = threadIdx.x * LINE; at < shape.in; at += blockDim.x * LINE) {
    prefetch(shape.norm.gain + at);
    prefetch(shape.norm.bias + at);
  }
}

/*
 * A block's results, for up to R rows: element e is output e % 16 of row e / 16 % R of tile
 * e / 16 / R, and belongs to thread e % threads, which adds up its chunks and finishes it.
 */
template <int R>
struct DecodeResults {
  int first_row;
  int rows;
  DecodeTiles own;
  FinishTerms first;

  DEVICE DecodeResults(const DecodeShape& shape, int from_row, int row_count,
                       const DecodeTiles& tiles)
      : first_row(from_row), rows(row_count), own(tiles), first{1, 0, 0, 0} {
    int e = threadIdx.x;
    if (exists(shape, e)) first = finish_terms(shape.finish, first_row + row(e), output(e));
  }

  DEVICE static int row(int e) { return e / TILE_OUT % R; }
  DEVICE static int tile(int e) { return e / TILE_OUT / R; }
  DEVICE int output(int e) const { return own.tile(tile(e)) * TILE_OUT + e % TILE_OUT; }
  DEVICE bool exists(const DecodeShape& shape, int e) const {
    return tile(e) < own.count && row(e) < rows && output(e) < shape.finish.out;
  }

  /* Adds a segment to the totals: add(total, tile, row, output). */
  template <typename Add>
  DEVICE void take(const DecodeShape& shape, bool begin, bool end, float* totals,
                   const Add& add) const {
    NO_UNROLL
    for (int e = threadIdx.x; e < own.count * R * TILE_OUT; e += blockDim.x) {
      if (!exists(shape, e)) continue;
      float total = add(begin ? 0.0f : totals[e], tile(e), row(e), e % TILE_OUT);
      if (!end) {
        totals[e] = total;
      } else {
        int at = first_row + row(e);
        bool ready = e == static_cast<int>(threadIdx.x);
        finish_sum(shape.finish, total,
                   ready ? first : finish_terms(shape.finish, at, output(e)), at, output(e));
      }
    }
  }
};

/* Shared memory of a block: of a chunk of all rows, a chunk of a tile, a tile, and the rest. */
struct DecodeBytes {
  size_t chunk;
  size_t chunk_tile;
  size_t tile;
  size_t rest;
};

/* What a warp sums at a time: so many chunks, of one tile or of each of the block's. */
struct DecodeItem {
  int chunks;
  bool all_tiles;
};

/*
 * Chunks of a segment within a budget of shared memory, of which a warp takes `unit` at a time:
 * multiples of them, whole rounds of the warps where there is room for one, or all.
 */
inline int decode_segment(size_t budget, const DecodeBytes& bytes, int block_tiles, int chunks,
                          int warps, int unit) {
  size_t fixed = bytes.rest + block_tiles * bytes.tile;
  size_t each = bytes.chunk + block_tiles * bytes.chunk_tile;
  int64_t fit = budget > fixed ? static_cast<int64_t>((budget - fixed) / each) : 0;
  if (fit >= chunks) return chunks;
  int segment = static_cast<int>(fit);
  int round = warps * unit;
  if (segment > round) segment -= segment % round;
  segment -= segment % unit;
  if (segment < unit) segment = unit < chunks ? unit : chunks;
  return segment;
}

inline size_t decode_bytes(const DecodeBytes& bytes, int block_tiles, int segment) {
  return bytes.rest + block_tiles * bytes.tile +
         segment * (bytes.chunk + block_tiles * bytes.chunk_tile);
}

inline DecodePlan decode_plan(const jkc_context* context, int64_t tiles, int chunks,
                              DecodeShare share, const DecodeItem& item,
                              const DecodeBytes& bytes) {
  int64_t multiprocessors = context->multiprocessors;
  bool alone = tiles <= multiprocessors;
  int warps = alone ? share.warps : DECODE_WARPS_BESIDE;
  int64_t most_tiles = divide_up(tiles, multiprocessors * share.beside);
  DecodePlan plan;
  plan.block_tiles = static_cast<int>(most_tiles < DECODE_TILES ? most_tiles : DECODE_TILES);
  plan.segment = decode_segment(decode_shared(context, alone ? 1 : share.beside), bytes,
                                plan.block_tiles, chunks, warps, item.chunks);
  int64_t items =
      divide_up(plan.segment, item.chunks) * (item.all_tiles ? 1 : plan.block_tiles);
  if (warps > items) warps = static_cast<int>(items);
  plan.blocks = static_cast<unsigned>(divide_up(tiles, plan.block_tiles));
  plan.threads = static_cast<unsigned>(warps * WARP);
  plan.shared = decode_bytes(bytes, plan.block_tiles, plan.segment);
  return plan;
}

}  // namespace jukebox

#endif
