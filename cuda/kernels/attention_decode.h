/*
 * One query an item. A block of at most DECODE_THREADS answers for one chunk of slots of one head; the
 * block that ends last merges the chunks. All bytes of a chunk are asked for before the kernel that
 * computes the query has ended. Here is what does not depend on the type of the caches.
 */
#ifndef JUKEBOX_ATTENTION_DECODE_H
#define JUKEBOX_ATTENTION_DECODE_H

#include "attention_order.h"
#include "attention_rows.h"

namespace jukebox {

/* The most threads of a block; layers whose chunks need fewer get fewer. */
constexpr int DECODE_THREADS = 512;

DEVICE int block_threads() { return static_cast<int>(blockDim.x); }

/* A step of one layer: its call, how ranges are cut, and memory for what chunks leave to be merged. */
struct AttentionStep {
  AttentionCall call;
  int32_t chunk_size;
  /* Of the longest range. */
  int32_t chunks;
  /* [item, head, chunk][head_dim + 2], and zeros [item, head]. */
  float* partial;
  int32_t* counters;

  HOST_DEVICE int32_t units() const { return chunks * call.shape.heads * call.batch; }
};

/* A step, its partial sums in scratch memory. */
int attention_step(jkc_context* context, const AttentionCall& call, const char* operation,
                   AttentionStep& step);

/* Threads of a block that takes one unit, and its shared memory. */
struct AttentionDecodePlan {
  unsigned threads;
  size_t shared;
};

template <typename T>
AttentionDecodePlan attention_decode_plan(const AttentionStep& step);

/* Slots of the longest chunk. */
inline int64_t most_slots(const AttentionStep& step) {
  int64_t most = most_attended(step.call.shape);
  return most < step.chunk_size ? most : step.chunk_size;
}

/* What a chunk leaves beside its sums. */
struct ChunkWeights {
  float largest;
  float sum;
};

/* Shared memory of the merge: four values a chunk. */
struct ChunkFacts {
  ChunkWeights weights;
  MergeScales scales;
};

/* One chunk of one head of an item, which are numbered in this order. */
struct DecodeChunk {
  int32_t item;
  int32_t head;
  int32_t number;
  AttendedRange range;
  /* Of the query's whole range. */
  int32_t chunks;
  int32_t first;
  /* None only where the query attends to nothing. */
  int32_t slots;
  /* Slots whose rows are in the cache: all but the query's own position, which is the last if any. */
  int32_t cached;
  /* The latter, or -1. */
  int32_t own_slot;
  /* The cache row that this block writes the position to, or -1. */
  int32_t written_slot;

