// The C ABI of the small families: norm, codebook, embedding, elementwise.
#include <cstring>

#include "engine.h"

extern "C" int jk_layer_norm(jk_engine* engine, const float* x, const float* gain,
                             const float* bias, float eps, int64_t rows, int64_t width, float* y) {
  jk::Claim claim(engine);
  if (claim.status() != JK_OK) return claim.status();
  if (!jk::given(x) || !jk::given(gain) || !jk::given(bias) || !jk::given(y) || width < 1 ||
      !jk::fits(rows, width)) {
    return JK_BAD_ARGUMENT;
  }
  engine->kernels->layer_norm({x, gain, bias, eps, rows, width, y}, engine->workers());
  return JK_OK;
}

extern "C" int jk_codebook_nearest(jk_engine* engine, const float* x, int64_t rows, int64_t width,
                                   const float* codebook, int64_t bins, int32_t* codes) {
  jk::Claim claim(engine);
  if (claim.status() != JK_OK) return claim.status();
  if (!jk::given(x) || !jk::given(codebook) || !jk::given(codes) || width < 1 || bins < 1 ||
      bins > INT32_MAX || !jk::fits(rows, width) || !jk::fits(bins + 64, width + 1)) {
    return JK_BAD_ARGUMENT;
  }
  jk::NearestCall call = {x, rows, width, codebook, bins, nullptr, codes};
  call.packed = engine->shared(engine->kernels->nearest_packed(width, bins));
  if (call.packed == nullptr || !engine->reserve(engine->kernels->nearest_scratch(call))) {
    return JK_OUT_OF_MEMORY;
  }
  engine->kernels->nearest(call, engine->workers());
  return JK_OK;
}

extern "C" int jk_gather(jk_engine* engine, const float* table, int64_t table_rows, int64_t width,
                         const int32_t* ids, int64_t count, int add, float* out) {
  jk::Claim claim(engine);
  if (claim.status() != JK_OK) return claim.status();
  if (!jk::given(table) || !jk::given(ids) || !jk::given(out) || !jk::fits(table_rows, width) ||
      !jk::fits(count, width)) {
    return JK_BAD_ARGUMENT;
  }
  for (int64_t i = 0; i < count; i++) {
    if (ids[i] >= table_rows || (ids[i] < 0 && add == 0)) return JK_BAD_ARGUMENT;
  }
  if (add != 0) {
    engine->kernels->add_rows(table, width, ids, count, out, engine->workers());
    return JK_OK;
  }
  for (int64_t i = 0; i < count; i++) {
    std::memcpy(out + i * width, table + ids[i] * width, static_cast<size_t>(width) * sizeof(float));
  }
  return JK_OK;
}

extern "C" int jk_add_slice(jk_engine* engine, const float* x, const float* table,
                            int64_t table_item, int64_t table_row, int64_t start, int64_t batch,
                            int64_t count, int64_t width, float* y) {
  jk::Claim claim(engine);
  if (claim.status() != JK_OK) return claim.status();
  if (!jk::given(x) || !jk::given(table) || !jk::given(y) || !jk::fits(batch, count, width) ||
      !jk::fits(batch, table_item) || start < 0 || !jk::fits(start, table_row) ||
      !jk::fits(count, table_row)) {
    return JK_BAD_ARGUMENT;
  }
  engine->kernels->add_slice({x, table, table_item, table_row, start, batch, count, width, y},
                             engine->workers());
  return JK_OK;
}

extern "C" int jk_interpolate(jk_engine* engine, const float* a, const float* b, float weight,
                              int64_t size, float* y) {
  jk::Claim claim(engine);
  if (claim.status() != JK_OK) return claim.status();
  if (!jk::given(a) || !jk::given(b) || !jk::given(y) || !jk::fits(size)) return JK_BAD_ARGUMENT;
  engine->kernels->interpolate(a, b, weight, size, y, engine->workers());
  return JK_OK;
}

extern "C" int jk_copy_strided(jk_engine* engine, const void* source, int64_t source_stride,
                               void* target, int64_t target_stride, int64_t batch, int64_t bytes) {
  jk::Claim claim(engine);
  if (claim.status() != JK_OK) return claim.status();
  if (source == nullptr || target == nullptr || !jk::fits(batch, bytes) ||
      !jk::fits(batch, source_stride) || !jk::fits(batch, target_stride)) {
    return JK_BAD_ARGUMENT;
  }
  for (int64_t n = 0; n < batch; n++) {
    std::memmove(static_cast<char*>(target) + n * target_stride,
                 static_cast<const char*>(source) + n * source_stride, static_cast<size_t>(bytes));
  }
  return JK_OK;
}
