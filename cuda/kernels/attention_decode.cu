#include "attention_decode.h"

namespace jukebox {

int attention_step(jkc_context* context, const AttentionCall& call, const char* operation,
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
  return JKC_OK;
}

}  // namespace jukebox