  DEVICE DecodeChunk(const AttentionStep& step, int32_t unit) {
    const AttentionShape& shape = step.call.shape;
    number = unit % step.chunks;
    head = unit / step.chunks % shape.heads;
    item = unit / step.chunks / shape.heads;
    int32_t position = first_position(step.call);
    range = attended_range(shape, position);
    int32_t count = attended_count(shape, position);
    chunks = count == 0 ? 1 : (count + step.chunk_size - 1) / step.chunk_size;
    first = number * step.chunk_size;
    slots = count - first < step.chunk_size ? count - first : step.chunk_size;
    own_slot = own_row(shape, range, position, count) - first;
    if (own_slot < 0 || own_slot >= slots) own_slot = -1;
    cached = own_slot < 0 ? slots : own_slot;
    written_slot = number == 0 ? slot_of(shape, position) : -1;
  }
  DEVICE bool is_outside() const { return number >= chunks; }
};

/* The position's own query, key and value, in shared memory, zeros beyond the head. */
template <typename T>
struct OwnRows {
  float* query;
  T* key;
  T* value;
};

/* The projection and the answer in plain memory. */
struct PlainRows {
  /* The first `parts` of query, key and value, which are `apart` from each other, and zeros. */
  DEVICE void own(const float* query, int32_t apart, int parts, float (&read)[3]) const {
    UNROLL
    for (int i = 0; i < 3; i++) read[i] = i < parts ? query[i * apart] : 0.0f;
  }
  DEVICE void answer(float* out, float value) const { *out = value; }
};

/* Brings `width` columns of the own rows in. */
template <typename T, typename Rows>
DEVICE void read_own(const AttentionCall& call, const DecodeChunk& chunk, int width,
                     const Rows& rows, const OwnRows<T>& own) {
  const AttentionShape& shape = call.shape;
  const float* source =
      call.qkv + chunk.item * call.row + static_cast<int64_t>(chunk.head) * shape.head_dim;
  int parts = shape.pattern == ENCODER ? 1 : 3;
  for (int c = threadIdx.x; c < width; c += block_threads()) {
    float read[3];
    rows.own(source + c, shape.n_state, c < shape.head_dim ? parts : 0, read);
    own.query[c] = read[0];
    own.key[c] = from_float<T>(read[1]);
    own.value[c] = from_float<T>(read[2]);
  }
}

/* Writes the own key and value to the cache, where no block reads them. */
template <typename T>
DEVICE void write_own(const AttentionCall& call, const DecodeChunk& chunk,
                      const OwnRows<T>& own) {
  const AttentionShape& shape = call.shape;
  if (chunk.written_slot < 0) return;
  int64_t row = static_cast<int64_t>(chunk.item) * shape.slots + chunk.written_slot;
  int64_t target = row * shape.n_state + static_cast<int64_t>(chunk.head) * shape.head_dim;
  T* keys = static_cast<T*>(call.keys) + target;
  T* values = static_cast<T*>(call.values) + target;
  for (int c = threadIdx.x; c < shape.head_dim; c += block_threads()) {
    keys[c] = own.key[c];
    values[c] = own.value[c];
  }
}

/* The chunks of one head, in ascending order; partial [chunks, head_dim + 2]. */
template <typename Rows>
DEVICE void merge_chunks(const float* partial, int32_t chunks, int32_t head_dim, ChunkFacts* facts,
                         const Rows& rows, float* out) {
  int64_t step = head_dim + 2;
  for (int k = threadIdx.x; k < chunks; k += block_threads()) {
    facts[k].weights.largest = load_fresh(partial + k * step + head_dim);
    facts[k].weights.sum = load_fresh(partial + k * step + head_dim + 1);
  }
  sync_block();
  for (int k = threadIdx.x; k < chunks; k += block_threads()) {
    float before = -INFINITY;
    for (int i = 0; i < k; i++) before = fmaxf(before, facts[i].weights.largest);
    facts[k].scales = merge_scales(before, facts[k].weights.largest);
  }
  sync_block();
  for (int c = threadIdx.x; c < head_dim; c += block_threads()) {
    float sum = facts[0].weights.sum;
    float value = load_fresh(partial + c);
    UNROLL_BY(8)
    for (int k = 1; k < chunks; k++) {
      sum = merged(facts[k].scales, sum, facts[k].weights.sum);
      value = merged(facts[k].scales, value, load_fresh(partial + k * step + c));
    }
    rows.answer(out + c, value / sum);
  }
}

/* Whether this block is the last of `blocks` that come here; all threads' writes are then seen. */
DEVICE bool is_last(int32_t* counter, int32_t blocks) {
  SHARED(int32_t, arrived, 1);
  fence_device();
  sync_block();
  if (threadIdx.x == 0) {
    arrived[0] = atomic_add(counter, 1);
    if (arrived[0] == blocks - 1) *counter = 0;
  }
  sync_block();
  fence_device();
  return arrived[0] == blocks - 1;
}

/* Answers by a chunk's column sums, or where there are more chunks leaves them to be merged. */
template <typename Rows, typename ColumnSum>
DEVICE void finish_chunk(const AttentionStep& step, const DecodeChunk& chunk,
                         const ChunkWeights& found, ChunkFacts* facts, const Rows& rows,
                         const ColumnSum& column_sum) {
  const AttentionShape& shape = step.call.shape;
  int32_t head_dim = shape.head_dim;
  float* out = step.call.out + static_cast<int64_t>(chunk.item) * shape.n_state +
               static_cast<int64_t>(chunk.head) * head_dim;
  int32_t head = chunk.item * shape.heads + chunk.head;
  float* partial = step.partial + static_cast<int64_t>(head) * step.chunks * (head_dim + 2);
  float* own = partial + static_cast<int64_t>(chunk.number) * (head_dim + 2);
  for (int c = threadIdx.x; c < head_dim; c += block_threads()) {
    if (chunk.slots == 0) {
      rows.answer(out + c, 0.0f);
    } else if (chunk.chunks == 1) {
      rows.answer(out + c, column_sum(c) / found.sum);
    } else {
      own[c] = column_sum(c);
    }
  }
  if (chunk.chunks == 1) return;
  if (threadIdx.x == 0) {
    own[head_dim] = found.largest;
    own[head_dim + 1] = found.sum;
  }
  if (is_last(step.counters + head, chunk.chunks)) {
    merge_chunks(partial, chunk.chunks, head_dim, facts, rows, out);
  }
}

}  // namespace jukebox

#endif
