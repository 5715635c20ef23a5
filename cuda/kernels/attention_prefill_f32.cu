/*
 * Many queries an item over fp32 caches: scores of a whole chunk into shared memory, weights,
 * weighted sums, each from tiles that are on their way in registers while those before are used. A
 * warp owns four queries throughout.
 */
#include "attention_scores_f32.h"
#include "attention_values_f32.h"

namespace jukebox {

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
    query.merge(first, largest, sum);
    sync_warp();
    if (lane == 0) facts[i] = query;
  }
}

template <int access>
KERNEL(PREFILL_BOUNDS)
prefill_f32(AttentionCall call, PromptGrid grid) {
  DYNAMIC_SHARED(bytes);
  float* shared = reinterpret_cast<float*>(bytes);
  float* weights = shared + TILE_WORDS;
  int own_query = threadIdx.x / WARP * WARP_QUERIES;
  int own_column = threadIdx.x % WARP * 4;
  SHARED(QueryFacts, facts, QUERIES);
  /* In shared memory as well, since the sums need the registers. */
  SHARED(QueryTile, tile, 1);
  SHARED(RowPlaces, places, 1);
  if (!share_tile(call, grid, tile, facts, places)) return;

  int32_t first = 0;
  do {
    PromptChunk chunk(first, tile[0].most, grid.chunk_size);
    for (int32_t s = 0; s < chunk.slots; s += TILE) {
      score_tile<access>(call, tile[0], places[0], first + s, shared, weights + s * WEIGHT_STEP);
    }
    sync_warp();
    weigh(facts, first, (chunk.slots + TILE - 1) / TILE * TILE, weights);
    sync_warp();
    for (int32_t c = 0; c < call.shape.head_dim; c += VALUE_COLUMNS) {
      float4 total[WARP_QUERIES];
      sum_values<access>(rows_at<float>(call, places[0], true), first, chunk.slots, c, weights,
                         shared, total);
      int32_t columns = call.shape.head_dim - c - own_column;
      int32_t queries = columns > 0 ? tile[0].queries - own_query : 0;
      float* answer = tile[0].answer(call.out, own_query) + c + own_column;
      float before[WARP_QUERIES][4] = {};
      UNROLL
      for (int i = 0; i < WARP_QUERIES; i++) {
        if (chunk.first > 0 && i < queries) {
          read_neighbours<4, access == 16>(answer + i * tile[0].answered_step, columns, before[i]);
        }
      }
      UNROLL
      for (int i = 0; i < WARP_QUERIES; i++) {
        float x[4] = {total[i].x, total[i].y, total[i].z, total[i].w};
        if (i < queries) {
          put_columns<4, access == 16>(answer + i * tile[0].answered_step, columns, chunk,
                                       facts[own_query + i], before[i], x);
        }
      }
    }
    first += chunk.slots;
  } while (first < tile[0].most);
}

template <>
int attention_prefill<float>(jkc_context* context, const AttentionCall& call) {
  PromptGrid grid(call);
  dim3 blocks = grid.blocks(call);
  size_t shared = (TILE_WORDS + grid.chunk_size * WEIGHT_STEP) * sizeof(float);
  cudaError_t outcome = four_access<float>(call) == 16
                            ? LAUNCH((prefill_f32<16>), blocks, PREFILL_THREADS, shared,
                                     stream_of(context), call, grid)
                            : LAUNCH((prefill_f32<4>), blocks, PREFILL_THREADS, shared,
                                     stream_of(context), call, grid);
  return check(context, outcome, "attention");
}

}  // namespace jukebox
