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

// The numbers of dev.jukebox.compute.AttentionPattern.
enum PatternKind {
  kDense = 0,
  kBlock = 1,
  kTransposeBlock = 2,
  kPrevBlock = 3,
  kSummary = 4,
  kEncoder = 6,
  kPrime = 7
};

// Attention over whole windows; the gradients' rows lie as those of q, k and v do.
struct WindowCall {
  int pattern;
  int64_t heads, dim, n_ctx, blocks, key_length, batch;
  const float* q;
  int64_t q_row;
  const float* k;
  const float* v;
  int64_t kv_row, keys;  // keys: positions of an item
  float* to;             // of the forward pass alone
  const float* out;      // this and what follows: of the gradient alone
  const float* d_out;
  float* d_q;
  float* d_k;
  float* d_v;
  float* stats;          // window_stats floats
};

struct NormGradientCall {
  const float* x;
  const float* gain;
  float eps;
  const float* dy;
  int64_t rows, width;
  bool add;
  float* dx;
  float* d_gain;
  float* d_bias;
  float* parts;  // norm_gradient_parts floats
};

struct EntropyCall {
  const float* logits;
  const int32_t* targets;
  int64_t rows, bins;
  float* losses;         // or null
  const float* weights;  // or null
  float* d_logits;       // or null
};

enum DistanceKind { kL1 = 0, kL2 = 1, kLinf = 2 };

struct DistanceCall {
  int kind;
  int64_t k;
  const float* target;
  const float* x;
  int64_t batch, each;
  float* distances;      // or null
  const float* weights;  // or null
  float* dx;             // or null
  double* sums;          // distance_sums
};

struct StftCall {
  int64_t n_fft, hop, window;
  int64_t batch, time, frames;
  const float* x;           // or null
  float* spectrum;          // or null
  const float* d_spectrum;  // or null
  float* dx;                // or null
  float* shared;            // stft_shared floats
};

struct SpectralCall {
  const float* target;  // or null: zeros
  const float* spectrum;
  int64_t batch, each;  // complex numbers of an item
  float* result;        // or null
  const float* distances;
  const float* weights;
  float* d_spectrum;    // or null
  double* sums;         // spectral_sums
};

struct ScatterCall {
  const float* d_out;
  const int32_t* ids;
  int64_t count, width;
  float* d_table;
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

  // Scratch and shared memory of the families of training, and these.
  size_t (*window_scratch)(const WindowCall&);
  int64_t (*window_stats)(const WindowCall&);
  int64_t (*norm_gradient_parts)(int64_t rows, int64_t width);
  size_t (*distance_scratch)();
  int64_t (*distance_sums)(int64_t batch, int64_t each);
  size_t (*stft_scratch)(const StftCall&);
  int64_t (*stft_shared)(const StftCall&, bool gradient);
  int64_t (*spectral_sums)(int64_t batch, int64_t each);
  void (*attend_window)(const WindowCall&, const Workers&);
  void (*attend_window_gradient)(const WindowCall&, const Workers&);
  void (*layer_norm_gradient)(const NormGradientCall&, const Workers&);
  void (*cross_entropy)(const EntropyCall&, const Workers&);
  void (*cross_entropy_gradient)(const EntropyCall&, const Workers&);
  void (*distance)(const DistanceCall&, const Workers&);
  void (*distance_gradient)(const DistanceCall&, const Workers&);
  void (*stft)(const StftCall&, const Workers&);
  void (*stft_gradient)(const StftCall&, const Workers&);
  void (*spectral_distance)(const SpectralCall&, const Workers&);
  void (*spectral_distance_gradient)(const SpectralCall&, const Workers&);
  void (*scatter_add)(const ScatterCall&, const Workers&);
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
