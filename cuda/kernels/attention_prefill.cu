/*
 * Many queries an item. A block answers QUERIES queries of one head that share their attended range,
 * chunk by chunk: scores of the whole chunk into shared memory, weights, weighted sums, each from
 * tiles that are on their way in registers while those before are used. A warp owns four queries
 * throughout. What earlier chunks gave is kept in `out`, so registers do not depend on the width of
 * a head.
 */
#include "attention_scores.h"
#include "attention_values.h"

namespace jukebox {

struct PrefillGrid {
  int32_t tiles_of_group;
  int32_t chunk_size;
};

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
  NO_UNROLL
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

  int64_t row = static_cast<int64_t>(item) * call.count + first_query - start;
  int64_t column = static_cast<int64_t>(head) * shape.head_dim;
  int own_query = threadIdx.x / WARP * WARP_QUERIES;
  int own_column = threadIdx.x % WARP * 4;
  /* Where the warp's first query answers. */
  float* out = call.out + (row + own_query * group.step) * shape.n_state + column + own_column;
  SHARED(QueryFacts, facts, QUERIES);
  if (threadIdx.x < QUERIES) {
    int i = threadIdx.x;
    facts[i] = {i < queries ? attended_count(shape, first_query + i * group.step) : 0,
                -INFINITY,
                0.0f,
                {1.0f, 1.0f}};
  }
  /* In shared memory as well, since the sums need the registers. */
  SHARED(QueryTile, tile, 1);
  SHARED(AttendedRows<T>, keys, 1);
  SHARED(AttendedRows<T>, values, 1);
  if (threadIdx.x == 0) {
    tile[0] = {call.qkv + row * call.row + column, call.row, queries, group.step, shape.head_dim};
    AttendedRange range = attended_range(shape, first_query);
    keys[0] = attended_keys<T>(call, range, item, head, start);
    values[0] = keys[0].values(call);
  }
  sync_block();

  int32_t first = 0;
  do {
    int32_t slots = most - first < grid.chunk_size ? most - first : grid.chunk_size;
    for (int32_t s = 0; s < slots; s += TILE) {
      score_tile<T, wide>(tile[0], keys[0], first + s, most, call.scale, shared,
                          weights + s * WEIGHT_STEP);
    }
    sync_warp();
    weigh(facts, first, (slots + TILE - 1) / TILE * TILE, weights);
    sync_warp();
    bool last = first + slots >= most;
    for (int32_t c = 0; c < shape.head_dim; c += VALUE_COLUMNS) {
      float4 total[WARP_QUERIES];
      sum_values<T, wide>(values[0], first, slots, c, weights, shared, total);
      int32_t columns = shape.head_dim - c - own_column;
      UNROLL
      for (int i = 0; i < WARP_QUERIES; i++) {
        if (own_query + i < queries && columns > 0) {
          float* target = out + static_cast<int64_t>(i) * group.step * shape.n_state + c;
          put_four<wide>(target, columns, first == 0, last, facts[own_query + i].sum,
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
                                     stream_of(context), call, grid)
                            : LAUNCH((prefill_kernel<T, false>), blocks, PREFILL_THREADS, shared,
                                     stream_of(context), call, grid);
  return check(context, outcome, "attention");
}

template int attention_prefill<float>(jkc_context*, const AttentionCall&);
template int attention_prefill<f16>(jkc_context*, const AttentionCall&);
template int attention_prefill<bf16>(jkc_context*, const AttentionCall&);

}  // namespace jukebox
