#include "attention_decode_f32.h"

#include "decode_collect.h"

namespace jukebox {

/* A block a chunk. */
template <int access>
KERNEL(DECODE_THREADS)
decode_kernel(AttentionStep step) {
  DYNAMIC_SHARED(memory);
  attend_float_chunk<access>(step, blockIdx.x, memory, PlainRows(), [] {
    wait_for_previous();
    let_next_begin();
  });
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
  if (stack_attention<float>(context, step, cache_alignment<float>(call))) return JKC_OK;
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
