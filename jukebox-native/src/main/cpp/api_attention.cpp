// The C ABI of attention and its cache.
#include <cstring>

#include "engine.h"

extern "C" int jk_attention_append(jk_engine* engine, const float* keys, const float* values,
                                   int64_t item_stride, int64_t row_stride, int64_t batch,
                                   int64_t count, int64_t width, const int32_t* slots,
                                   float* key_cache, float* value_cache, int64_t cache_slots) {
  jk::Claim claim(engine);
  if (claim.status() != JK_OK) return claim.status();
  if (!jk::given(keys) || !jk::given(values) || !jk::given(slots) || !jk::given(key_cache) ||
      !jk::given(value_cache) || width < 1 || !jk::fits(batch, cache_slots, width) ||
      !jk::fits(batch, item_stride) || !jk::fits(count, row_stride)) {
    return JK_BAD_ARGUMENT;
  }
  for (int64_t i = 0; i < count; i++) {
    if (slots[i] < -1 || slots[i] >= cache_slots) return JK_BAD_ARGUMENT;
  }
  size_t bytes = static_cast<size_t>(width) * sizeof(float);
  for (int64_t n = 0; n < batch; n++) {
    for (int64_t i = 0; i < count; i++) {
      if (slots[i] < 0) continue;
      int64_t from = n * item_stride + i * row_stride;
      int64_t to = (n * cache_slots + slots[i]) * width;
      std::memcpy(key_cache + to, keys + from, bytes);
      std::memcpy(value_cache + to, values + from, bytes);
    }
  }
  return JK_OK;
}

extern "C" int jk_attention_attend(jk_engine* engine, const float* q, int64_t item_stride,
                                   int64_t row_stride, const float* key_cache,
                                   const float* value_cache, int64_t cache_slots, int64_t batch,
                                   int64_t count, int64_t heads, int64_t head_dim,
                                   const int32_t* first, const int32_t* length, float* out,
                                   int64_t out_item_stride, int64_t recorded, float* weights,
                                   int64_t weights_item_stride) {
  jk::Claim claim(engine);
  if (claim.status() != JK_OK) return claim.status();
  if (!jk::given(q) || !jk::given(key_cache) || !jk::given(value_cache) || !jk::given(first) ||
      !jk::given(length) || !jk::given(out) || !jk::optional(weights) || heads < 1 ||
      head_dim < 1 || !jk::fits(heads, head_dim) || !jk::fits(batch, cache_slots, heads * head_dim) ||
      !jk::fits(batch, count, heads * head_dim) || !jk::fits(batch, item_stride) ||
      !jk::fits(count, row_stride) || !jk::fits(batch, count, cache_slots) ||
      !jk::fits(batch, out_item_stride) || !jk::fits(batch, weights_item_stride) ||
      (weights != nullptr && (recorded < 0 || recorded >= heads))) {
    return JK_BAD_ARGUMENT;
  }
  int64_t longest = 0;
  int64_t total = 0;
  for (int64_t i = 0; i < count; i++) {
    if (first[i] < 0 || length[i] < 0 || int64_t{first[i]} + length[i] > cache_slots) {
      return JK_BAD_ARGUMENT;
    }
    if (length[i] > longest) longest = length[i];
    total += length[i];
  }
  jk::AttendCall call = {};
  call.q = q;
  call.q_item = item_stride;
  call.q_row = row_stride;
  call.keys = key_cache;
  call.values = value_cache;
  call.slots = cache_slots;
  call.batch = batch;
  call.count = count;
  call.heads = heads;
  call.dim = head_dim;
  call.first = first;
  call.length = length;
  call.longest = longest;
  call.total = total;
  call.out = out;
  call.out_item = out_item_stride;
  call.recorded = recorded;
  call.weights = weights;
  call.weights_item = weights_item_stride;
  if (!engine->reserve(engine->kernels->attend_scratch(call))) return JK_OUT_OF_MEMORY;
  engine->kernels->attend(call, engine->workers());
  return JK_OK;
}
