// Layer norm: mean, then variance about it, both over sixteen lanes.
#include "simd.h"
#include "tier.h"

namespace jk {
namespace JK_NAMESPACE {
namespace {

void norm_row(const NormCall& call, const float* x, float* y) {
  int64_t n = call.width;
  int64_t whole = n / L * L;
  int rest = static_cast<int>(n - whole);
  v16 sum = set16(0.0f);
  for (int64_t i = 0; i < whole; i += L) sum = sum + load16(x + i);
  if (rest > 0) sum = sum + load16(x + whole, rest);
  float mean = sum16(sum) / static_cast<float>(n);
  v16 shift = set16(mean);
  v16 squares = set16(0.0f);
  for (int64_t i = 0; i < whole; i += L) {
    v16 d = load16(x + i) - shift;
    squares = fma(d, d, squares);
  }
  if (rest > 0) {
    float d[L];
    store16(d, load16(x + whole, rest) - shift);
    for (int i = rest; i < L; i++) d[i] = 0.0f;
    squares = fma(load16(d), load16(d), squares);
  }
  float variance = sum16(squares) / static_cast<float>(n);
  v16 scale = set16(1.0f / __builtin_sqrtf(variance + call.eps));
  for (int64_t i = 0; i < n; i += L) {
    int m = i < whole ? L : rest;
    v16 d = (load16(x + i, m) - shift) * scale;
    store16(y + i, fma(d, load16(call.gain + i, m), load16(call.bias + i, m)), m);
  }
}

void layer_norm(const NormCall& call, const Workers& workers) {
  constexpr int64_t some = 4;
  parallel(*workers.pool, (call.rows + some - 1) / some, call.rows * call.width > 32768,
           [&](int64_t chunk, int) {
    int64_t end = (chunk + 1) * some < call.rows ? (chunk + 1) * some : call.rows;
    for (int64_t r = chunk * some; r < end; r++) {
      norm_row(call, call.x + r * call.width, call.y + r * call.width);
    }
  });
}

}  // namespace

void add_norm(Kernels& kernels) { kernels.layer_norm = layer_norm; }

}  // namespace JK_NAMESPACE
}  // namespace jk
