/* A decode step over fp32 caches, by fused multiply-adds in the order of attention_order.h. */
#include "attention_decode.h"

namespace jukebox {

/* Columns of a granule. */
constexpr int FOUR = 4;
/* Fours of a key that a lane asks for at once. */
constexpr int KEY_BATCH = 8;

/* Every LANES-th four of a key from `from` on, unless it is the own one. */
template <int access>
DEVICE void read_key(const AttendedRows<float>& keys, const DecodeChunk& chunk, int slot, int from,
                     int fours, uint4 (&read)[KEY_BATCH]) {
  if (slot >= chunk.cached) return;
  const float* key = keys.in_cache(chunk.first + slot);
  UNROLL
  for (int i = 0; i < KEY_BATCH; i++) {
    int at = from + i * LANES;
    if (at < fours) {
      read[i] = read_granule<access>(key + at * FOUR, keys.head_dim - at * FOUR);
    }
  }
}

/* The scores of the chunk's slots; `read` holds what read_key gave for the first of a thread. */
template <int access>
DEVICE void score_chunk(const AttendedRows<float>& keys, const DecodeChunk& chunk, float scale,
                        const OwnRows<float>& own, uint4 (&read)[KEY_BATCH], float* scores) {
  int lane = threadIdx.x % LANES;
  int fours = (keys.head_dim + FOUR - 1) / FOUR;
  for (int base = 0; base < chunk.slots; base += block_threads() / LANES) {
    int slot = base + threadIdx.x / LANES;
    float dot = 0.0f;
    for (int batch = lane; slot < chunk.slots && batch < fours; batch += LANES * KEY_BATCH) {
      if (base > 0 || batch > lane) read_key<access>(keys, chunk, slot, batch, fours, read);
      UNROLL
      for (int i = 0; i < KEY_BATCH; i++) {
        int at = (batch + i * LANES) * FOUR;
        if (at < fours * FOUR) {
          float4 key = slot == chunk.own_slot ? *reinterpret_cast<const float4*>(own.key + at)
                                              : as_floats(read[i]);
          float4 query = *reinterpret_cast<const float4*>(own.query + at);
          dot = fmaf(query.x, key.x, dot);
          dot = fmaf(query.y, key.y, dot);
          dot = fmaf(query.z, key.z, dot);
          dot = fmaf(query.w, key.w, dot);
        }
      }
    }
    dot = lanes_sum(dot);
    if (lane == 0 && slot < chunk.slots) scores[slot] = rounded_product(dot, scale);
  }
}

/* The weights of the chunk's slots, and of those that fill the last run, by one warp. */
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

/* Four columns of a run of values, without the own one. */
template <int access>
DEVICE void read_run(const AttendedRows<float>& values, const DecodeChunk& chunk, int run,
                     int column, uint4 (&read)[RUN]) {
  UNROLL
  for (int i = 0; i < RUN; i++) {
    int slot = run * RUN + i;
    read[i] = slot < chunk.cached
                  ? read_granule<access>(values.in_cache(chunk.first + slot) + column,
                                         values.head_dim - column)
                  : make_uint4(0, 0, 0, 0);
  }
}

/* The weighted sum over a run of four columns. */
DEVICE float4 sum_run(const uint4 (&read)[RUN], const OwnRows<float>& own, int own_place,
                      int column, const float* weights) {
  float4 sum = make_float4(0.0f, 0.0f, 0.0f, 0.0f);
  UNROLL
  for (int i = 0; i < RUN; i++) {
    float4 value = i == own_place ? *reinterpret_cast<const float4*>(own.value + column)
                                  : as_floats(read[i]);
    sum.x = fmaf(weights[i], value.x, sum.x);
    sum.y = fmaf(weights[i], value.y, sum.y);
    sum.z = fmaf(weights[i], value.z, sum.z);
    sum.w = fmaf(weights[i], value.w, sum.w);
  }
  return sum;
}

/* A block a chunk. */
template <int access>
KERNEL(DECODE_THREADS)
decode_kernel(AttentionStep step) {
  DYNAMIC_SHARED(memory);
  const AttentionCall& call = step.call;
  DecodeChunk chunk(step, blockIdx.x);
  if (chunk.is_outside()) {
    wait_for_previous();
    let_next_begin();
    return;
  }
  int fours = (call.shape.head_dim + FOUR - 1) / FOUR;
  int width = fours * FOUR;
  float* sums = reinterpret_cast<float*>(memory);
  OwnRows<float> own;
  own.query = sums + step.chunk_size / RUN * width;
  own.key = own.query + width;
  own.value = own.key + width;
  float* scores = own.value + width;
  float* weights = scores + step.chunk_size;
  ChunkFacts* facts = reinterpret_cast<ChunkFacts*>(weights + step.chunk_size);
  ChunkWeights* found = reinterpret_cast<ChunkWeights*>(facts + step.chunks);

  RowPlaces places =
      row_places(call, chunk.range, chunk.item, chunk.head, first_position(call));
  AttendedRows<float> keys = rows_at<float>(call, places, false);
  AttendedRows<float> values = rows_at<float>(call, places, true);
  int units = divide_runs(chunk.slots) * fours;
  int unit = threadIdx.x;
  uint4 read[RUN];
  if (unit < units) read_run<access>(values, chunk, unit / fours, unit % fours * FOUR, read);
  uint4 key[KEY_BATCH] = {};
  read_key<access>(keys, chunk, threadIdx.x / LANES, threadIdx.x % LANES, fours, key);

  wait_for_previous();
  let_next_begin();
  read_own<float>(call, chunk, width, PlainRows(), own);
  sync_block();
  score_chunk<access>(keys, chunk, call.scale, own, key, scores);
  sync_block();
  if (threadIdx.x < WARP) {
    ChunkWeights here = weigh_chunk(scores, chunk.slots, weights);
    if (threadIdx.x == 0) *found = here;
  }
  sync_block();
  while (unit < units) {
    int run = unit / fours;
    int column = unit % fours * FOUR;
    *reinterpret_cast<float4*>(sums + run * width + column) =
        sum_run(read, own, chunk.own_slot - run * RUN, column, weights + run * RUN);
    unit += block_threads();
    if (unit < units) read_run<access>(values, chunk, unit / fours, unit % fours * FOUR, read);
  }
  sync_block();
  finish_chunk(step, chunk, *found, facts, PlainRows(), [&](int c) {
    float sum = 0.0f;
    UNROLL_BY(8)
    for (int run = 0; run < divide_runs(chunk.slots); run++) sum += sums[run * width + c];
    return sum;
  });
  write_own(call, chunk, own);
}

template <>
AttentionDecodePlan attention_decode_plan<float>(const AttentionStep& step) {
  int64_t fours = divide_up(step.call.shape.head_dim, FOUR);
  int64_t slots = most_slots(step);
  int64_t units = divide_up(slots, RUN) * fours;
  int64_t threads = divide_up(units > slots * LANES ? units : slots * LANES, WARP) * WARP;
  if (threads > DECODE_THREADS) threads = DECODE_THREADS;
  size_t floats = (step.chunk_size / RUN + 3) * fours * FOUR + 2 * step.chunk_size;
  return {static_cast<unsigned>(threads), floats * sizeof(float) +
                                              step.chunks * sizeof(ChunkFacts) +
                                              sizeof(ChunkWeights)};
}

template <>
int attention_decode<float>(jkc_context* context, const AttentionCall& call) {
  const char* operation = "attention of one position";
  AttentionStep step;
  int status = attention_step(context, call, operation, step);
  if (status != JKC_OK) return status;
  AttentionDecodePlan plan = attention_decode_plan<float>(step);
  if (plan.shared > context->shared_limit) {
    return fail(context, JKC_BAD_ARGUMENT, operation, "the heads or ranges are too wide");
  }
  EarlyStream on = early_stream(context, JKC_WROTE_CACHE, JKC_WROTE_ROWS);
  unsigned blocks = static_cast<unsigned>(step.units());
  cudaError_t outcome = cache_alignment<float>(call) == 16
                            ? LAUNCH_EARLY((decode_kernel<16>), blocks, plan.threads, plan.shared,
                                           on.stream, on.early, step)
                            : LAUNCH_EARLY((decode_kernel<4>), blocks, plan.threads, plan.shared,
                                           on.stream, on.early, step);
  return check(context, outcome, operation);
}

}  // namespace jukebox
