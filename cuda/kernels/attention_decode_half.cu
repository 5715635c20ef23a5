#include "attention_decode_half.h"

#include "decode_collect.h"

namespace jukebox {

/* A block a chunk. */
template <typename T, int access>
KERNEL(DECODE_THREADS)
decode_kernel(AttentionStep step) {
  DYNAMIC_SHARED(memory);
  attend_chunk<T, access>(step, blockIdx.x, memory, PlainRows(), [] {
    wait_for_previous();
    let_next_begin();
  });
}

template <typename T, int access>
static int launch_decode(jkc_context* context, const AttentionStep& step, const char* operation) {
  AttentionDecodePlan plan = attention_decode_plan<T>(step);
  if (plan.shared > context->shared_limit) {
    return fail(context, JKC_BAD_ARGUMENT, operation, "the heads or ranges are too wide");
  }
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
  int status = attention_step(context, call, operation, step);
  if (status != JKC_OK) return status;
  int alignment = cache_alignment<T>(call);
  if (stack_attention<T>(context, step, alignment)) return JKC_OK;
  if (alignment == 16) return launch_decode<T, 16>(context, step, operation);
  if (alignment >= 4) return launch_decode<T, 4>(context, step, operation);
  return launch_decode<T, 2>(context, step, operation);
}

template int attention_decode<f16>(jkc_context*, const AttentionCall&);
template int attention_decode<bf16>(jkc_context*, const AttentionCall&);

}  // namespace jukebox
