// The C ABI of linear layers and convolutions.
#include "conv_shape.h"
#include "engine.h"

namespace {

constexpr int64_t kElementBytes[] = {4, 2, 2, 1};

bool is_storage(int storage) { return storage >= JK_F32 && storage <= JK_I8; }

int64_t padded(const jk_engine* engine, int64_t out) {
  int64_t width = engine->kernels->panel_width;
  return (out + width - 1) / width * width;
}

}  // namespace

extern "C" int jk_linear_panel_width(const jk_engine* engine) {
  return engine == nullptr ? 0 : engine->kernels->panel_width;
}

extern "C" int jk_linear_pack(jk_engine* engine, const float* weight, int transposed, int64_t in,
                              int64_t out, int storage, void* packed, int64_t packed_bytes,
                              float* scales) {
  jk::Claim claim(engine);
  if (claim.status() != JK_OK) return claim.status();
  if (!is_storage(storage) || !jk::given(weight) || packed == nullptr || !jk::fits(in, out) ||
      !jk::fits(in, padded(engine, out)) || in < 1 || out < 1 ||
      (storage == JK_I8 && !jk::given(scales)) ||
      packed_bytes < in * padded(engine, out) * kElementBytes[storage]) {
    return JK_BAD_ARGUMENT;
  }
  engine->kernels->linear_pack({weight, transposed != 0, in, out, storage, packed, scales},
                               engine->workers());
  return JK_OK;
}

extern "C" int jk_linear_apply(jk_engine* engine, const void* packed, const float* scales,
                               const float* bias, int64_t in, int64_t out, int storage,
                               const float* x, int64_t rows, int activation, const float* residual,
                               float* y) {
  jk::Claim claim(engine);
  if (claim.status() != JK_OK) return claim.status();
  if (!is_storage(storage) || in < 1 || out < 1 || !jk::fits(rows, in) || !jk::fits(rows, out) ||
      packed == nullptr || !jk::given(x) || !jk::given(y) || !jk::optional(bias) ||
      !jk::optional(residual) || (storage == JK_I8 ? !jk::given(scales) : scales != nullptr) ||
      activation < JK_NONE || activation > JK_QUICK_GELU || x == y) {
    return JK_BAD_ARGUMENT;
  }
  jk::Epilogue epilogue = {scales, bias, activation == JK_QUICK_GELU, residual, 1.0f};
  jk::LinearCall call = {packed, storage, in, out, x, rows, epilogue, y};
  if (!engine->reserve(engine->kernels->linear_scratch(call, engine->pool.threads()))) {
    return JK_OUT_OF_MEMORY;
  }
  engine->kernels->linear(call, engine->workers());
  return JK_OK;
}

extern "C" int64_t jk_conv_packed_size(const jk_engine* engine, int64_t in, int64_t out,
                                       int64_t kernel) {
  if (engine == nullptr || in < 1 || out < 1 || kernel < 1 ||
      !jk::fits(in, padded(engine, out), kernel)) {
    return -1;
  }
  return in * padded(engine, out) * kernel;
}

extern "C" int jk_conv_pack(jk_engine* engine, const float* weight, int64_t in, int64_t out,
                            int64_t kernel, int64_t stride, int transposed, float* packed,
                            int64_t packed_size) {
  jk::Claim claim(engine);
  if (claim.status() != JK_OK) return claim.status();
  jk::ConvShape shape = {in, out, kernel, stride, 0, 1, transposed != 0};
  if (!jk::is_shape(shape) || !jk::given(weight) || !jk::given(packed) ||
      packed_size < jk_conv_packed_size(engine, in, out, kernel)) {
    return JK_BAD_ARGUMENT;
  }
  engine->kernels->conv_pack({shape, weight, packed}, engine->workers());
  return JK_OK;
}

extern "C" int jk_conv_apply(jk_engine* engine, const float* packed, const float* bias, int64_t in,
                             int64_t out, int64_t kernel, int64_t stride, int64_t padding,
                             int64_t dilation, int transposed, const float* x, int64_t batch,
                             int64_t time_in, int relu_input, const float* residual, float scale,
                             float* y, int64_t time_out) {
  jk::Claim claim(engine);
  if (claim.status() != JK_OK) return claim.status();
  jk::ConvShape shape = {in, out, kernel, stride, padding, dilation, transposed != 0};
  if (!jk::is_shape(shape) || !jk::given(packed) || !jk::optional(bias) || !jk::given(x) ||
      !jk::optional(residual) || !jk::given(y) || x == y ||
      !jk::are_lengths(shape, batch, time_in, time_out)) {
    return JK_BAD_ARGUMENT;
  }
  jk::Epilogue epilogue = {nullptr, bias, false, residual, scale};
  jk::ConvCall call = {shape, packed,   x, batch, time_in, time_out, relu_input != 0,
                       epilogue, y};
  if (!engine->reserve(engine->kernels->conv_scratch(call, engine->pool.threads()))) {
    return JK_OUT_OF_MEMORY;
  }
  engine->kernels->conv(call, engine->workers());
  return JK_OK;
}
