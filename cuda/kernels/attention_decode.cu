#include "attention_decode.h"

#include "decode_collect.h"

namespace jukebox {

/* A block a unit. */
template <typename T, int access>
KERNEL(DECODE_THREADS)
decode_kernel(AttentionStep step) {
  DYNAMIC_SHARED(memory);
  attend_chunk<T, access>(step, blockIdx.x, memory, PlainRows(), [] {
    wait_for_previous();
    let_next_begin();
  });
}

template <typename T>
static int prepare(jkc_context* context, const AttentionCall& call, const char* operation,
                   AttentionStep& step) {
  const AttentionShape& shape = call.shape;
  step.call = call;
  step.chunk_size = chunk_slots(shape.head_dim);
  step.chunks = static_cast<int32_t>(divide_up(most_attended(shape), step.chunk_size));
  int64_t rows = static_cast<int64_t>(call.batch) * shape.heads;
  if (rows > SCRATCH_COUNTERS) {
    return fail(context, JKC_BAD_ARGUMENT, operation, "more than 4096 heads in a batch");
  }
  void* block = nullptr;
  size_t bytes = step.chunks == 1 ? 0 : rows * step.chunks * (shape.head_dim + 2) * sizeof(float);
  int status = scratch(context, bytes, operation, &block);
  if (status != JKC_OK) return status;
  step.counters = static_cast<int32_t*>(block);
  step.partial = reinterpret_cast<float*>(step.counters + SCRATCH_COUNTERS);
  if (attention_decode_plan<T>(step).shared > context->shared_limit) {
    return fail(context, JKC_BAD_ARGUMENT, operation, "the heads or ranges are too wide");
  }
  return JKC_OK;
}

template <typename T, int access>
static int launch_decode(jkc_context* context, const AttentionStep& step, const char* operation) {
  AttentionDecodePlan plan = attention_decode_plan<T>(step);
  EarlyStream on = early_stream(context, JKC_WROTE_CACHE, JKC_WROTE_ROWS);
  return check(context,
               LAUNCH_EARLY((decode_kernel<T, access>), static_cast<unsigned>(step.units()),
                            plan.threads, plan.shared, on.stream, on.early, step),
               operation);
}

template <typename T>
int attention_decode(jkc_context* context, const AttentionCall& call) {
  const char* operation = "attention of one position";
  AttentionStep step;
  int status = prepare<T>(context, call, operation, step);
  if (status != JKC_OK) return status;
  int alignment = cache_alignment<T>(call);
  if (stack_attention<T>(context, step, alignment)) return JKC_OK;
  if (alignment == 16) return launch_decode<T, 16>(context, step, operation);
  if (alignment >= 4) return launch_decode<T, 4>(context, step, operation);
  return launch_decode<T, sizeof(T)>(context, step, operation);
}

template int attention_decode<float>(jkc_context*, const AttentionCall&);
template int attention_decode<f16>(jkc_context*, const AttentionCall&);
template int attention_decode<bf16>(jkc_context*, const AttentionCall&);

}  // namespace jukebox
