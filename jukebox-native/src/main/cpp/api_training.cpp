// The C ABI of training: matrix products, gradients of convolutions, activations, the optimizer.
#include "conv_shape.h"
#include "engine.h"

extern "C" int jk_matmul(jk_engine* engine, const float* a, int transpose_a, const float* b,
                         int transpose_b, int64_t m, int64_t n, int64_t k, const float* bias,
                         int add, float* c) {
  jk::Claim claim(engine);
  if (claim.status() != JK_OK) return claim.status();
  if (!jk::given(a) || !jk::given(b) || !jk::given(c) || !jk::optional(bias) || a == c || b == c ||
      (add != 0 && bias != nullptr) || !jk::fits(m) || !jk::fits(n) || !jk::fits(k) ||
      !jk::fits(m + 64, k + 64) || !jk::fits(k + 64, n + 64) || !jk::fits(m + 64, n + 64)) {
    return JK_BAD_ARGUMENT;
  }
  jk::MatmulCall call = {a, transpose_a != 0, b, transpose_b != 0, m, n, k, bias, add != 0, c,
                         nullptr};
  call.shared = engine->shared(engine->kernels->matmul_shared(call, engine->pool.threads()) + 1);
  if (call.shared == nullptr ||
      !engine->reserve(engine->kernels->matmul_scratch(call, engine->pool.threads()))) {
    return JK_OUT_OF_MEMORY;
  }
  engine->kernels->matmul(call, engine->workers());
  return JK_OK;
}

extern "C" int jk_conv_gradient(jk_engine* engine, int64_t in, int64_t out, int64_t kernel,
                                int64_t stride, int64_t padding, int64_t dilation, int transposed,
                                const float* x, int64_t batch, int64_t time_in, int relu_input,
                                const float* dy, int64_t time_out, float scale, float* d_weight,
                                float* d_bias) {
  jk::Claim claim(engine);
  if (claim.status() != JK_OK) return claim.status();
  jk::ConvShape shape = {in, out, kernel, stride, padding, dilation, transposed != 0};
  if (!jk::is_shape(shape) || !jk::given(x) || !jk::given(dy) || !jk::given(d_weight) ||
      !jk::given(d_bias) || !jk::are_lengths(shape, batch, time_in, time_out)) {
    return JK_BAD_ARGUMENT;
  }
  jk::ConvGradientCall call = {shape, x,     batch,    time_in, time_out, relu_input != 0,
                               dy,    scale, d_weight, nullptr};
  const jk::Kernels& kernels = *engine->kernels;
  int64_t product = kernels.conv_gradient_shared(call, engine->pool.threads());
  int64_t sums = kernels.sum_rows_shared(batch * time_out, out);
  call.shared = engine->shared(product > sums ? product : sums);
  if (call.shared == nullptr ||
      !engine->reserve(kernels.conv_gradient_scratch(call, engine->pool.threads()))) {
    return JK_OUT_OF_MEMORY;
  }
  kernels.conv_gradient(call, engine->workers());
  kernels.sum_rows(dy, batch * time_out, out, scale, d_bias, call.shared, engine->workers());
  return JK_OK;
}

extern "C" int jk_fill(jk_engine* engine, float* x, float value, int64_t size) {
  jk::Claim claim(engine);
  if (claim.status() != JK_OK) return claim.status();
  if (!jk::given(x) || !jk::fits(size)) return JK_BAD_ARGUMENT;
  engine->kernels->fill(x, value, size, engine->workers());
  return JK_OK;
}

extern "C" int jk_scale(jk_engine* engine, const float* x, float a, int add, int64_t size,
                        float* y) {
  jk::Claim claim(engine);
  if (claim.status() != JK_OK) return claim.status();
  if (!jk::given(x) || !jk::given(y) || !jk::fits(size)) return JK_BAD_ARGUMENT;
  engine->kernels->scale(x, a, add != 0, size, y, engine->workers());
  return JK_OK;
}

extern "C" int jk_add(jk_engine* engine, const float* a, const float* b, int64_t size, float* y) {
  jk::Claim claim(engine);
  if (claim.status() != JK_OK) return claim.status();
  if (!jk::given(a) || !jk::given(b) || !jk::given(y) || !jk::fits(size)) return JK_BAD_ARGUMENT;
  engine->kernels->add(a, b, size, y, engine->workers());
  return JK_OK;
}

