#include "linear.h"

#include "linear_tuning.h"

namespace jukebox {

/* Whether arguments describe a product; rows of 0 are one. */
static bool described(const LinearCall& call, const float* scales) {
  if (call.context == nullptr || call.rows < 0 || call.in < 1 || call.out < 1 ||
      call.in > INT32_MAX || call.out > INT32_MAX || call.storage < JKC_F32 ||
      call.storage > JKC_I8) {
    return false;
  }
  if (call.finish.activation != JKC_NONE && call.finish.activation != JKC_QUICK_GELU) return false;
  if (call.norm.gain != nullptr &&
      (call.norm.bias == nullptr ||
       jkc_linear_fuses_norm(call.context, call.rows, call.storage) == 0)) {
    return false;
  }
  return call.rows == 0 ||
         (call.packed != nullptr && call.x != nullptr && call.finish.y != nullptr &&
          call.x != call.finish.y && (call.storage != JKC_I8 || scales != nullptr));
}

static int apply(const LinearCall& call) {
  bool few = call.rows <= DECODE_ROWS;
  if (call.storage == JKC_F32) return few ? decode_f32(call) : gemm_f32(call);
  return few ? decode_half(call) : gemm_half(call);
}

}  // namespace jukebox

using namespace jukebox;

extern "C" {

int jkc_linear_fuses_norm(const jkc_context* context, int64_t rows, int32_t storage) {
  bool collected = context != nullptr && context->stack != nullptr && storage != JKC_F32 &&
                   rows <= context->stack_items;
  return rows <= FUSED_NORM_ROWS || collected ? 1 : 0;
}

int jkc_linear_apply(jkc_context* context, const void* packed, const float* scales,
                     const float* bias, int64_t in, int64_t out, int32_t storage, const float* x,
                     int64_t rows, const float* gain, const float* norm_bias, float eps,
                     int32_t activation, const float* residual, const float* base, float scale,
                     float* y) {
  LinearCall call;
  call.context = context;
  call.packed = packed;
  call.in = in;
  call.out = out;
  call.storage = storage;
  call.x = x;
  call.rows = rows;
  call.norm = {gain, norm_bias, eps};
  call.finish = {nullptr, bias, residual, base, scale, activation, out, y};
  if (!described(call, scales)) return JKC_BAD_ARGUMENT;
  if (rows == 0) return JKC_OK;
  if (storage == JKC_I8) call.finish.scales = scales;
  if (storage == JKC_BF16) {
    call.finish.scales = reinterpret_cast<const float*>(
        static_cast<const char*>(packed) + packed_values_bytes(in, out, storage));
  }
  return apply(call);
}

}  // extern "C"
