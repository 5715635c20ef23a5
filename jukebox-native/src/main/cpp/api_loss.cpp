// The C ABI of losses and of the gradients of norms and look-ups.
#include "engine.h"

extern "C" int jk_layer_norm_gradient(jk_engine* engine, const float* x, const float* gain,
                                      float eps, const float* dy, int64_t rows, int64_t width,
                                      int add, float* dx, float* d_gain, float* d_bias) {
  jk::Claim claim(engine);
  if (claim.status() != JK_OK) return claim.status();
  if (!jk::given(x) || !jk::given(gain) || !jk::given(dy) || !jk::given(dx) ||
      !jk::given(d_gain) || !jk::given(d_bias) || width < 1 || !jk::fits(rows, width)) {
    return JK_BAD_ARGUMENT;
  }
  float* parts = engine->shared(engine->kernels->norm_gradient_parts(rows, width) + 1);
  if (parts == nullptr) return JK_OUT_OF_MEMORY;
  engine->kernels->layer_norm_gradient(
      {x, gain, eps, dy, rows, width, add != 0, dx, d_gain, d_bias, parts}, engine->workers());
  return JK_OK;
}

namespace {

bool sound(const jk::EntropyCall& call) {
  if (!jk::given(call.logits) || !jk::given(call.targets) || call.bins < 1 ||
      !jk::fits(call.rows, call.bins)) {
    return false;
  }
  for (int64_t r = 0; r < call.rows; r++) {
    if (call.targets[r] < 0 || call.targets[r] >= call.bins) return false;
  }
  return true;
}

bool sound(const jk::DistanceCall& call) {
  return jk::given(call.target) && jk::given(call.x) && jk::fits(call.batch, call.each) &&
         call.each >= 1 && call.kind >= jk::kL1 && call.kind <= jk::kLinf &&
         (call.kind != jk::kLinf || (call.k >= 1 && call.k <= call.each));
}

// Room for what a call sums; false where there is none.
bool reserve(jk_engine* engine, jk::DistanceCall& call) {
  int64_t sums = engine->kernels->distance_sums(call.batch, call.each);
  call.sums = reinterpret_cast<double*>(engine->shared(2 * sums + 2));
  return call.sums != nullptr && engine->reserve(engine->kernels->distance_scratch());
}

}  // namespace

extern "C" int jk_cross_entropy(jk_engine* engine, const float* logits, const int32_t* targets,
                                int64_t rows, int64_t bins, float* losses) {
  jk::Claim claim(engine);
  if (claim.status() != JK_OK) return claim.status();
  jk::EntropyCall call = {logits, targets, rows, bins, losses, nullptr, nullptr};
  if (!sound(call) || !jk::given(losses)) return JK_BAD_ARGUMENT;
  engine->kernels->cross_entropy(call, engine->workers());
  return JK_OK;
}

extern "C" int jk_cross_entropy_gradient(jk_engine* engine, const float* logits,
                                         const int32_t* targets, const float* weights, int64_t rows,
                                         int64_t bins, float* d_logits) {
  jk::Claim claim(engine);
  if (claim.status() != JK_OK) return claim.status();
  jk::EntropyCall call = {logits, targets, rows, bins, nullptr, weights, d_logits};
  if (!sound(call) || !jk::given(weights) || !jk::given(d_logits)) return JK_BAD_ARGUMENT;
  engine->kernels->cross_entropy_gradient(call, engine->workers());
  return JK_OK;
}

extern "C" int jk_distance(jk_engine* engine, int kind, int64_t k, const float* target,
                           const float* x, int64_t batch, int64_t each, float* distances) {
  jk::Claim claim(engine);
  if (claim.status() != JK_OK) return claim.status();
  jk::DistanceCall call = {kind,    k,       target,  x, batch, each, distances,
                           nullptr, nullptr, nullptr};
  if (!sound(call) || !jk::given(distances)) return JK_BAD_ARGUMENT;
  if (!reserve(engine, call)) return JK_OUT_OF_MEMORY;
  engine->kernels->distance(call, engine->workers());
  return JK_OK;
}

extern "C" int jk_distance_gradient(jk_engine* engine, int kind, int64_t k, const float* target,
                                    const float* x, int64_t batch, int64_t each,
                                    const float* weights, float* dx) {
  jk::Claim claim(engine);
  if (claim.status() != JK_OK) return claim.status();
  jk::DistanceCall call = {kind, k, target, x, batch, each, nullptr, weights, dx, nullptr};
  if (!sound(call) || !jk::given(weights) || !jk::given(dx)) return JK_BAD_ARGUMENT;
  if (!reserve(engine, call)) return JK_OUT_OF_MEMORY;
  engine->kernels->distance_gradient(call, engine->workers());
  return JK_OK;
}

extern "C" int jk_scatter_add(jk_engine* engine, const float* d_out, const int32_t* ids,
                              int64_t count, int64_t width, float* d_table, int64_t table_rows) {
  jk::Claim claim(engine);
  if (claim.status() != JK_OK) return claim.status();
  if (!jk::given(d_out) || !jk::given(ids) || !jk::given(d_table) || !jk::fits(count, width) ||
      !jk::fits(table_rows, width)) {
    return JK_BAD_ARGUMENT;
  }
  for (int64_t i = 0; i < count; i++) {
    if (ids[i] >= table_rows) return JK_BAD_ARGUMENT;
  }
  engine->kernels->scatter_add({d_out, ids, count, width, d_table}, engine->workers());
  return JK_OK;
}
