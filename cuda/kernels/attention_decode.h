/*
 * One query an item. A block of at most DECODE_THREADS answers for one chunk of slots of one head; the
 * block that ends last merges the chunks. All bytes of a chunk are asked for before the kernel that
 * computes the query has ended.
 */
#ifndef JUKEBOX_ATTENTION_DECODE_H
#define JUKEBOX_ATTENTION_DECODE_H

#include "attention_order.h"
#include "attention_rows.h"

namespace jukebox {

/* The most threads of a block; layers whose chunks need fewer get fewer. */
constexpr int DECODE_THREADS = 512;
/* Granules of a key that a lane asks for at once; single halves need too many registers for more. */
template <int access>
constexpr int KEY_BATCH = access < 4 ? 2 : 8;

DEVICE int block_threads() { return static_cast<int>(blockDim.x); }

/*
 * Where column c of a query of `width` columns lies in shared memory: the fours of granules apart,
 * so that lanes that read neighbouring granules meet no bank twice.
 */
template <typename T>
DEVICE int query_place(int c, int width) {
  return GRANULE<T> == 4 ? c : c / 4 % 2 * (width / 2) + c / 8 * 4 + c % 4;
}

/*
 * The position's own query, key and value, in shared memory, zeros beyond the head; the query's
 * columns at their query_place.
 */
template <typename T>
struct OwnRows {
  float* query;
  T* key;
  T* value;
  /* Where the chunk's keys have their place for the own one; none if negative or beyond. */
  int32_t slot;
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

/* Brings the own rows in, and where `appends` writes them to the cache, which no block reads there. */
template <typename T, typename Rows>
DEVICE void read_own(const AttentionCall& call, int32_t item, int32_t head, int32_t position,
                     bool appends, int width, const Rows& rows, const OwnRows<T>& own) {
  const AttentionShape& shape = call.shape;
  int64_t column = static_cast<int64_t>(head) * shape.head_dim;
  const float* source = call.qkv + item * call.row + column;
  int32_t slot = slot_of(shape, position);
  int64_t target = (static_cast<int64_t>(item) * shape.slots + slot) * shape.n_state + column;
  bool has_key = shape.pattern != ENCODER;
  for (int c = threadIdx.x; c < width; c += block_threads()) {
    bool inside = c < shape.head_dim;
    bool keyed = inside && has_key;
    float read[3];
    rows.own(inside ? source + c : nullptr, keyed ? source + c + shape.n_state : nullptr,
             keyed ? source + c + 2 * shape.n_state : nullptr, read);
    own.query[query_place<T>(c, width)] = read[0];
    T key = from_float<T>(read[1]);
    T value = from_float<T>(read[2]);
    own.key[c] = key;
    own.value[c] = value;
    if (appends && inside && slot >= 0) {
      static_cast<T*>(call.keys)[target + c] = key;
      static_cast<T*>(call.values)[target + c] = value;
    }
  }
}

/* Every LANES-th granule of a key from `from` on, unless it is the own one. */
template <typename T, int access>
DEVICE void read_key(const AttendedRows<T>& keys, int32_t first, int32_t slots, int32_t own_slot,
                     int slot, int from, int granules,
                     Granule<T> (&read)[KEY_BATCH<access>]) {
  if (slot >= slots || slot == own_slot) return;
  UNROLL
  for (int i = 0; i < KEY_BATCH<access>; i++) {
    int g = from + i * LANES;
    if (g < granules) read[i] = keys.template granule<access>(first + slot, g * GRANULE<T>);
  }
}

/* The scores of the chunk's slots; `read` holds what read_key gave for the first of a thread. */
template <typename T, int access>
DEVICE void score_chunk(const AttendedRows<T>& keys, int32_t first, int32_t slots, float scale,
                        const OwnRows<T>& own, Granule<T> (&read)[KEY_BATCH<access>],
                        float* scores) {
  constexpr int G = GRANULE<T>;
  constexpr int BATCH = KEY_BATCH<access>;
  int lane = threadIdx.x % LANES;
  int granules = (keys.head_dim + G - 1) / G;
  for (int base = 0; base < slots; base += block_threads() / LANES) {
    int slot = base + threadIdx.x / LANES;
    float dot = 0.0f;
    for (int batch = lane; slot < slots && batch < granules; batch += LANES * BATCH) {
      if (base > 0 || batch > lane) {
        read_key<T, access>(keys, first, slots, own.slot, slot, batch, granules, read);
      }
      if (slot == own.slot) {
        UNROLL
        for (int i = 0; i < BATCH; i++) {
          int g = batch + i * LANES;
          if (g < granules) read[i] = *reinterpret_cast<const Granule<T>*>(own.key + g * G);
        }
      }
      UNROLL
      for (int i = 0; i < BATCH; i++) {
        int g = batch + i * LANES;
        if (g < granules) {
          float x[G];
          elements_of(read[i], x);
          UNROLL
          for (int e = 0; e < G; e += 4) {
            /* At query_place. */
            float4 query = *reinterpret_cast<const float4*>(own.query + e * granules + g * 4);
            dot = fmaf(query.x, x[e], dot);
            dot = fmaf(query.y, x[e + 1], dot);
            dot = fmaf(query.z, x[e + 2], dot);
            dot = fmaf(query.w, x[e + 3], dot);
          }
        }
      }
    }
    dot = lanes_sum(dot);
    if (lane == 0 && slot < slots) scores[slot] = rounded_product(dot, scale);
  }
}

/* What one warp finds in a chunk's scores. */
struct ChunkWeights {
  float largest;
  float sum;
};

/* The weights of the chunk's slots, and of those that fill the last run. */
DEVICE ChunkWeights weigh_chunk(const float* scores, int32_t slots, float* weights) {
  int lane = threadIdx.x % WARP;
  float largest = -INFINITY;
  UNROLL_BY(4)
  for (int s = lane; s < slots; s += WARP) largest = fmaxf(largest, scores[s]);
  largest = warp_max(largest);
  float sum = 0.0f;
  UNROLL_BY(4)
  for (int s = lane; s < divide_runs(slots) * RUN; s += WARP) {
    float weight = s < slots ? expf(scores[s] - largest) : 0.0f;
    weights[s] = weight;
    sum += weight;
  }
  return {largest, warp_sum(sum)};
}

/* A granule of RUN values, without the own one. */
template <typename T, int access>
DEVICE void read_run(const AttendedRows<T>& values, int32_t first, int32_t slots, int32_t own_slot,
                     int run, int column, Granule<T> (&read)[RUN]) {
  UNROLL
  for (int i = 0; i < RUN; i++) {
    int slot = run * RUN + i;
    if (slot < slots && slot != own_slot) {
      read[i] = values.template granule<access>(first + slot, column);
    } else {
      read[i].words = make_uint4(0, 0, 0, 0);
    }
  }
}

/* The sum over a run, for a granule of columns. */
template <typename T>
DEVICE void sum_run(Granule<T> (&read)[RUN], const OwnRows<T>& own, int run, int column,
                    const float* weights, float* sums) {
  int own_place = own.slot - run * RUN;
  if (own_place >= 0 && own_place < RUN) {
    UNROLL
    for (int i = 0; i < RUN; i++) {
      if (i == own_place) read[i] = *reinterpret_cast<const Granule<T>*>(own.value + column);
    }
  }
  float sum[GRANULE<T>];
  UNROLL
  for (int e = 0; e < GRANULE<T>; e++) sum[e] = 0.0f;
  static_assert(RUN % 4 == 0, "weights are read by fours");
  UNROLL
  for (int i = 0; i < RUN; i += 4) {
    float4 four = *reinterpret_cast<const float4*>(weights + run * RUN + i);
    float weight[4] = {four.x, four.y, four.z, four.w};
    UNROLL
    for (int j = 0; j < 4; j++) {
      float x[GRANULE<T>];
      elements_of(read[i + j], x);
      UNROLL
      for (int e = 0; e < GRANULE<T>; e++) sum[e] = fmaf(weight[j], x[e], sum[e]);
    }
  }
  UNROLL
  for (int e = 0; e < GRANULE<T>; e += 4) {
    *reinterpret_cast<float4*>(sums + e) =
        make_float4(sum[e], sum[e + 1], sum[e + 2], sum[e + 3]);
  }
}

/* Shared memory of the merge: four values a chunk. */
struct ChunkFacts {
  float largest;
  float sum;
  MergeScales scales;
};

/* The chunks of one head, in ascending order; partial [chunks, head_dim + 2]. */
template <typename Rows>
DEVICE void merge_chunks(const float* partial, int32_t chunks, int32_t head_dim, ChunkFacts* facts,
                         const Rows& rows, float* out) {
  int64_t step = head_dim + 2;
  for (int k = threadIdx.x; k < chunks; k += block_threads()) {
    facts[k].largest = load_fresh(partial + k * step + head_dim);
    facts[k].sum = load_fresh(partial + k * step + head_dim + 1);
  }
  sync_block();
  for (int k = threadIdx.x; k < chunks; k += block_threads()) {
    float before = -INFINITY;
    for (int i = 0; i < k; i++) before = fmaxf(before, facts[i].largest);
    facts[k].scales = merge_scales(before, facts[k].largest);
  }
  sync_block();
  for (int c = threadIdx.x; c < head_dim; c += block_threads()) {
    float sum = facts[0].sum;
    float value = load_fresh(partial + c);
    UNROLL_BY(8)
    for (int k = 1; k < chunks; k++) {
      sum = merged(facts[k].scales, sum, facts[k].sum);
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

/*
 * One chunk of one head of an item, numbered in this order. After ready(), which all threads call
 * once, the projection may be read and everything written.
 */
template <typename T, int access, typename Rows, typename Ready>
DEVICE void attend_chunk(const AttentionStep& step, int32_t unit_number, unsigned char* memory,
                         const Rows& rows, const Ready& ready) {
  const AttentionCall& call = step.call;
  int32_t chunk_size = step.chunk_size;
  constexpr int G = GRANULE<T>;
  const AttentionShape& shape = call.shape;
  int32_t head_dim = shape.head_dim;
  int32_t chunk = unit_number % step.chunks;
  int32_t head = unit_number / step.chunks % shape.heads;
  int32_t item = unit_number / step.chunks / shape.heads;
  int32_t position = first_position(call);
  int32_t count = attended_count(shape, position);
  int32_t chunks = count == 0 ? 1 : (count + chunk_size - 1) / chunk_size;
  if (chunk >= chunks) {
    ready();
    return;
  }
  int32_t first = chunk * chunk_size;
  int32_t slots = count - first < chunk_size ? count - first : chunk_size;
  float* out = call.out + static_cast<int64_t>(item) * shape.n_state +
               static_cast<int64_t>(head) * head_dim;
  int granules = (head_dim + G - 1) / G;
  int width = granules * G;
  float* sums = reinterpret_cast<float*>(memory);
  float* scores = sums + chunk_size / RUN * width;
  float* weights = scores + chunk_size;
  ChunkFacts* facts = reinterpret_cast<ChunkFacts*>(weights + chunk_size);
  AttendedRange range = attended_range(shape, position);
  OwnRows<T> own;
  own.query = reinterpret_cast<float*>(facts + step.chunks);
  own.key = reinterpret_cast<T*>(own.query + width);
  own.value = own.key + width;
  own.slot = own_row(shape, range, position, count) - first;
  ChunkWeights* found = reinterpret_cast<ChunkWeights*>(own.value + width);

  AttendedRows<T> keys = attended_keys<T>(call, range, item, head, position);
  AttendedRows<T> values = keys.values(call);
  int units = divide_runs(slots) * granules;
  int unit = threadIdx.x;
  Granule<T> read[RUN];
  if (unit < units) {
    read_run<T, access>(values, first, slots, own.slot, unit / granules, unit % granules * G, read);
  }
  Granule<T> key[KEY_BATCH<access>] = {};
  read_key<T, access>(keys, first, slots, own.slot, threadIdx.x / LANES, threadIdx.x % LANES,
                      granules, key);

  ready();
  read_own<T>(call, item, head, position, chunk == 0, width, rows, own);
  if (count == 0) {
    for (int c = threadIdx.x; c < head_dim; c += block_threads()) rows.answer(out + c, 0.0f);
    return;
  }
  sync_block();
  score_chunk<T, access>(keys, first, slots, call.scale, own, key, scores);
  sync_block();
  if (threadIdx.x < WARP) {
    ChunkWeights here = weigh_chunk(scores, slots, weights);
    if (threadIdx.x == 0) *found = here;
  }
  sync_block();
  while (unit < units) {
    int run = unit / granules;
    int column = unit % granules * G;
    sum_run<T>(read, own, run, column, weights, sums + run * width + column);
    unit += block_threads();
    if (unit < units) {
      read_run<T, access>(values, first, slots, own.slot, unit / granules, unit % granules * G,
                          read);
    }
  }
  sync_block();

  int64_t row = (static_cast<int64_t>(item) * shape.heads + head) * step.chunks;
  float* own_partial = step.partial + (row + chunk) * (head_dim + 2);
  for (int c = threadIdx.x; c < head_dim; c += block_threads()) {
    float sum = 0.0f;
    UNROLL_BY(8)
    for (int run = 0; run < divide_runs(slots); run++) sum += sums[run * width + c];
    if (chunks == 1) {
      rows.answer(out + c, sum / found->sum);
    } else {
      own_partial[c] = sum;
    }
  }
  if (chunks == 1) return;
  if (threadIdx.x == 0) {
    own_partial[head_dim] = found->largest;
    own_partial[head_dim + 1] = found->sum;
  }
  if (is_last(step.counters + item * shape.heads + head, chunks)) {
    merge_chunks(step.partial + row * (head_dim + 2), chunks, head_dim, facts, rows, out);
  }
}

/* Threads of a block that takes one unit, and its shared memory. */
struct AttentionDecodePlan {
  unsigned threads;
  size_t shared;
};

template <typename T>
AttentionDecodePlan attention_decode_plan(const AttentionStep& step) {
  const AttentionShape& shape = step.call.shape;
  int64_t width = divide_up(shape.head_dim, GRANULE<T>) * GRANULE<T>;
  int64_t slots = most_attended(shape) < step.chunk_size ? most_attended(shape) : step.chunk_size;
  int64_t units = divide_up(slots, RUN) * (width / GRANULE<T>);
  int64_t threads = divide_up(units > slots * LANES ? units : slots * LANES, WARP) * WARP;
  if (threads > DECODE_THREADS) threads = DECODE_THREADS;
  size_t shared = ((step.chunk_size / RUN + 1) * width + 2 * step.chunk_size) * sizeof(float) +
                  step.chunks * sizeof(ChunkFacts) + 2 * width * sizeof(T) + sizeof(ChunkWeights);
  return {static_cast<unsigned>(threads), shared};
}

}  // namespace jukebox

#endif
