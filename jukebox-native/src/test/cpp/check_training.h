// The kernels that training uses, on arrays between inaccessible pages.
#ifndef JUKEBOX_CHECK_TRAINING_H
#define JUKEBOX_CHECK_TRAINING_H

#include "conv_terms.h"
#include "jukebox.h"
#include "pages.h"

inline void window(jk_engine* engine, bool behind, int pattern, int64_t heads, int64_t dim, int64_t
                   block, int64_t blocks) {
  Pages pages(behind);
  int64_t n = block * blocks;
  int64_t width = heads * dim;
  int64_t length = pattern == 6 || pattern == 7 ? 5 : 0;
  int64_t keys = pattern == 6 ? length : n;
  float* q = pages.random(n * width);
  float* k = pages.random(keys * width);
  float* v = pages.random(keys * width);
  float* d_out = pages.random(n * width);
  float* out = pages.array<float>(n * width);
  float* d_q = pages.array<float>(n * width);
  float* d_k = pages.array<float>(keys * width);
  float* d_v = pages.array<float>(keys * width);
  require(jk_window_attend(engine, pattern, heads, dim, n, blocks, length, 1, q, width, k, v, width,
                           out) == 0,
          "attend");
  require(jk_window_attend_gradient(engine, pattern, heads, dim, n, blocks, length, 1, q, width, k,
                                    v, width, out, d_out, d_q, d_k, d_v) == 0,
          "gradient");
  // Queries times a number and keys divided by it give the same scores.
  double sum = 0;
  for (int64_t i = 0; i < n * width; i++) sum += static_cast<double>(q[i]) * d_q[i];
  for (int64_t i = 0; i < keys * width; i++) sum -= static_cast<double>(k[i]) * d_k[i];
  require(std::fabs(sum) < 1e-3, "the gradients of queries and keys do not belong together");
}

inline void losses(jk_engine* engine, bool behind, int64_t n, int64_t width) {
  Pages pages(behind);
  float* x = pages.random(n * width);
  float* y = pages.random(n * width);
  float* d = pages.random(n * width);
  float* gain = pages.random(width);
  float* d_gain = pages.random(width);
  float* d_bias = pages.random(width);
  float* each = pages.random(n);
  auto* ids = pages.array<int32_t>(n);
  for (int64_t i = 0; i < n; i++) ids[i] = static_cast<int32_t>(width - 1);
  require(jk_layer_norm_gradient(engine, x, gain, 1e-5f, y, n, width, 1, d, d_gain, d_bias) == 0,
          "norm gradient");
  require(jk_cross_entropy(engine, x, ids, n, width, each) == 0, "cross-entropy");
  require(jk_cross_entropy_gradient(engine, x, ids, each, n, width, d) == 0, "its gradient");
  for (int64_t i = 0; i < n; i++) ids[i] = static_cast<int32_t>(n - 1 - i);
  require(jk_scatter_add(engine, y, ids, n, width, d, n) == 0, "scatter and add");
  for (int kind = 0; kind < 3; kind++) {
    require(jk_distance(engine, kind, 1, x, y, n, width, each) == 0, "distance");
    require(jk_distance_gradient(engine, kind, 1, x, y, n, width, each, d) == 0, "its gradient");
  }
}

inline void spectra(jk_engine* engine, bool behind, int64_t n_fft, int64_t hop, int64_t window,
                    int64_t time) {
  Pages pages(behind);
  int64_t each = (1 + time / hop) * (n_fft / 2 + 1);
  float* x = pages.random(2 * time);
  float* spectrum = pages.array<float>(4 * each);
  float* target = pages.random(4 * each);
  float* distances = pages.array<float>(2);
  float* weights = pages.random(2);
  require(jk_stft(engine, n_fft, hop, window, x, 2, time, spectrum) == 0, "stft");
  require(jk_spectral_distance(engine, target, spectrum, 2, each, distances) == 0, "distance");
  require(jk_spectral_distance_gradient(engine, target, spectrum, 2, each, distances, weights,
                                        spectrum) == 0,
          "gradient of the distance");
  require(jk_stft_gradient(engine, n_fft, hop, window, spectrum, 2, time, x) == 0, "gradient");
}

