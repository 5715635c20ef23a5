/*
 * Many queries an item over 16-bit caches, in the order of attention_half_order.h. Through shared
 * memory go pieces of keys and then of values, the dot products of a chunk, and the terms of the
 * queries' segment at work, whose place the weights' terms take: 53 KB for f16, 69 KB for bf16.
 *
 * A tile of 32 queries by 64 slots of 480 columns takes 1920 instructions of mma16816, and reads or
 * writes 0.9 MB of shared memory, which at 128 bytes a clock takes 7300 clocks; 370 KB come from the
 * second-level cache. It is bound by issuing some 5300 instructions a warp, two warps to a scheduler.
 */
#include "attention_pieces.h"

namespace jukebox {

/* Floats from one query's scores to the next: lanes that add to them meet no bank twice. */
HOST_DEVICE int score_pitch(int chunk_size) { return chunk_size + 8; }

template <typename T>
constexpr int ALL_FRAGMENTS = QUERY_TILES * FRAGMENTS<T, QUERY_TILE>;

/* A segment of a warp's queries while it is under way. */
template <typename T, int access>
struct QuerySegment {
  uint4 words[WARP_QUERIES];

  DEVICE static int query(int i) { return threadIdx.x / WARP * WARP_QUERIES + i; }

  DEVICE void load(const float* qkv, const QueryTile& tile, int32_t column) {
    int32_t at = column + threadIdx.x % WARP * 4;
    const float* from = qkv + (tile.asked + query(0) * tile.asked_step) + at;
    UNROLL
    for (int i = 0; i < WARP_QUERIES; i++) {
      words[i] = tile.four_at<access * 2>(from, query(i), at);
      from += tile.asked_step;
    }
  }
  DEVICE void store(uint4* terms, float* inverses) const {
    UNROLL
    for (int i = 0; i < WARP_QUERIES; i++) {
      float inverse = split_segment<T, QUERY_TILE>(
          as_floats(words[i]), query(i) % QUERY_TILE, tile_terms<T>(terms, query(i) / QUERY_TILE));
      if (threadIdx.x % WARP == 0) inverses[query(i)] = inverse;
    }
  }
};

/* Turns the dot products of a warp's queries into terms of weights, and merges their sums. */
template <typename T>
DEVICE void weigh_queries(QueryFacts* facts, const PromptChunk& chunk, float scale, int pitch,
                          const float* dots, uint4* terms) {
  int lane = threadIdx.x % WARP;
  NO_UNROLL
  for (int i = 0; i < WARP_QUERIES; i++) {
    int q = threadIdx.x / WARP * WARP_QUERIES + i;
    QueryFacts query = facts[q];
    int32_t count = query.count - chunk.first;
    if (count > chunk.slots) count = chunk.slots;
    LaneSlots weights = {};
    UNROLL
    for (int j = 0; j < LANE_PAIRS; j++) {
      if (lane_slot(j, 0) >= chunk.slots) continue;
      float2 two = *reinterpret_cast<const float2*>(dots + q * pitch + lane_slot(j, 0));
      weights[j][0] = rounded_product(two.x, scale);
      weights[j][1] = rounded_product(two.y, scale);
    }
    float largest = largest_score(weights, count);
    UNROLL
    for (int j = 0; j < LANE_PAIRS; j++) {
      UNROLL
      for (int k = 0; k < 2; k++) {
        weights[j][k] = weight_of(weights[j][k], largest, lane_slot(j, k) < count);
      }
      if (2 * WARP * j >= chunk.slots) continue;
      uint32_t words[TERM_PAIRS<T> * 2];
      split2<T>(weights[j][0] * WEIGHT_POWER<T>, weights[j][1] * WEIGHT_POWER<T>, words);
      int slot = lane_slot(j, 0);
      uint4* to = tile_terms<T>(terms, q / QUERY_TILE) +
                  (slot / 16 * QUERY_TILE + q % QUERY_TILE) * 4 + lane % 4;
      UNROLL
      for (int p = 0; p < TERM_PAIRS<T>; p++) {
        reinterpret_cast<uint2*>(to + p * SEGMENT_STEPS * QUERY_TILE * 4)[slot / 8 % 2] =
            make_uint2(words[2 * p], words[2 * p + 1]);
      }
    }
    query.merge(chunk.first, largest, weight_sum(weights));
    sync_warp();
    if (lane == 0) facts[q] = query;
  }
}

/* Puts a warp's sums of a segment of columns into the answers. */
template <typename T, int access>
DEVICE void put_sums(float* out, const QueryTile& tile, const PromptChunk& chunk,
                     const QueryFacts* facts, int32_t column, const PieceSums& totals) {
  constexpr bool WIDE = access > 2;
  constexpr int EIGHTS = WARP_SIXTEENS * 2;
  int lane = threadIdx.x % WARP;
  int first_column = column + sums_column() + lane % 4 * 2;
  int first_query = sums_tile() * QUERY_TILE + lane / 4;
  auto exists = [&](int q, int n) {
    return first_query + q * QUERY_TILE < tile.queries && first_column + n * 8 < tile.head_dim;
  };
  /* All at once: no load moves above an earlier store, which may be of the same memory. */
  float before[WARP_QUERY_TILES][EIGHTS][2] = {};
  if (chunk.first > 0) {
    UNROLL
    for (int q = 0; q < WARP_QUERY_TILES; q++) {
      const float* answer = tile.answer(out, first_query + q * QUERY_TILE) + first_column;
      UNROLL
      for (int n = 0; n < EIGHTS; n++) {
        if (exists(q, n)) {
          read_neighbours<2, WIDE>(answer + n * 8, tile.head_dim - first_column - n * 8, before[q][n]);
        }
      }
    }
  }
  UNROLL
  for (int q = 0; q < WARP_QUERY_TILES; q++) {
    int query = first_query + q * QUERY_TILE;
    float* answer = tile.answer(out, query) + first_column;
    UNROLL
    for (int n = 0; n < EIGHTS; n++) {
      float x[2];
      UNROLL
      for (int i = 0; i < 2; i++) x[i] = totals[q][n / 2][n % 2][i] * (1.0f / WEIGHT_POWER<T>);
      if (exists(q, n)) {
        put_columns<2, WIDE>(answer + n * 8, tile.head_dim - first_column - n * 8, chunk,
                             facts[query], before[q][n], x);
      }
    }
  }
}

template <typename T, int access>
KERNEL(PREFILL_BOUNDS)
prefill_half(AttentionCall call, PromptGrid grid) {
  DYNAMIC_SHARED(bytes);
  uint4* terms = reinterpret_cast<uint4*>(bytes);
  T* rows = reinterpret_cast<T*>(terms + ALL_FRAGMENTS<T>);
  float* dots = reinterpret_cast<float*>(rows + PIECE_SLOTS * KEY_PITCH);
  SHARED(float, inverses, QUERIES);
  SHARED(QueryFacts, facts, QUERIES);
  /* In shared memory as well, since the products need the registers. */
  SHARED(QueryTile, tile, 1);
  SHARED(RowPlaces, places, 1);
  if (!share_tile(call, grid, tile, facts, places)) return;

  int32_t head_dim = call.shape.head_dim;
  int pitch = score_pitch(grid.chunk_size);
  Piece<T, access> piece;
  piece.load(rows_at<T>(call, places[0], false), 0, tile[0].most, 0);
  int32_t first = 0;
  do {
    PromptChunk chunk(first, tile[0].most, grid.chunk_size);
    QuerySegment<T, access> query;
    query.load(call.qkv, tile[0], 0);
    for (int32_t c = 0; c < head_dim; c += SEGMENT) {
      for (int32_t s = 0; s < chunk.slots; s += PIECE_SLOTS) {
        sync_block();
        piece.template store<KEY_PITCH>(places[0], first + s, rows);
        if (s == 0) query.store(terms, inverses);
        sync_block();
        PiecePlace next = next_piece({c, s}, chunk.slots);
        bool last = next.column >= head_dim;
        piece.load(rows_at<T>(call, places[0], last),
                   first + next.slot, tile[0].most, last ? 0 : next.column);
        if (next.slot == 0 && !last) query.load(call.qkv, tile[0], next.column);
        score_piece<T>(terms, inverses, rows, chunk.slots - s, head_dim - c, c == 0, pitch,
                       dots + s);
      }
    }
    sync_block();
    weigh_queries<T>(facts, chunk, call.scale, pitch, dots, terms);
    sync_block();
    for (int32_t c = 0; c < head_dim; c += SEGMENT) {
      PieceSums totals = {};
      for (int32_t s = 0; s < chunk.slots; s += PIECE_SLOTS) {
        sync_block();
        piece.template store<VALUE_PITCH>(places[0], first + s, rows);
        sync_block();
        PiecePlace next = next_piece({c, s}, chunk.slots);
        bool last = next.column >= head_dim;
        if (!last || !chunk.last) {
          piece.load(rows_at<T>(call, places[0], !last),
                     first + (last ? chunk.slots : next.slot), tile[0].most,
                     last ? 0 : next.column);
        }
        for (int run = 0; run < PIECE_SLOTS / RUN_SLOTS; run++) {
          if (s + run * RUN_SLOTS < chunk.slots) {
            sum_run<T>(terms, s / 16 + run * RUN_STEPS, rows, run, totals);
          }
        }
      }
      put_sums<T, access>(call.out, tile[0], chunk, facts, c, totals);
    }
    first += chunk.slots;
  } while (first < tile[0].most);
}

template <typename T>
int attention_prefill(jkc_context* context, const AttentionCall& call) {
  PromptGrid grid(call);
  dim3 blocks = grid.blocks(call);
  size_t shared = ALL_FRAGMENTS<T> * sizeof(uint4) + PIECE_SLOTS * KEY_PITCH * sizeof(T) +
                  QUERIES * score_pitch(grid.chunk_size) * sizeof(float);
  cudaStream_t stream = stream_of(context);
  int access = four_access<T>(call);
  cudaError_t outcome =
      access == 8   ? LAUNCH((prefill_half<T, 8>), blocks, PREFILL_THREADS, shared, stream,
                             call, grid)
      : access == 4 ? LAUNCH((prefill_half<T, 4>), blocks, PREFILL_THREADS, shared, stream,
                             call, grid)
                    : LAUNCH((prefill_half<T, 2>), blocks, PREFILL_THREADS, shared, stream,
                             call, grid);
  return check(context, outcome, "attention");
}

template int attention_prefill<f16>(jkc_context*, const AttentionCall&);
template int attention_prefill<bf16>(jkc_context*, const AttentionCall&);

}  // namespace jukebox
