/*
 * Keys and values of a prompt over 16-bit caches on their way into products: pieces of PIECE_SLOTS
 * slots by a segment of columns, 16-bit rows in shared memory, the next one under way in registers.
 * And the products of one piece.
 */
#ifndef JUKEBOX_ATTENTION_PIECES_H
#define JUKEBOX_ATTENTION_PIECES_H

#include "attention_half_order.h"
#include "attention_prompt.h"

namespace jukebox {

constexpr int PIECE_SLOTS = 64;
/* A warp reads a row at once. */
constexpr int WARP_ROWS = PIECE_SLOTS / PREFILL_WARPS;
static_assert(SEGMENT == WARP * 4, "a lane reads four columns of a row");
/*
 * Elements from one row to the next: lanes that read 64 bytes of two keys, or 16 of eight values, meet
 * no bank twice.
 */
constexpr int KEY_PITCH = SEGMENT + 32;
constexpr int VALUE_PITCH = SEGMENT + 8;
constexpr int QUERY_TILES = QUERIES / QUERY_TILE;
/* Tiles of slots in a piece, of which a warp takes every second for its queries. */
constexpr int PIECE_TILES = PIECE_SLOTS / SLOT_TILE;
constexpr int SLOT_WARPS = PREFILL_WARPS / QUERY_TILES;
constexpr int WARP_TILES = PIECE_TILES / SLOT_WARPS;
/* Of values a warp takes two tiles of queries by 32 columns, those by sixteens. */
constexpr int WARP_QUERY_TILES = 2;
constexpr int QUERY_WARPS = QUERY_TILES / WARP_QUERY_TILES;
constexpr int WARP_SIXTEENS = SEGMENT / 16 / (PREFILL_WARPS / QUERY_WARPS);

/* A piece's first column, and its first slot in the chunk. */
struct PiecePlace {
  int32_t column;
  int32_t slot;
};

/* All slots of a segment, then those of the next. */
DEVICE PiecePlace next_piece(PiecePlace at, int32_t slots) {
  if (at.slot + PIECE_SLOTS < slots) return {at.column, at.slot + PIECE_SLOTS};
  return {at.column + SEGMENT, 0};
}

/* A thread's part of a piece while it is under way. */
template <typename T, int access>
struct Piece {
  uint4 words[WARP_ROWS];

  DEVICE static int row(int i) { return i * PREFILL_WARPS + threadIdx.x / WARP; }

