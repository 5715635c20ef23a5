/*
 * Many queries an item. A block answers QUERIES queries of one head that share their attended range,
 * chunk by chunk: scores of the whole chunk into shared memory, weights, weighted sums, each from
 * tiles that are on their way in registers while those before are used. A warp owns four queries
 * throughout. What earlier chunks gave is kept in `out`, so registers do not depend on the width of
 * a head.
 */
#include "attention_order.h"
#include "attention_rows.h"

namespace jukebox {

constexpr int PREFILL_THREADS = 256;
/* At least two blocks to a multiprocessor, so that one computes while the other waits. */
#define PREFILL_BOUNDS PREFILL_THREADS, 2
constexpr int QUERIES = 32;
constexpr int WARP_QUERIES = 4;
/* Slots of a tile. */
constexpr int TILE = 32;
/* Columns of a tile of queries and keys, and of values. */
constexpr int KEY_COLUMNS = 64;
constexpr int VALUE_COLUMNS = 128;
/* Keys of a group of LANES lanes. */
constexpr int LANE_KEYS = 8;
/* Words from one slot's weights to the next's: no two lanes of a group store to the same bank. */
constexpr int WEIGHT_STEP = QUERIES + 4;

constexpr int TILE_WORDS = TILE * VALUE_COLUMNS;
static_assert(TILE_WORDS == (QUERIES + TILE) * KEY_COLUMNS, "both kinds of tiles fill the memory");
static_assert(PREFILL_THREADS / WARP * WARP_QUERIES == QUERIES, "a warp's queries");
static_assert(WARP / LANES * LANE_KEYS == TILE, "a warp's keys");

struct PrefillGrid {
  int32_t tiles_of_group;
  int32_t chunk_size;
};

/* Where four columns lie in a row of a tile: lanes that read their granules meet no bank twice. */
template <typename T>
DEVICE int tile_column(int column) {
  return GRANULE<T> == 4 ? column : column / 4 % 2 * (KEY_COLUMNS / 2) + column / 8 * 4;
}

/* The queries of a block. */
struct QueryTile {
  const float* asked;
  int64_t row;
  int32_t queries;
  int32_t step;
  int32_t head_dim;

