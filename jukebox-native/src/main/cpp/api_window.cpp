// The C ABI of attention over whole windows, and of its gradient.
#include "engine.h"

namespace {

bool known(int pattern) {
  return (pattern >= jk::kDense && pattern <= jk::kSummary) || pattern == jk::kEncoder ||
         pattern == jk::kPrime;
}

// Whether the shape is one of a layer and its rows can lie so.
bool sound(const jk::WindowCall& c) {
  bool keyed = c.pattern == jk::kEncoder || c.pattern == jk::kPrime;
  return known(c.pattern) && c.heads >= 1 && c.dim >= 1 && c.n_ctx >= 1 && c.blocks >= 1 &&
         c.n_ctx % c.blocks == 0 && (keyed ? c.key_length >= 1 : c.key_length == 0) &&
         jk::fits(c.heads, c.dim) && c.q_row >= c.heads * c.dim && c.kv_row >= c.heads * c.dim &&
         jk::fits(c.batch, c.n_ctx, c.q_row) && jk::fits(c.batch, c.keys, c.kv_row) &&
         jk::fits(c.n_ctx, int64_t{4096}) && jk::fits(c.key_length, int64_t{4096}) &&
         jk::fits(c.dim, int64_t{4096}) && jk::given(c.q) && jk::given(c.k) && jk::given(c.v);
}

jk::WindowCall window(int pattern, int64_t heads, int64_t head_dim, int64_t n_ctx, int64_t blocks,
                      int64_t key_length, int64_t batch, const float* q, int64_t q_row,
                      const float* k, const float* v, int64_t kv_row) {
  jk::WindowCall call = {};
  call.pattern = pattern;
  call.heads = heads;
  call.dim = head_dim;
  call.n_ctx = n_ctx;
  call.blocks = blocks;
  call.key_length = key_length;
  call.batch = batch;
  call.q = q;
  call.q_row = q_row;
  call.k = k;
  call.v = v;
  call.kv_row = kv_row;
  call.keys = pattern == jk::kEncoder ? key_length : n_ctx;
  return call;
}

}  // namespace

extern "C" int jk_window_attend(jk_engine* engine, int pattern, int64_t heads, int64_t head_dim,
                                int64_t n_ctx, int64_t blocks, int64_t key_length, int64_t batch,
                                const float* q, int64_t q_row, const float* k, const float* v,
                                int64_t kv_row, float* out) {
  jk::Claim claim(engine);
  if (claim.status() != JK_OK) return claim.status();
  jk::WindowCall call = window(pattern, heads, head_dim, n_ctx, blocks, key_length, batch, q, q_row,
                               k, v, kv_row);
  call.to = out;
  if (!sound(call) || !jk::given(out)) return JK_BAD_ARGUMENT;
  if (!engine->reserve(engine->kernels->window_scratch(call))) return JK_OUT_OF_MEMORY;
  engine->kernels->attend_window(call, engine->workers());
  return JK_OK;
}

extern "C" int jk_window_attend_gradient(jk_engine* engine, int pattern, int64_t heads,
                                         int64_t head_dim, int64_t n_ctx, int64_t blocks,
                                         int64_t key_length, int64_t batch, const float* q,
                                         int64_t q_row, const float* k, const float* v,
                                         int64_t kv_row, const float* out, const float* d_out,
                                         float* d_q, float* d_k, float* d_v) {
  jk::Claim claim(engine);
  if (claim.status() != JK_OK) return claim.status();
  jk::WindowCall call = window(pattern, heads, head_dim, n_ctx, blocks, key_length, batch, q, q_row,
                               k, v, kv_row);
  call.out = out;
  call.d_out = d_out;
  call.d_q = d_q;
  call.d_k = d_k;
  call.d_v = d_v;
  if (!sound(call) || !jk::given(out) || !jk::given(d_out) || !jk::given(d_q) ||
      !jk::given(d_k) || !jk::given(d_v)) {
    return JK_BAD_ARGUMENT;
  }
  call.stats = engine->shared(engine->kernels->window_stats(call) + 1);
  if (call.stats == nullptr || !engine->reserve(engine->kernels->window_scratch(call))) {
    return JK_OUT_OF_MEMORY;
  }
  engine->kernels->attend_window_gradient(call, engine->workers());
  return JK_OK;
}
