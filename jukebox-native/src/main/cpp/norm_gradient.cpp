// The gradient of layer norm. Sums over rows are taken in fixed chunks, then over chunks in double.
#include "simd.h"
#include "tier.h"

namespace jk {
namespace JK_NAMESPACE {
namespace {

constexpr int64_t ROWS = 64;  // rows whose parts of the sums are taken together

struct Moments {
  float mean, inverse;  // the inverse of the standard deviation
};

// Calls f(i, n) for vectors of a row.
template <class F>
JK_INLINE void vectors(int64_t width, const F& f) {
  int64_t i = 0;
  for (; i + L <= width; i += L) f(i, L);
  if (i < width) f(i, static_cast<int>(width - i));
}

Moments moments(const float* x, int64_t width, float eps) {
  v16 sum = set16(0.0f);
  vectors(width, [&](int64_t i, int n) { sum = sum + load16(x + i, n); });
  float mean = sum16(sum) / static_cast<float>(width);
  v16 shift = set16(mean);
  v16 squares = set16(0.0f);
  vectors(width, [&](int64_t i, int n) {
    v16 d = load16(x + i, n) - shift;
    if (n < L) {
      float rest[L];
      store16(rest, d);
      for (int j = n; j < L; j++) rest[j] = 0.0f;
      d = load16(rest);
    }
    squares = fma(d, d, squares);
  });
  float variance = sum16(squares) / static_cast<float>(width);
  return {mean, 1.0f / __builtin_sqrtf(variance + eps)};
}

void row_gradient(const NormGradientCall& call, int64_t r, float* d_gain, float* d_bias) {
  int64_t width = call.width;
  const float* x = call.x + r * width;
  const float* dy = call.dy + r * width;
  float* dx = call.dx + r * width;
  Moments m = moments(x, width, call.eps);
  v16 shift = set16(m.mean);
  v16 inverse = set16(m.inverse);
  v16 sum = set16(0.0f);
  v16 products = set16(0.0f);
  vectors(width, [&](int64_t i, int n) {
    v16 hat = (load16(x + i, n) - shift) * inverse;
    v16 d = load16(dy + i, n);
    // The lanes beyond a row are zeros here.
    v16 scaled = d * load16(call.gain + i, n);
    sum = sum + scaled;
    products = fma(scaled, hat, products);
    store16(d_gain + i, fma(d, hat, load16(d_gain + i, n)), n);
    store16(d_bias + i, d + load16(d_bias + i, n), n);
  });
  v16 mean = set16(sum16(sum) / static_cast<float>(width));
  v16 slope = set16(sum16(products) / static_cast<float>(width));
  vectors(width, [&](int64_t i, int n) {
    v16 hat = (load16(x + i, n) - shift) * inverse;
    v16 scaled = load16(dy + i, n) * load16(call.gain + i, n);
    v16 d = (scaled - mean - hat * slope) * inverse;
    if (call.add) d = d + load16(dx + i, n);
    store16(dx + i, d, n);
  });
}

int64_t chunks(int64_t rows) { return (rows + ROWS - 1) / ROWS; }

void layer_norm_gradient(const NormGradientCall& call, const Workers& workers) {
  int64_t width = call.width;
  int64_t count = chunks(call.rows);
  bool worthwhile = call.rows * width > 16384;
  parallel(*workers.pool, count, worthwhile, [&](int64_t chunk, int) {
    float* parts = call.parts + chunk * 2 * width;
    memset(parts, 0, static_cast<size_t>(2 * width) * sizeof(float));
    int64_t end = (chunk + 1) * ROWS < call.rows ? (chunk + 1) * ROWS : call.rows;
    for (int64_t r = chunk * ROWS; r < end; r++) row_gradient(call, r, parts, parts + width);
  });
  constexpr int64_t some = 64;
  parallel(*workers.pool, (width + some - 1) / some, worthwhile, [&](int64_t chunk, int) {
    for (int64_t i = chunk * some; i < (chunk + 1) * some && i < width; i++) {
      double gain = call.d_gain[i];
      double bias = call.d_bias[i];
      for (int64_t part = 0; part < count; part++) {
        gain += static_cast<double>(call.parts[part * 2 * width + i]);
        bias += static_cast<double>(call.parts[(part * 2 + 1) * width + i]);
      }
      call.d_gain[i] = static_cast<float>(gain);
      call.d_bias[i] = static_cast<float>(bias);
    }
  });
}

int64_t parts_floats(int64_t rows, int64_t width) { return chunks(rows) * 2 * width; }

}  // namespace

void add_norm_gradient(Kernels& kernels) {
  kernels.layer_norm_gradient = layer_norm_gradient;
  kernels.norm_gradient_parts = parts_floats;
}

}  // namespace JK_NAMESPACE
}  // namespace jk