  /* Rows from `first` on, zeros from `end` on. */
  DEVICE void load(const AttendedRows<T>& rows, int32_t first, int32_t end, int32_t column) {
    int32_t at = column + threadIdx.x % WARP * 4;
    int32_t r = first + row(0);
    const float* new_row = rows.in_qkv(r) + at;
    const T* old_row = rows.in_cache(r) + at;
    UNROLL
    for (int i = 0; i < WARP_ROWS; i++) {
      words[i] = r < end ? AttendedRows<T>::template four_at<access>(
                               rows.is_fresh(r), new_row, old_row, rows.head_dim - at)
                         : make_uint4(0, 0, 0, 0);
      r += PREFILL_WARPS;
      new_row += PREFILL_WARPS * rows.fresh_step;
      old_row += PREFILL_WARPS * int64_t{rows.cache_step};
    }
  }
  /* The same rows as 16-bit values. */
  template <int pitch>
  DEVICE void store(const RowPlaces& rows, int32_t first, T* to) const {
    UNROLL
    for (int i = 0; i < WARP_ROWS; i++) {
      *reinterpret_cast<uint2*>(to + row(i) * pitch + threadIdx.x % WARP * 4) =
          as_cached<T>(words[i], rows.is_fresh(first + row(i)));
    }
  }
};

/* The terms of QUERY_TILE queries and a segment, or their weights and as many slots. */
template <typename T>
DEVICE uint4* tile_terms(uint4* terms, int tile) {
  return terms + tile * FRAGMENTS<T, QUERY_TILE>;
}

/* Adds a segment's part to the dot products of `slots` slots of a piece; dots [query][pitch]. */
template <typename T>
DEVICE void score_piece(uint4* terms, const float* inverses, const T* keys, int32_t slots,
                        int32_t columns, bool is_first, int pitch, float* dots) {
  constexpr int STEP = SLOT_WARPS * SLOT_TILE;
  /* As many as there are registers for. */
  constexpr int TOGETHER = WARP_TILES / TERM_PAIRS<T>;
  int lane = threadIdx.x % WARP;
  int warp = threadIdx.x / WARP;
  int query = warp / SLOT_WARPS * QUERY_TILE + lane / 4;
  const uint4* own = tile_terms<T>(terms, warp / SLOT_WARPS);
  NO_UNROLL
  for (int first = warp % SLOT_WARPS * SLOT_TILE; first < slots && first < PIECE_SLOTS;
       first += TOGETHER * STEP) {
    const T* key = keys + (first + lane / 4) * KEY_PITCH + lane % 4 * 8;
    float sums[TOGETHER][TERM_PAIRS<T>][4] = {};
    NO_UNROLL
    for (int p = 0; p < SEGMENT_STEPS / 2 && p * 32 < columns; p++) {
      uint4 b[TOGETHER];
      UNROLL
      for (int i = 0; i < TOGETHER; i++) {
        b[i] = *reinterpret_cast<const uint4*>(key + i * STEP * KEY_PITCH + p * 32);
      }
      uint32_t a[TERM_PAIRS<T>][4];
      read_fragments<T, QUERY_TILE>(own, 2 * p, a);
      UNROLL
      for (int i = 0; i < TOGETHER; i++) multiply_terms<T>(sums[i], a, b[i].x, b[i].y);
      read_fragments<T, QUERY_TILE>(own, 2 * p + 1, a);
      UNROLL
      for (int i = 0; i < TOGETHER; i++) multiply_terms<T>(sums[i], a, b[i].z, b[i].w);
    }
    float* to = dots + query * pitch + first + lane % 4 * 2;
    UNROLL
    for (int i = 0; i < TOGETHER; i++) {
      float2* two = reinterpret_cast<float2*>(to + i * STEP);
      float2 total = is_first ? make_float2(0.0f, 0.0f) : *two;
      *two = make_float2(total.x + sum_of_terms<T>(sums[i], 0) * inverses[query],
                         total.y + sum_of_terms<T>(sums[i], 1) * inverses[query]);
    }
  }
}

/* A warp's sums: of query lane / 4 of a tile and columns lane % 4 * 2 and the next of an eight. */
using PieceSums = float[WARP_QUERY_TILES][WARP_SIXTEENS][2][2];

/* A warp's first tile of queries, and its first column. */
DEVICE int sums_tile() { return threadIdx.x / WARP % QUERY_WARPS * WARP_QUERY_TILES; }
DEVICE int sums_column() { return threadIdx.x / WARP / QUERY_WARPS * WARP_SIXTEENS * 16; }

/* Adds the weighted sums over a run of a piece, whose weights' terms begin at a step. */
template <typename T>
DEVICE void sum_run(uint4* terms, int first_step, const T* values, int run, PieceSums& totals) {
  int lane = threadIdx.x % WARP;
  const T* value = values + (run * RUN_SLOTS + lane % 16) * VALUE_PITCH + sums_column() +
                   lane / 16 * 8;
  UNROLL
  for (int s = 0; s < WARP_SIXTEENS; s++) {
    float sums[WARP_QUERY_TILES][2][TERM_PAIRS<T>][4] = {};
    UNROLL
    for (int step = 0; step < RUN_STEPS; step++) {
      uint32_t b[4];
      load_matrices_transposed(b, value + step * 16 * VALUE_PITCH + s * 16);
      UNROLL
      for (int q = 0; q < WARP_QUERY_TILES; q++) {
        uint32_t a[TERM_PAIRS<T>][4];
        read_fragments<T, QUERY_TILE>(tile_terms<T>(terms, sums_tile() + q), first_step + step, a);
        multiply_terms<T>(sums[q][0], a, b[0], b[1]);
        multiply_terms<T>(sums[q][1], a, b[2], b[3]);
      }
    }
    UNROLL
    for (int q = 0; q < WARP_QUERY_TILES; q++) {
      UNROLL
      for (int n = 0; n < 2; n++) {
        UNROLL
        for (int i = 0; i < 2; i++) totals[q][s][n][i] += sum_of_terms<T>(sums[q][n], i);
      }
    }
  }
}

}  // namespace jukebox

#endif
