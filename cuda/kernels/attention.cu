/* The attention of jukebox_cuda.h: checks, then the kernels that a call consists of. */
#include "attention.h"

#include <cmath>

#include "device.h"

using namespace jukebox;

namespace {

constexpr int64_t MOST_ITEMS = 65535;

/* Whether the six values describe a layer that 32-bit positions can count. */
bool is_layer(const int32_t* host_shape, AttentionShape* shape) {
  shape->pattern = host_shape[0];
  shape->heads = host_shape[1];
  shape->head_dim = host_shape[2];
  shape->n_ctx = host_shape[3];
  shape->blocks = host_shape[4];
  shape->key_length = host_shape[5];
  if (shape->heads < 1 || shape->heads > MOST_ITEMS || shape->head_dim < 1 || shape->n_ctx < 1 ||
      shape->n_ctx > INT32_MAX / 4 || shape->blocks < 1 || shape->n_ctx % shape->blocks != 0 ||
      static_cast<int64_t>(shape->heads) * shape->head_dim > INT32_MAX / 4) {
    return false;
  }
  shape->block_ctx = shape->n_ctx / shape->blocks;
  shape->n_state = shape->heads * shape->head_dim;
  switch (shape->pattern) {
    case DENSE:
    case TRANSPOSE_BLOCK:
      shape->slots = shape->n_ctx;
      return true;
    case BLOCK:
      shape->slots = shape->block_ctx;
      return true;
    case PREV_BLOCK:
      shape->slots = 2 * shape->block_ctx;
      return true;
    case SUMMARY:
      shape->slots = shape->blocks;
      return true;
    case ENCODER:
      shape->slots = shape->key_length;
      return shape->key_length > 0;
    case PRIME:
      shape->slots = shape->key_length < shape->n_ctx ? shape->key_length : shape->n_ctx;
      return shape->key_length > 0;
    default:
      return false;
  }
}

/* For one position the append is part of the answer; else the answer needs the cache as it was. */
template <typename T>
int attend(jkc_context* context, const AttentionCall& call) {
  if (call.weights != nullptr) {
    int status = attention_record<T>(context, call);
    if (status != JKC_OK) return status;
  }
  if (call.count == 1) return attention_decode<T>(context, call);
  int status = attention_prefill<T>(context, call);
  return status != JKC_OK ? status : attention_append<T>(context, call);
}

}  // namespace

extern "C" {

int jkc_attention_attend(jkc_context* context, const int32_t* host_shape, int64_t batch,
                         int32_t cache_dtype, void* keys, void* values, const float* qkv,
                         int64_t count, int64_t start, const int32_t* counter, float* out,
                         int32_t recorded_head, float* weights) {
  const char* operation = "attention";
  if (context == nullptr) return JKC_BAD_ARGUMENT;
  AttentionCall call = {};
  if (host_shape == nullptr || !is_layer(host_shape, &call.shape)) {
    return fail(context, JKC_BAD_ARGUMENT, operation, "no such layer");
  }
  const AttentionShape& shape = call.shape;
  if (keys == nullptr || values == nullptr || qkv == nullptr || out == nullptr || batch < 0 ||
      batch > MOST_ITEMS || count < 0 || start < 0 || start > shape.n_ctx ||
      count > shape.n_ctx - start || (counter != nullptr && count > 1) ||
      (weights != nullptr && (recorded_head < 0 || recorded_head >= shape.heads))) {
    return fail(context, JKC_BAD_ARGUMENT, operation, "arguments outside the layer's window");
  }
  if (batch == 0 || count == 0) return JKC_OK;
  call.batch = static_cast<int32_t>(batch);
  call.count = static_cast<int32_t>(count);
  call.start = static_cast<int32_t>(start);
  call.counter = counter;
  call.qkv = qkv;
  call.row = (shape.pattern == ENCODER ? 1 : 3) * shape.n_state;
  call.keys = keys;
  call.values = values;
  call.out = out;
  call.weights = weights;
  call.recorded_head = recorded_head;
  call.scale = static_cast<float>(1 / std::sqrt(static_cast<double>(shape.head_dim)));
  switch (cache_dtype) {
    case JKC_F32:
      return attend<float>(context, call);
    case JKC_F16:
      return attend<f16>(context, call);
    case JKC_BF16:
      return attend<bf16>(context, call);
    default:
      return fail(context, JKC_BAD_ARGUMENT, operation, "no such type of cache");
  }
}

int jkc_attention_fill(jkc_context* context, const int32_t* host_shape, int64_t batch,
                       int32_t cache_dtype, void* keys, void* values, const float* kv) {
  const char* operation = "fill encoder cache";
  if (context == nullptr) return JKC_BAD_ARGUMENT;
  AttentionShape shape = {};
  if (host_shape == nullptr || !is_layer(host_shape, &shape) || shape.pattern != ENCODER) {
    return fail(context, JKC_BAD_ARGUMENT, operation, "no such layer");
  }
  if (keys == nullptr || values == nullptr || kv == nullptr || batch < 0 ||
      batch * shape.key_length > INT32_MAX) {
    return fail(context, JKC_BAD_ARGUMENT, operation, "no such cache");
  }
  if (batch == 0) return JKC_OK;
  int32_t items = static_cast<int32_t>(batch);
  switch (cache_dtype) {
    case JKC_F32:
      return attention_fill<float>(context, shape, items, keys, values, kv);
    case JKC_F16:
      return attention_fill<f16>(context, shape, items, keys, values, kv);
    case JKC_BF16:
      return attention_fill<bf16>(context, shape, items, keys, values, kv);
    default:
      return fail(context, JKC_BAD_ARGUMENT, operation, "no such type of cache");
  }
}

}  // extern "C"
