/* New keys and values into the caches. */
#include "attention_rows.h"

namespace jukebox {

constexpr int APPEND_THREADS = 256;

/* Grid: positions from `first` on, items. */
template <typename T>
KERNEL(APPEND_THREADS)
append_kernel(AttentionCall call, int32_t first) {
  const AttentionShape& shape = call.shape;
  int32_t position = first + static_cast<int32_t>(blockIdx.x);
  int32_t slot = slot_of(shape, position);
  if (slot < 0) return;
  int64_t item = blockIdx.y;
  const float* source =
      call.qkv + (item * call.count + position - call.start) * call.row + shape.n_state;
  int64_t target = (item * shape.slots + slot) * shape.n_state;
  T* keys = static_cast<T*>(call.keys) + target;
  T* values = static_cast<T*>(call.values) + target;
  for (int c = threadIdx.x; c < shape.n_state; c += APPEND_THREADS) {
    keys[c] = from_float<T>(source[c]);
    values[c] = from_float<T>(source[shape.n_state + c]);
  }
}

/* Of several positions with the same row, only the last is written. */
template <typename T>
int attention_append(jkc_context* context, const AttentionCall& call) {
  if (call.shape.pattern == ENCODER) return JKC_OK;
  int32_t end = call.start + call.count;
  int32_t ring = ring_length(call.shape);
  int32_t first = ring != 0 && ring < call.count ? end - ring : call.start;
  if (call.shape.pattern == PRIME && end > call.shape.slots) end = call.shape.slots;
  if (first >= end) return JKC_OK;
  return check(context,
               LAUNCH((append_kernel<T>), dim3(end - first, call.batch), APPEND_THREADS, 0,
                      stream_of(context), call, first),
               "append to the cache");
}

/* Grid: rows of all items. */
template <typename T>
KERNEL(APPEND_THREADS)
fill_kernel(int32_t n_state, T* keys, T* values, const float* kv) {
  int64_t row = blockIdx.x;
  const float* source = kv + row * 2 * n_state;
  for (int c = threadIdx.x; c < n_state; c += APPEND_THREADS) {
    keys[row * n_state + c] = from_float<T>(source[c]);
    values[row * n_state + c] = from_float<T>(source[n_state + c]);
  }
}

template <typename T>
int attention_fill(jkc_context* context, const AttentionShape& shape, int32_t batch, void* keys,
                   void* values, const float* kv) {
  unsigned rows = static_cast<unsigned>(static_cast<int64_t>(batch) * shape.key_length);
  return check(context,
               LAUNCH((fill_kernel<T>), rows, APPEND_THREADS, 0, stream_of(context), shape.n_state,
                      static_cast<T*>(keys), static_cast<T*>(values), kv),
               "fill encoder cache");
}

template int attention_append<float>(jkc_context*, const AttentionCall&);
template int attention_append<f16>(jkc_context*, const AttentionCall&);
template int attention_append<bf16>(jkc_context*, const AttentionCall&);
template int attention_fill<float>(jkc_context*, const AttentionShape&, int32_t, void*, void*,
                                   const float*);
template int attention_fill<f16>(jkc_context*, const AttentionShape&, int32_t, void*, void*,
                                 const float*);
template int attention_fill<bf16>(jkc_context*, const AttentionShape&, int32_t, void*, void*,
                                  const float*);

}  // namespace jukebox