inline void matmul(jk_engine* engine, bool behind, int64_t m, int64_t n, int64_t k) {
  Pages pages(behind);
  float* a = pages.random(m * k);
  float* b = pages.random(k * n);
  float* bias = pages.random(n);
  float* c = pages.array<float>(m * n);
  for (int form = 0; form < 4; form++) {
    bool ta = (form & 1) != 0, tb = (form & 2) != 0;
    require(jk_matmul(engine, a, ta, b, tb, m, n, k, bias, 0, c) == 0, "matmul");
    require(jk_matmul(engine, a, ta, b, tb, m, n, k, nullptr, 1, c) == 0, "matmul and add");
    std::vector<double> expected;
    for (int64_t i = 0; i < m; i++) {
      for (int64_t j = 0; j < n; j++) {
        double sum = 0;
        for (int64_t p = 0; p < k; p++) {
          sum += static_cast<double>(a[ta ? p * m + i : i * k + p]) * b[tb ? j * k + p : p * n + j];
        }
        expected.push_back(2 * sum + static_cast<double>(bias[j]));
      }
    }
    near(c, expected, 2e-6 * static_cast<double>(k) + 1e-5);
  }
}

inline void conv_gradient(jk_engine* engine, bool behind, int64_t in, int64_t out, int64_t kernel,
                          int64_t stride, int64_t padding, int64_t dilation, int transposed, int64_t
                          time) {
  Pages pages(behind);
  const ConvTerms terms = {in, out, kernel, stride, padding, dilation, transposed != 0, time};
  int64_t length = terms.length();
  float* x = pages.random(2 * time * in);
  float* dy = pages.random(2 * length * out);
  float* w = pages.array<float>(in * out * kernel);
  float* b = pages.array<float>(out);
  require(jk_conv_gradient(engine, in, out, kernel, stride, padding, dilation, transposed, x, 2,
                           time, 0, dy, length, 1.0f, w, b) == 0,
          "conv gradient");
  std::vector<double> expected(static_cast<size_t>(in * out * kernel));
  terms.each(2, [&](int64_t input, int64_t weight, int64_t output) {
    expected[static_cast<size_t>(weight)] += static_cast<double>(x[input]) * dy[output];
  });
  near(w, expected, 2e-6 * static_cast<double>(time) + 1e-5);
}

inline void training(jk_engine* engine, bool behind, int64_t n, int64_t width) {
  Pages pages(behind);
  int64_t size = n * width;
  float* x = pages.random(size);
  float* y = pages.random(size);
  float* sums = pages.array<float>(width);
  require(jk_fill(engine, y, 2.0f, size) == 0 && y[size - 1] == 2.0f, "fill");
  require(jk_scale(engine, x, 3.0f, 1, size, y) == 0 && jk_scale(engine, x, 3.0f, 0, size, y) == 0,
          "scale");
  require(jk_add(engine, x, y, size, y) == 0, "add");
  require(jk_quick_gelu(engine, x, size, y) == 0, "gelu");
  require(jk_quick_gelu_gradient(engine, x, y, size, y) == 0, "gelu gradient");
  require(jk_relu_gradient(engine, x, y, 1, size, y) == 0, "relu gradient");
  require(jk_sum_rows(engine, x, n, width, sums) == 0, "sum rows");
  float* p = pages.random(size);
  float* g = pages.random(size);
  float* average = pages.random(size);
  auto* m = pages.array<float>(size);
  auto* v = pages.array<float>(size);
  auto* half_m = pages.array<uint16_t>(size);
  auto* half_v = pages.array<uint16_t>(size);
  float* scales = pages.array<float>(2);
  float* result = pages.array<float>(2);
  jk_adam_tensor tensors[] = {{p, g, m, v, nullptr, average, size},
                              {x, g, half_m, half_v, scales, nullptr, size}};
  float numbers[] = {1e-3f, 1.0f, 0.9f, 0.1f, 0.999f, 0.001f, 1e-8f, 0.01f, 0.99f, 0.01f};
  require(jk_gradient_norm(engine, tensors, 2, result) == 0 && result[1] == 0, "norm");
  require(jk_adam(engine, tensors, 2, numbers) == 0 && scales[0] > 0, "adam");
}

#endif
