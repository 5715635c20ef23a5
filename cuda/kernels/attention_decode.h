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
  int32_t position;
  AttendedRange range;
  /* Of the query's whole range; 0 chunks: this one is beyond it. */
  int32_t count;
  int32_t chunks;
  int32_t first;
  int32_t slots;
  /* Where the chunk's slots have their place for the query's own position; none if outside of them. */
  int32_t own_slot;

  DEVICE DecodeChunk(const AttentionStep& step, int32_t unit) {
    const AttentionShape& shape = step.call.shape;
    number = unit % step.chunks;
    head = unit / step.chunks % shape.heads;
    item = unit / step.chunks / shape.heads;
    position = first_position(step.call);
    range = attended_range(shape, position);
    count = attended_count(shape, position);
    chunks = count == 0 ? 1 : (count + step.chunk_size - 1) / step.chunk_size;
    first = number * step.chunk_size;
    slots = count - first < step.chunk_size ? count - first : step.chunk_size;
    own_slot = own_row(shape, range, position, count) - first;
  }
  DEVICE bool is_outside() const { return number >= chunks; }
  /* Whether a slot's row is to be read from the cache. */
  DEVICE bool is_cached(int slot) const { return slot < slots && slot != own_slot; }
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
  DEVICE void own(const float* query, const float* key, const float* value,
                  float (&read)[3]) const {
    read[0] = query == nullptr ? 0.0f : *query;
    read[1] = key == nullptr ? 0.0f : *key;
    read[2] = value == nullptr ? 0.0f : *value;
  }
  DEVICE void answer(float* out, float value) const { *out = value; }
};

/*
 * Brings `width` columns of the own rows in; the first chunk's block writes them to the cache, where no
 * block reads them.
 */
template <typename T, typename Rows>
DEVICE void read_own(const AttentionCall& call, const DecodeChunk& chunk, int width,
                     const Rows& rows, const OwnRows<T>& own) {
  const AttentionShape& shape = call.shape;
  int64_t column = static_cast<int64_t>(chunk.head) * shape.head_dim;
  const float* source = call.qkv + chunk.item * call.row + column;
  int32_t slot = slot_of(shape, chunk.position);
  int64_t target = (static_cast<int64_t>(chunk.item) * shape.slots + slot) * shape.n_state + column;
  bool has_key = shape.pattern != ENCODER;
  for (int c = threadIdx.x; c < width; c += block_threads()) {
    bool inside = c < shape.head_dim;
    bool keyed = inside && has_key;
    float read[3];
    rows.own(inside ? source + c : nullptr, keyed ? source + c + shape.n_state : nullptr,
             keyed ? source + c + 2 * shape.n_state : nullptr, read);
    own.query[c] = read[0];
    T key = from_float<T>(read[1]);
    T value = from_float<T>(read[2]);
    own.key[c] = key;
    own.value[c] = value;
    if (chunk.number == 0 && inside && slot >= 0) {
      static_cast<T*>(call.keys)[target + c] = key;
      static_cast<T*>(call.values)[target + c] = value;
    }
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
    if (chunk.count == 0) {
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