extern "C" int jk_quick_gelu(jk_engine* engine, const float* x, int64_t size, float* y) {
  jk::Claim claim(engine);
  if (claim.status() != JK_OK) return claim.status();
  if (!jk::given(x) || !jk::given(y) || !jk::fits(size)) return JK_BAD_ARGUMENT;
  engine->kernels->quick_gelu(x, size, y, engine->workers());
  return JK_OK;
}

extern "C" int jk_quick_gelu_gradient(jk_engine* engine, const float* x, const float* dy,
                                      int64_t size, float* dx) {
  jk::Claim claim(engine);
  if (claim.status() != JK_OK) return claim.status();
  if (!jk::given(x) || !jk::given(dy) || !jk::given(dx) || !jk::fits(size)) return JK_BAD_ARGUMENT;
  engine->kernels->quick_gelu_gradient(x, dy, size, dx, engine->workers());
  return JK_OK;
}

extern "C" int jk_relu_gradient(jk_engine* engine, const float* x, const float* dy, int add,
                                int64_t size, float* dx) {
  jk::Claim claim(engine);
  if (claim.status() != JK_OK) return claim.status();
  if (!jk::given(x) || !jk::given(dy) || !jk::given(dx) || !jk::fits(size)) return JK_BAD_ARGUMENT;
  engine->kernels->relu_gradient(x, dy, add != 0, size, dx, engine->workers());
  return JK_OK;
}

extern "C" int jk_sum_rows(jk_engine* engine, const float* x, int64_t rows, int64_t width,
                           float* sums) {
  jk::Claim claim(engine);
  if (claim.status() != JK_OK) return claim.status();
  if (!jk::given(x) || !jk::given(sums) || !jk::fits(rows, width)) return JK_BAD_ARGUMENT;
  float* shared = engine->shared(engine->kernels->sum_rows_shared(rows, width) + 1);
  if (shared == nullptr) return JK_OUT_OF_MEMORY;
  engine->kernels->sum_rows(x, rows, width, 1.0f, sums, shared, engine->workers());
  return JK_OK;
}

namespace {

bool are_tensors(const jk_adam_tensor* tensors, int64_t count) {
  if (count < 0 || (count > 0 && !jk::given(tensors)) || !jk::fits(count, 64)) return false;
  int64_t total = 0;
  for (int64_t i = 0; i < count; i++) {
    const jk_adam_tensor& t = tensors[i];
    bool halves = t.scales != nullptr;
    bool moments = halves ? jk::given(static_cast<uint16_t*>(t.first)) &&
                                jk::given(static_cast<uint16_t*>(t.second))
                          : jk::given(static_cast<float*>(t.first)) &&
                                jk::given(static_cast<float*>(t.second));
    if (!jk::given(t.parameter) || !jk::given(t.gradient) || !moments || !jk::optional(t.scales) ||
        !jk::optional(t.average) || !jk::fits(t.size) ||
        __builtin_add_overflow(total, t.size, &total)) {
      return false;
    }
  }
  return true;
}

// Memory that the pieces of these tensors share; null where there is none.
char* adam_shared(jk_engine* engine, const jk_adam_tensor* tensors, int64_t count) {
  int64_t bytes = engine->kernels->adam_shared(tensors, count);
  return reinterpret_cast<char*>(engine->shared(bytes / 4 + 1));
}

}  // namespace

extern "C" int jk_gradient_norm(jk_engine* engine, const jk_adam_tensor* tensors, int64_t count,
                                float* result) {
  jk::Claim claim(engine);
  if (claim.status() != JK_OK) return claim.status();
  if (!are_tensors(tensors, count) || !jk::given(result)) return JK_BAD_ARGUMENT;
  char* shared = adam_shared(engine, tensors, count);
  if (shared == nullptr) return JK_OUT_OF_MEMORY;
  engine->kernels->gradient_norm(tensors, count, shared, result, engine->workers());
  return JK_OK;
}

extern "C" int jk_adam(jk_engine* engine, const jk_adam_tensor* tensors, int64_t count,
                       const float* numbers) {
  jk::Claim claim(engine);
  if (claim.status() != JK_OK) return claim.status();
  if (!are_tensors(tensors, count) || !jk::given(numbers)) return JK_BAD_ARGUMENT;
  char* shared = adam_shared(engine, tensors, count);
  if (shared == nullptr) return JK_OUT_OF_MEMORY;
  jk::AdamNumbers n = {numbers[0], numbers[1], numbers[2], numbers[3], numbers[4],
                       numbers[5], numbers[6], numbers[7], numbers[8], numbers[9]};
  engine->kernels->adam(tensors, count, n, shared, engine->workers());
  return JK_OK;
}
