/*
 * The weights of one head, for the alignment of lyrics. They are computed a second time, in the
 * row that takes them: recording is rare, and so costs the other kernels nothing.
 */
#include "attention_order.h"
#include "attention_rows.h"

namespace jukebox {

constexpr int RECORD_THREADS = 128;
constexpr int RECORD_WARPS = RECORD_THREADS / WARP;

DEVICE float block_max(float value, float* shared) {
  value = warp_max(value);
  sync_block();
  if (threadIdx.x % WARP == 0) shared[threadIdx.x / WARP] = value;
  sync_block();
  for (int w = 0; w < RECORD_WARPS; w++) value = fmaxf(value, shared[w]);
  return value;
}

DEVICE float block_sum(float value, float* shared) {
  value = warp_sum(value);
  sync_block();
  if (threadIdx.x % WARP == 0) shared[threadIdx.x / WARP] = value;
  sync_block();
  value = 0.0f;
  for (int w = 0; w < RECORD_WARPS; w++) value += shared[w];
  return value;
}

/* Grid: queries, items. */
template <typename T>
KERNEL(RECORD_THREADS)
record_kernel(AttentionCall call) {
  SHARED(float, shared, RECORD_WARPS);
  const AttentionShape& shape = call.shape;
  int32_t start = first_position(call);
  int32_t position = start + static_cast<int32_t>(blockIdx.x);
  int32_t item = blockIdx.y;
  int64_t row = static_cast<int64_t>(item) * call.count + blockIdx.x;
  int32_t count = attended_count(shape, position);
  AttendedRange range = attended_range(shape, position);
  AttendedRows<T> keys =
      rows_at<T>(call, row_places(call, range, item, call.recorded_head, start), false);
  const float* query =
      call.qkv + row * call.row + static_cast<int64_t>(call.recorded_head) * shape.head_dim;
  float* weights = call.weights + row * shape.slots;
  for (int s = threadIdx.x; s < shape.slots; s += RECORD_THREADS) {
    if (s < range.first_slot || s >= range.first_slot + count) weights[s] = 0.0f;
  }
  weights += range.first_slot;

  int lane = threadIdx.x % LANES;
  for (int base = 0; base < count; base += RECORD_THREADS / LANES) {
    int s = base + threadIdx.x / LANES;
    float dot = 0.0f;
    for (int c = lane * 4; s < count && c < shape.head_dim; c += LANES * 4) {
      float4 key = keys.floats(s, c);
      float x[4] = {key.x, key.y, key.z, key.w};
      for (int i = 0; i < 4; i++) {
        if (c + i < shape.head_dim) dot = fmaf(query[c + i], x[i], dot);
      }
    }
    dot = lanes_sum(dot);
    if (lane == 0 && s < count) weights[s] = rounded_product(dot, call.scale);
  }
  sync_block();
  float largest = -INFINITY;
  for (int s = threadIdx.x; s < count; s += RECORD_THREADS) largest = fmaxf(largest, weights[s]);
  largest = block_max(largest, shared);
  float sum = 0.0f;
  for (int s = threadIdx.x; s < count; s += RECORD_THREADS) {
    float weight = expf(weights[s] - largest);
    weights[s] = weight;
    sum += weight;
  }
  sum = block_sum(sum, shared);
  for (int s = threadIdx.x; s < count; s += RECORD_THREADS) weights[s] /= sum;
}

template <typename T>
int attention_record(jkc_context* context, const AttentionCall& call) {
  return check(context,
               LAUNCH((record_kernel<T>), dim3(call.count, call.batch), RECORD_THREADS, 0,
                      stream_of(context), call),
               "attention weights");
}

template int attention_record<float>(jkc_context*, const AttentionCall&);
template int attention_record<f16>(jkc_context*, const AttentionCall&);
template int attention_record<bf16>(jkc_context*, const AttentionCall&);

}  // namespace jukebox
