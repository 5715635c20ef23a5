/* What the matrix products share: a call, and what becomes of a sum. */
#ifndef JUKEBOX_LINEAR_H
#define JUKEBOX_LINEAR_H

#include "context.h"
#include "device.h"
#include "interpolate.h"
#include "linear_layout.h"
#include "linear_rows.h"

namespace jukebox {

/* What follows a sum: see jkc_linear_apply. `scales` are those of outputs, or null. */
struct LinearFinish {
  const float* scales;
  const float* bias;
  const float* residual;
  const float* base;
  float weight;
  int32_t activation;
  int64_t out;
  float* y;
};

struct LinearCall {
  jkc_context* context;
  const void* packed;
  int64_t in;
  int64_t out;
  int32_t storage;
  const float* x;
  int64_t rows;
  LinearNorm norm;
  LinearFinish finish;
};

int decode_f32(const LinearCall& call);
int decode_half(const LinearCall& call);
int gemm_f32(const LinearCall& call);
int gemm_half(const LinearCall& call);

/* What a sum meets on its way to a result; loaded early, it does not hold up a kernel's end. */
struct FinishTerms {
  float scale;
  float bias;
  float residual;
  float base;
};

DEVICE FinishTerms finish_terms(const LinearFinish& finish, int64_t row, int64_t output) {
  int64_t at = row * finish.out + output;
  FinishTerms terms;
  terms.scale = finish.scales == nullptr ? 1.0f : finish.scales[output];
  terms.bias = finish.bias == nullptr ? 0.0f : finish.bias[output];
  terms.residual = finish.residual == nullptr ? 0.0f : finish.residual[at];
  terms.base = finish.base == nullptr ? 0.0f : finish.base[at];
  return terms;
}

DEVICE float quick_gelu(float value) { return value / (1.0f + expf(-1.702f * value)); }

/* The result of one sum. Products are fused explicitly: all callers round alike. */
DEVICE float finished_value(const LinearFinish& finish, float sum, const FinishTerms& terms) {
  float value = fmaf(sum, terms.scale, terms.bias);
  if (finish.activation == JKC_QUICK_GELU) value = quick_gelu(value);
  if (finish.residual != nullptr) value = terms.residual + value;
  if (finish.base != nullptr) value = interpolated(terms.base, value, finish.weight);
  return value;
}

DEVICE void finish_sum(const LinearFinish& finish, float sum, const FinishTerms& terms, int64_t row,
                       int64_t output) {
  finish.y[row * finish.out + output] = finished_value(finish, sum, terms);
}

}  // namespace jukebox

#endif
