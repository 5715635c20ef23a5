/*
 * What both kernels of prompts share: a block answers QUERIES queries of one head that share their
 * attended range, chunk by chunk. What the chunks gave so far is kept in `out`, so registers do not
 * depend on the width of a head.
 */
#ifndef JUKEBOX_ATTENTION_PROMPT_H
#define JUKEBOX_ATTENTION_PROMPT_H

#include "attention_order.h"
#include "attention_rows.h"
#include "neighbours.h"

namespace jukebox {

constexpr int PREFILL_THREADS = 256;
constexpr int PREFILL_WARPS = PREFILL_THREADS / WARP;
/* At least two blocks to a multiprocessor, so that one computes while the other waits. */
#define PREFILL_BOUNDS PREFILL_THREADS, 2
constexpr int QUERIES = 32;
/* Queries of a warp where it has some for itself. */
constexpr int WARP_QUERIES = QUERIES / PREFILL_WARPS;

/* Grid: tiles of groups, heads, items. */
struct PromptGrid {
  int32_t tiles_of_group;
  int32_t chunk_size;

  explicit PromptGrid(const AttentionCall& call) {
    int32_t largest = largest_group(call.shape, call.start, call.start + call.count);
    tiles_of_group = static_cast<int32_t>(divide_up(largest, QUERIES));
    chunk_size = chunk_slots(call.shape.head_dim);
  }
  dim3 blocks(const AttentionCall& call) const {
    int32_t groups = query_groups(call.shape, call.start, call.start + call.count);
    return dim3(static_cast<unsigned>(groups * tiles_of_group), call.shape.heads, call.batch);
  }
};

/* A query so far. */
struct QueryFacts {
  /* Slots that it attends to. */
  int32_t count;
  float largest;
  float sum;
  MergeScales scales;

  /* Takes in what a chunk from slot `first` on has. */
  DEVICE void merge(int32_t first, float chunk_largest, float chunk_sum) {
    if (first > 0) {
      scales = merge_scales(largest, chunk_largest);
      chunk_largest = fmaxf(largest, chunk_largest);
      chunk_sum = merged(scales, sum, chunk_sum);
    }
    largest = chunk_largest;
    sum = chunk_sum;
  }
};

/* The block's queries, `step` positions apart: none in a block that is beyond its group. */
struct QueryTile {
  int32_t first_query;
  int32_t step;
  int32_t queries;
  /* Slots of the longest range. */
  int32_t most;
  int32_t head_dim;
  /* Of the first query in qkv and of its answer, and from one query to the next. */
  int64_t asked;
  int64_t answered;
  int64_t asked_step;
  int64_t answered_step;

  QueryTile() = default;
  DEVICE QueryTile(const AttentionCall& call, int32_t tiles_of_group) {
    const AttentionShape& shape = call.shape;
    int32_t head = blockIdx.y;
    int32_t item = blockIdx.z;
    int32_t start = first_position(call);
    /* The longest ranges first. */
    int32_t place = gridDim.x - 1 - blockIdx.x;
    QueryGroup group = query_group(shape, start, start + call.count, place / tiles_of_group);
    int32_t skipped = place % tiles_of_group * QUERIES;
    first_query = group.first + skipped * group.step;
    step = group.step;
    queries = group.size - skipped < QUERIES ? group.size - skipped : QUERIES;
    if (queries <= 0) return;
    most = attended_count(shape, first_query + (queries - 1) * step);
    head_dim = shape.head_dim;
    int64_t number = static_cast<int64_t>(item) * call.count + first_query - start;
    int64_t column = static_cast<int64_t>(head) * head_dim;
    asked = number * call.row + column;
    answered = number * shape.n_state + column;
    asked_step = static_cast<int64_t>(step) * call.row;
    answered_step = static_cast<int64_t>(step) * shape.n_state;
  }

  DEVICE QueryFacts facts(const AttentionShape& shape, int32_t query) const {
    int32_t count = query < queries ? attended_count(shape, first_query + query * step) : 0;
    return {count, -INFINITY, 0.0f, {1.0f, 1.0f}};
  }
  DEVICE RowPlaces places(const AttentionCall& call) const {
    return row_places(call, attended_range(call.shape, first_query), blockIdx.z, blockIdx.y,
                      first_position(call));
  }
  /* Four columns of a query, zeros beyond all. */
  template <int access>
  DEVICE uint4 four(const float* qkv, int32_t query, int32_t column) const {
    return four_at<access>(qkv + (asked + query * asked_step) + column, query, column);
  }
  /* The same, that lie here. */
  template <int access>
  DEVICE uint4 four_at(const float* from, int32_t query, int32_t column) const {
    return query < queries ? read_granule<access>(from, head_dim - column)
                           : make_uint4(0, 0, 0, 0);
  }
  DEVICE float* answer(float* out, int32_t query) const {
    return out + (answered + query * answered_step);
  }
};

/* Leaves the block's tile for all of its threads, and says whether it has a query at all. */
DEVICE bool share_tile(const AttentionCall& call, const PromptGrid& grid, QueryTile* tile,
                       QueryFacts* facts, RowPlaces* places) {
  QueryTile own(call, grid.tiles_of_group);
  if (own.queries <= 0) return false;
  if (threadIdx.x < QUERIES) facts[threadIdx.x] = own.facts(call.shape, threadIdx.x);
  if (threadIdx.x == 0) {
    *tile = own;
    *places = own.places(call);
  }
  sync_block();
  return true;
}

/* A chunk of all queries. */
struct PromptChunk {
  int32_t first;
  int32_t slots;
  bool last;

  DEVICE PromptChunk(int32_t from, int32_t most, int32_t size) {
    first = from;
    slots = most - first < size ? most - first : size;
    last = first + slots >= most;
  }
};

/* Merges `count` columns of a chunk with those before it into out; after the last chunk divides. */
template <int count, bool wide>
DEVICE void put_columns(float* out, int32_t columns, const PromptChunk& chunk,
                        const QueryFacts& query, const float (&before)[count],
                        const float (&x)[count]) {
  float all[count];
  UNROLL
  for (int c = 0; c < count; c++) {
    float value = chunk.first > 0 ? merged(query.scales, before[c], x[c]) : x[c];
    if (chunk.last) value = query.sum == 0.0f ? 0.0f : value / query.sum;
    all[c] = value;
  }
  write_neighbours<count, wide>(out, columns, all);
}

}  // namespace jukebox

#endif
