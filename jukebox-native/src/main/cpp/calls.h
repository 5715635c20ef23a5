// What the C ABI hands to the kernels of a tier, and the table of a tier's kernels.
#ifndef JUKEBOX_CALLS_H
#define JUKEBOX_CALLS_H

#include <stddef.h>
#include <stdint.h>

#include "jukebox.h"
#include "pool.h"

namespace jk {

// Threads and one block of scratch memory for each, grown before a parallel section.
struct Workers {
  Pool* pool;
  char* scratch;
  size_t scratch_bytes;  // of one thread

  float* floats(int thread) const {
    return reinterpret_cast<float*>(scratch + static_cast<size_t>(thread) * scratch_bytes);
  }
  int threads() const { return pool->threads(); }
};

struct Epilogue {
  const float* scales;    // per column, or null
  const float* bias;      // per column, or null
  bool gelu;
  const float* residual;  // the layout of y, or null
  float factor;           // of the product where there is a residual
};

struct LinearPackCall {
  const float* weight;
  bool transposed;
  int64_t in, out;
  int storage;
  void* packed;
  float* scales;
};

struct LinearCall {
  const void* packed;
  int storage;
  int64_t in, out;
  const float* x;
  int64_t rows;
  Epilogue epilogue;
  float* y;
};

struct ConvShape {
  int64_t in, out, kernel, stride, padding, dilation;
  bool transposed;
};

struct ConvPackCall {
  ConvShape shape;
  const float* weight;
  float* packed;
};

struct ConvCall {
  ConvShape shape;
  const float* packed;
  const float* x;
  int64_t batch, time_in, time_out;
  bool relu;
  Epilogue epilogue;
  float* y;
};

struct AttendCall {
  const float* q;
  int64_t q_item, q_row;
  const float* keys;
  const float* values;
  int64_t slots, batch, count, heads, dim;
  const int32_t* first;
  const int32_t* length;
  int64_t longest;  // the largest length
  int64_t total;    // the sum of the lengths
  float* out;
  int64_t out_item;
  int64_t recorded;
  float* weights;  // or null
  int64_t weights_item;
};

struct NormCall {
  const float* x;
  const float* gain;
  const float* bias;
  float eps;
  int64_t rows, width;
  float* y;
};

struct NearestCall {
  const float* x;
  int64_t rows, width;
  const float* codebook;
  int64_t bins;
  float* packed;   // nearest_packed(width, bins) floats
  int32_t* codes;
};

struct AddSliceCall {
  const float* x;
  const float* table;
  int64_t table_item, table_row, start, batch, count, width;
  float* y;
};

// c = op(a)·op(b) + bias, or c += op(a)·op(b).
struct MatmulCall {
  const float* a;  // [m, k], or [k, m] if transposed
  bool transpose_a;
  const float* b;  // [k, n], or [n, k] if transposed
  bool transpose_b;
  int64_t m, n, k;
  const float* bias;  // or null
  bool add;
  float* c;
  float* shared;  // matmul_shared floats
};

struct ConvGradientCall {
  ConvShape shape;
  const float* x;
  int64_t batch, time_in, time_out;
  bool relu;
  const float* dy;
  float scale;
  float* d_weight;
  float* shared;  // conv_gradient_shared floats
};

typedef jk_adam_tensor AdamTensor;

struct AdamNumbers {
  float step_size, scale, beta1, rest1, beta2, rest2, epsilon, weight_decay, average_decay,
      average_rest;
};

struct Kernels {
  const char* name;
  int panel_width;
  // Bytes of scratch that each thread needs for a call.
  size_t (*linear_scratch)(const LinearCall&, int threads);
  size_t (*conv_scratch)(const ConvCall&, int threads);
  size_t (*attend_scratch)(const AttendCall&);
  size_t (*nearest_scratch)(const NearestCall&);
  int64_t (*nearest_packed)(int64_t width, int64_t bins);

  void (*linear_pack)(const LinearPackCall&, const Workers&);
  void (*linear)(const LinearCall&, const Workers&);
  void (*conv_pack)(const ConvPackCall&, const Workers&);
  void (*conv)(const ConvCall&, const Workers&);
  void (*attend)(const AttendCall&, const Workers&);
  void (*layer_norm)(const NormCall&, const Workers&);
  void (*nearest)(const NearestCall&, const Workers&);
  void (*add_slice)(const AddSliceCall&, const Workers&);
  void (*interpolate)(const float* a, const float* b, float weight, int64_t size, float* y,
                      const Workers&);
  void (*add_rows)(const float* table, int64_t width, const int32_t* ids, int64_t count, float* out,
                   const Workers&);

  int64_t (*matmul_shared)(const MatmulCall&, int threads);
  size_t (*matmul_scratch)(const MatmulCall&, int threads);
  void (*matmul)(const MatmulCall&, const Workers&);
  int64_t (*conv_gradient_shared)(const ConvGradientCall&, int threads);
  size_t (*conv_gradient_scratch)(const ConvGradientCall&, int threads);
  void (*conv_gradient)(const ConvGradientCall&, const Workers&);

  void (*fill)(float* x, float value, int64_t size, const Workers&);
  void (*scale)(const float* x, float a, bool add, int64_t size, float* y, const Workers&);
  void (*add)(const float* a, const float* b, int64_t size, float* y, const Workers&);
  void (*quick_gelu)(const float* x, int64_t size, float* y, const Workers&);
  void (*quick_gelu_gradient)(const float* x, const float* dy, int64_t size, float* dx,
                              const Workers&);
  void (*relu_gradient)(const float* x, const float* dy, bool add, int64_t size, float* dx,
                        const Workers&);
  int64_t (*sum_rows_shared)(int64_t rows, int64_t width);
  void (*sum_rows)(const float* x, int64_t rows, int64_t width, float factor, float* sums,
                   float* shared, const Workers&);

  int64_t (*adam_shared)(const AdamTensor* tensors, int64_t count);
  // The norm of all gradients, and 1 if one of them is no finite number, else 0.
  void (*gradient_norm)(const AdamTensor* tensors, int64_t count, char* shared, float* result,
                        const Workers&);
  void (*adam)(const AdamTensor* tensors, int64_t count, const AdamNumbers& numbers, char* shared,
               const Workers&);
};

// The kernels of a tier, or null where the library holds none.
const Kernels* tier_kernels(int tier);

}  // namespace jk

#endif