  template <bool wide>
  DEVICE float4 four(int query, int column) const {
    float x[4] = {0.0f, 0.0f, 0.0f, 0.0f};
    if (query < queries && column < head_dim) {
      const float* source = asked + static_cast<int64_t>(query) * step * row + column;
      if constexpr (wide) {
        return *reinterpret_cast<const float4*>(source);
      } else {
        UNROLL
        for (int i = 0; i < 4; i++) {
          if (column + i < head_dim) x[i] = source[i];
        }
      }
    }
    return make_float4(x[0], x[1], x[2], x[3]);
  }
};

DEVICE float sum_of_products(float4 a, float4 b, float sum) {
  sum = fmaf(a.x, b.x, sum);
  sum = fmaf(a.y, b.y, sum);
  sum = fmaf(a.z, b.z, sum);
  return fmaf(a.w, b.w, sum);
}

/*
 * The butterfly of lanes_sum for LANE_KEYS keys, in which a lane goes on with half of the sums at
 * each step, and so ends with those of its own key.
 */
template <int mask>
DEVICE void halve(float (&sums)[LANE_KEYS * WARP_QUERIES], int lane) {
  bool upper = (lane & mask) != 0;
  UNROLL
  for (int i = 0; i < mask * WARP_QUERIES; i++) {
    float low = sums[i];
    float high = sums[i + mask * WARP_QUERIES];
    sums[i] = (upper ? high : low) + shuffle_xor(upper ? low : high, mask);
  }
  if constexpr (mask > 1) halve<mask / 2>(sums, lane);
}

/*
 * Scores of all queries and the TILE slots from `first` on, of which those below `end` exist, into
 * scores [slot][WEIGHT_STEP].
 */
template <typename T, bool wide>
DEVICE void score_tile(const QueryTile& tile, const AttendedRows<T>& keys, int32_t first,
                       int32_t end, float scale, float* shared, float* scores) {
  constexpr int COPIES = QUERIES * KEY_COLUMNS / 4 / PREFILL_THREADS;
  constexpr int ROW_THREADS = KEY_COLUMNS / 4;
  int lane = threadIdx.x % LANES;
  int group = threadIdx.x % WARP / LANES;
  int own_query = threadIdx.x / WARP * WARP_QUERIES;
  int copy_row = threadIdx.x / ROW_THREADS;
  int copy_column = threadIdx.x % ROW_THREADS * 4;
  int place = copy_row * KEY_COLUMNS + tile_column<T>(copy_column);
  constexpr int COPY_STEP = PREFILL_THREADS / ROW_THREADS;
  float* shared_keys = shared + QUERIES * KEY_COLUMNS;

  float sums[LANE_KEYS * WARP_QUERIES];
  UNROLL
  for (int i = 0; i < LANE_KEYS * WARP_QUERIES; i++) sums[i] = 0.0f;
  float4 next_query[COPIES];
  float4 next_key[COPIES];
  for (int column = -KEY_COLUMNS; column < tile.head_dim; column += KEY_COLUMNS) {
    if (column >= 0) {
      sync_block();
      UNROLL
      for (int i = 0; i < COPIES; i++) {
        int at = place + i * COPY_STEP * KEY_COLUMNS;
        *reinterpret_cast<float4*>(shared + at) = next_query[i];
        *reinterpret_cast<float4*>(shared_keys + at) = next_key[i];
      }
      sync_block();
    }
    int next = column + KEY_COLUMNS + copy_column;
    if (column + KEY_COLUMNS < tile.head_dim) {
      UNROLL
      for (int i = 0; i < COPIES; i++) {
        int row = copy_row + i * COPY_STEP;
        next_query[i] = tile.four<wide>(row, next);
        next_key[i] = first + row < end
                          ? keys.template four<wide>(first + row, next)
                          : make_float4(0.0f, 0.0f, 0.0f, 0.0f);
      }
    }
    if (column < 0) continue;
    UNROLL
    for (int part = 0; part < KEY_COLUMNS; part += LANES * 4) {
      float4 q[WARP_QUERIES];
      UNROLL
      for (int i = 0; i < WARP_QUERIES; i++) {
        q[i] = *reinterpret_cast<const float4*>(shared + (own_query + i) * KEY_COLUMNS + part +
                                                lane * 4);
      }
      UNROLL
      for (int k = 0; k < LANE_KEYS; k++) {
        float4 key = *reinterpret_cast<const float4*>(
            shared_keys + (group * LANE_KEYS + k) * KEY_COLUMNS + part + lane * 4);
        UNROLL
        for (int i = 0; i < WARP_QUERIES; i++) {
          sums[k * WARP_QUERIES + i] = sum_of_products(q[i], key, sums[k * WARP_QUERIES + i]);
        }
      }
    }
  }

  halve<LANES / 2>(sums, lane);
  float* target = scores + (group * LANE_KEYS + lane) * WEIGHT_STEP + own_query;
  *reinterpret_cast<float4*>(target) =
      make_float4(rounded_product(sums[0], scale), rounded_product(sums[1], scale),
                  rounded_product(sums[2], scale), rounded_product(sums[3], scale));
}

/* A query so far. */
struct QueryFacts {
  /* Slots that it attends to. */
  int32_t count;
  float largest;
  float sum;
  MergeScales scales;
};

/*
 * Turns the scores of a warp's queries and the chunk's `slots` slots from `first` on into weights,
 * and merges their sums.
 */
DEVICE void weigh(QueryFacts* facts, int32_t first, int32_t slots, float* weights) {
  int lane = threadIdx.x % WARP;
  int own_query = threadIdx.x / WARP * WARP_QUERIES;
  for (int i = own_query; i < own_query + WARP_QUERIES; i++) {
    QueryFacts query = facts[i];
    int32_t count = query.count - first;
    float largest = -INFINITY;
    for (int s = lane; s < slots; s += WARP) {
      if (s < count) largest = fmaxf(largest, weights[s * WEIGHT_STEP + i]);
    }
    largest = warp_max(largest);
    float sum = 0.0f;
    for (int s = lane; s < slots; s += WARP) {
      float weight = s < count ? expf(weights[s * WEIGHT_STEP + i] - largest) : 0.0f;
      weights[s * WEIGHT_STEP + i] = weight;
      sum += weight;
    }
    sum = warp_sum(sum);
    if (first > 0) {
      query.scales = merge_scales(query.largest, largest);
      largest = fmaxf(query.largest, largest);
      sum = merged(query.scales, query.sum, sum);
    }
    query.largest = largest;
    query.sum = sum;
    if (lane == 0) facts[i] = query;
  }
}

/*
 * The weighted sums of VALUE_COLUMNS columns over a chunk: total[query][column] of a thread's four
 * columns.
 */
template <typename T, bool wide>
DEVICE void sum_values(const AttendedRows<T>& values, int32_t first, int32_t slots, int32_t column,
                       const float* weights, float* shared, float4 (&total)[WARP_QUERIES]) {
  constexpr int COPIES = TILE * VALUE_COLUMNS / 4 / PREFILL_THREADS;
  constexpr int ROW_THREADS = VALUE_COLUMNS / 4;
  constexpr int COPY_STEP = PREFILL_THREADS / ROW_THREADS;
  int copy_row = threadIdx.x / ROW_THREADS;
  int own_column = threadIdx.x % ROW_THREADS * 4;
  const float* own_weights = weights + threadIdx.x / WARP * WARP_QUERIES;
  UNROLL
  for (int i = 0; i < WARP_QUERIES; i++) total[i] = make_float4(0.0f, 0.0f, 0.0f, 0.0f);
  float4 next[COPIES];
  for (int tile = -TILE; tile < slots; tile += TILE) {
    if (tile >= 0) {
      sync_block();
      UNROLL
      for (int i = 0; i < COPIES; i++) {
        *reinterpret_cast<float4*>(shared + (copy_row + i * COPY_STEP) * VALUE_COLUMNS +
                                   own_column) = next[i];
      }
      sync_block();
    }
    UNROLL
    for (int i = 0; i < COPIES; i++) {
      int row = tile + TILE + copy_row + i * COPY_STEP;
      next[i] = row < slots ? values.template four<wide>(first + row, column + own_column)
                            : make_float4(0.0f, 0.0f, 0.0f, 0.0f);
    }
    if (tile < 0) continue;
    for (int run = tile; run < tile + TILE && run < slots; run += RUN) {
      float4 sum[WARP_QUERIES];
      UNROLL
      for (int i = 0; i < WARP_QUERIES; i++) sum[i] = make_float4(0.0f, 0.0f, 0.0f, 0.0f);
      UNROLL
      for (int s = run; s < run + RUN; s++) {
        float4 value = *reinterpret_cast<const float4*>(shared + (s - tile) * VALUE_COLUMNS +
                                                        own_column);
        float4 four = *reinterpret_cast<const float4*>(own_weights + s * WEIGHT_STEP);
        float weight[WARP_QUERIES] = {four.x, four.y, four.z, four.w};
        UNROLL
        for (int i = 0; i < WARP_QUERIES; i++) {
          sum[i].x = fmaf(weight[i], value.x, sum[i].x);
          sum[i].y = fmaf(weight[i], value.y, sum[i].y);
          sum[i].z = fmaf(weight[i], value.z, sum[i].z);
          sum[i].w = fmaf(weight[i], value.w, sum[i].w);
        }
      }
      UNROLL
      for (int i = 0; i < WARP_QUERIES; i++) {
        total[i].x += sum[i].x;
        total[i].y += sum[i].y;
        total[i].z += sum[i].z;
        total[i].w += sum[i].w;
      }
    }
  }
}

/* Merges a chunk's four columns into out; after the last chunk divides. */
template <bool wide>
DEVICE void put_four(float* out, int32_t columns, bool first, bool last, float sum,
                     MergeScales scales, float4 chunk) {
  float x[4] = {chunk.x, chunk.y, chunk.z, chunk.w};
  if (!first) {
    float before[4] = {0.0f, 0.0f, 0.0f, 0.0f};
    if constexpr (wide) {
      float4 read = *reinterpret_cast<const float4*>(out);
      before[0] = read.x;
      before[1] = read.y;
      before[2] = read.z;
      before[3] = read.w;
    } else {
      UNROLL
      for (int c = 0; c < 4; c++) {
        if (c < columns) before[c] = out[c];
      }
    }
    UNROLL
    for (int c = 0; c < 4; c++) x[c] = merged(scales, before[c], x[c]);
  }
  if (last) {
    UNROLL
    for (int c = 0; c < 4; c++) x[c] = sum == 0.0f ? 0.0f : x[c] / sum;
  }
  if constexpr (wide) {
    *reinterpret_cast<float4*>(out) = make_float4(x[0], x[1], x[2], x[3]);
  } else {
    UNROLL
    for (int c = 0; c < 4; c++) {
      if (c < columns) out[c] = x[c];
    }
  }
}

/* Grid: tiles of groups, heads, items. */
template <typename T, bool wide>
KERNEL(PREFILL_BOUNDS)
prefill_kernel(AttentionCall call, PrefillGrid grid) {
  DYNAMIC_SHARED(bytes);
  float* shared = reinterpret_cast<float*>(bytes);
  float* weights = shared + TILE_WORDS;
  const AttentionShape& shape = call.shape;
  int32_t head = blockIdx.y;
  int32_t item = blockIdx.z;
  int32_t start = first_position(call);
  /* The longest ranges first. */
  int32_t place = gridDim.x - 1 - blockIdx.x;
  QueryGroup group = query_group(shape, start, start + call.count, place / grid.tiles_of_group);
  int32_t skipped = place % grid.tiles_of_group * QUERIES;
  if (skipped >= group.size) return;
  int32_t first_query = group.first + skipped * group.step;
  int32_t queries = group.size - skipped < QUERIES ? group.size - skipped : QUERIES;
  int32_t most = attended_count(shape, first_query + (queries - 1) * group.step);

  AttendedRange range = attended_range(shape, first_query);
  AttendedRows<T> keys = attended_rows<T>(call, range, item, head, start, 0);
  AttendedRows<T> values = attended_rows<T>(call, range, item, head, start, 1);
  int64_t column = static_cast<int64_t>(head) * shape.head_dim;
  int64_t row = static_cast<int64_t>(item) * call.count + first_query - start;
  QueryTile tile = {call.qkv + row * call.row + column, call.row, queries, group.step,
                    shape.head_dim};
  int own_query = threadIdx.x / WARP * WARP_QUERIES;
  int own_column = threadIdx.x % WARP * 4;
  SHARED(QueryFacts, facts, QUERIES);
  if (threadIdx.x < QUERIES) {
    int i = threadIdx.x;
    facts[i] = {i < queries ? attended_count(shape, first_query + i * group.step) : 0,
                -INFINITY,
                0.0f,
                {1.0f, 1.0f}};
  }
  sync_block();

  int32_t first = 0;
  do {
    int32_t slots = most - first < grid.chunk_size ? most - first : grid.chunk_size;
    for (int32_t s = 0; s < slots; s += TILE) {
      score_tile<T, wide>(tile, keys, first + s, most, call.scale, shared,
                          weights + s * WEIGHT_STEP);
    }
    sync_warp();
    weigh(facts, first, (slots + TILE - 1) / TILE * TILE, weights);
    sync_warp();
    bool last = first + slots >= most;
    for (int32_t c = 0; c < shape.head_dim; c += VALUE_COLUMNS) {
      float4 total[WARP_QUERIES];
      sum_values<T, wide>(values, first, slots, c, weights, shared, total);
      int32_t columns = shape.head_dim - c - own_column;
      UNROLL
      for (int i = 0; i < WARP_QUERIES; i++) {
        if (own_query + i < queries && columns > 0) {
          float* out = call.out + (row + (own_query + i) * group.step) * shape.n_state + column + c +
                       own_column;
          put_four<wide>(out, columns, first == 0, last, facts[own_query + i].sum,
                         facts[own_query + i].scales, total[i]);
        }
      }
    }
    first += slots;
  } while (first < most);
}

template <typename T>
int attention_prefill(jkc_context* context, const AttentionCall& call) {
  const AttentionShape& shape = call.shape;
  int32_t end = call.start + call.count;
  PrefillGrid grid;
  grid.tiles_of_group =
      static_cast<int32_t>(divide_up(largest_group(shape, call.start, end), QUERIES));
  grid.chunk_size = chunk_slots(shape.head_dim);
  dim3 blocks(static_cast<unsigned>(query_groups(shape, call.start, end) * grid.tiles_of_group),
              shape.heads, call.batch);
  size_t shared = (TILE_WORDS + grid.chunk_size * WEIGHT_STEP) * sizeof(float);
  cudaError_t outcome = is_wide<T>(call)
                            ? LAUNCH((prefill_kernel<T, true>), blocks, PREFILL_THREADS, shared,
                                     context->stream, call, grid)
                            : LAUNCH((prefill_kernel<T, false>), blocks, PREFILL_THREADS, shared,
                                     context->stream, call, grid);
  return check(context, outcome, "attention");
}

template int attention_prefill<float>(jkc_context*, const AttentionCall&);
template int attention_prefill<f16>(jkc_context*, const AttentionCall&);
template int attention_prefill<bf16>(jkc_context*, const AttentionCall&);

}  // namespace jukebox
