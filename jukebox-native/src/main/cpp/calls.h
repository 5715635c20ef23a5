// What the C ABI hands to the kernels of a tier, and the table of a tier's kernels.
#ifndef JUKEBOX_CALLS_H
#define JUKEBOX_CALLS_H

#include <stddef.h>
#include <stdint.h>

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
};

// The kernels of a tier, or null where the library holds none.
const Kernels* tier_kernels(int tier);

}  // namespace jk

#endif
