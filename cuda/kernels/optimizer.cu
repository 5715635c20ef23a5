#include "optimizer.h"

#include <cstring>
#include <new>

#include "context.h"

namespace jukebox {

constexpr int FINISH_THREADS = 1024;
constexpr float LARGEST_HALF = 65504;
constexpr float SMALLEST_SCALE = 1e-8f;

DEVICE double warp_total(double value) {
  for (int mask = WARP / 2; mask > 0; mask /= 2) value += shuffle_xor(value, mask);
  return value;
}

/* One block a chunk: the sum of its squares, in an order that depends on the chunk alone. */
KERNEL(OPTIMIZER_THREADS)
sum_squares(const Parameter* parameters, const Chunk* chunks, double* partial) {
  SHARED(double, of_warps, OPTIMIZER_THREADS / WARP);
  Chunk chunk = chunks[blockIdx.x];
  const Parameter& tensor = parameters[chunk.tensor];
  const float* gradient = tensor.gradient;
  bool aligned = tensor.gradient_aligned != 0;
  int64_t begin = chunk.number * OPTIMIZER_CHUNK;
  int64_t end = tensor.size < begin + OPTIMIZER_CHUNK ? tensor.size : begin + OPTIMIZER_CHUNK;
  constexpr int STEP = OPTIMIZER_THREADS * OPTIMIZER_WIDTH;
  constexpr int DEPTH = 2;
  double sums[OPTIMIZER_WIDTH] = {0, 0, 0, 0};
  for (int64_t base = begin; base < end; base += DEPTH * STEP) {
    float values[DEPTH][OPTIMIZER_WIDTH];
    for (int d = 0; d < DEPTH; d++) read(values[d], gradient, lane_of(base + d * STEP, end, aligned));
    for (int d = 0; d < DEPTH; d++) {
      for (int k = 0; k < OPTIMIZER_WIDTH; k++) {
        double value = values[d][k];
        sums[k] += value * value;
      }
    }
  }
  double sum = warp_total((sums[0] + sums[1]) + (sums[2] + sums[3]));
  if (threadIdx.x % WARP == 0) of_warps[threadIdx.x / WARP] = sum;
  sync_block();
  if (threadIdx.x == 0) {
    double total = 0;
    for (double of_warp : of_warps) total += of_warp;
    partial[blockIdx.x] = total;
  }
}

/* result = {norm, 1 if it is no number}: squares of floats overflow no double. */
KERNEL(FINISH_THREADS) finish_norm(const double* partial, int64_t count, float* result) {
  SHARED(double, of_warps, FINISH_THREADS / WARP);
  double own = 0;
  for (int64_t i = threadIdx.x; i < count; i += FINISH_THREADS) own += partial[i];
  own = warp_total(own);
  if (threadIdx.x % WARP == 0) of_warps[threadIdx.x / WARP] = own;
  sync_block();
  if (threadIdx.x == 0) {
    double total = 0;
    for (double of_warp : of_warps) total += of_warp;
    result[0] = static_cast<float>(sqrt(total));
    result[1] = total <= 1.7976931348623157e308 ? 0 : 1;
  }
}

/* The largest magnitudes that both moments of scaled tensors will have. */
KERNEL(OPTIMIZER_THREADS) largest_moments(Parameter* parameters, const Chunk* chunks, Adam adam) {
  SHARED(uint32_t, largest, 2);
  Chunk chunk = chunks[blockIdx.x];
  Parameter& tensor = parameters[chunk.tensor];
  if (tensor.scales == nullptr) return;
  if (threadIdx.x < 2) largest[threadIdx.x] = 0;
  sync_block();
  const float* gradient = tensor.gradient;
  const f16* first = static_cast<const f16*>(tensor.first);
  const f16* second = static_cast<const f16*>(tensor.second);
  float scale1 = tensor.scales[0];
  float scale2 = tensor.scales[1];
  bool aligned = tensor.aligned != 0;
  int64_t begin = chunk.number * OPTIMIZER_CHUNK;
  int64_t end = tensor.size < begin + OPTIMIZER_CHUNK ? tensor.size : begin + OPTIMIZER_CHUNK;
  uint32_t own1 = 0;
  uint32_t own2 = 0;
  for (int64_t base = begin; base < end; base += OPTIMIZER_THREADS * OPTIMIZER_WIDTH) {
    Lane lane = lane_of(base, end, aligned);
    float g[OPTIMIZER_WIDTH];
    float m[OPTIMIZER_WIDTH];
    float v[OPTIMIZER_WIDTH];
    read(g, gradient, lane);
    read(m, first, scale1, lane);
    read(v, second, scale2, lane);
    for (int k = 0; k < OPTIMIZER_WIDTH; k++) {
      Moments moments = next_moments(adam, Moments{m[k], v[k]}, g[k]);
      /* Of magnitudes the bits are ordered as the values, with NaN above all. */
      uint32_t bits1 = float_bits(fabsf(moments.first));
      uint32_t bits2 = float_bits(fabsf(moments.second));
      own1 = bits1 > own1 ? bits1 : own1;
      own2 = bits2 > own2 ? bits2 : own2;
    }
  }
  for (int mask = WARP / 2; mask > 0; mask /= 2) {
    uint32_t other1 = shuffle_xor(own1, mask);
    uint32_t other2 = shuffle_xor(own2, mask);
    own1 = other1 > own1 ? other1 : own1;
    own2 = other2 > own2 ? other2 : own2;
  }
  if (threadIdx.x % WARP == 0) {
    atomic_max(&largest[0], own1);
    atomic_max(&largest[1], own2);
  }
  sync_block();
  if (threadIdx.x < 2) atomic_max(&tensor.largest[threadIdx.x], largest[threadIdx.x]);
}

/* Scales with which the largest moments are the largest halves. */
KERNEL(OPTIMIZER_THREADS) next_scales(Parameter* parameters, int64_t count) {
  int64_t i = static_cast<int64_t>(blockIdx.x) * OPTIMIZER_THREADS + threadIdx.x;
  if (i >= count || parameters[i].scales == nullptr) return;
  Parameter& tensor = parameters[i];
  for (int k = 0; k < 2; k++) {
    tensor.scales_before[k] = tensor.scales[k];
    tensor.scales[k] = bits_float(tensor.largest[k]) / LARGEST_HALF + SMALLEST_SCALE;
    tensor.largest[k] = 0;
  }
}

/* One block a chunk: reads and writes all that belongs to its elements, once. */
KERNEL(OPTIMIZER_THREADS) adam_step(const Parameter* parameters, const Chunk* chunks, Adam adam) {
  Chunk chunk = chunks[blockIdx.x];
  const Parameter tensor = parameters[chunk.tensor];
  bool scaled = tensor.scales != nullptr;
  float scale1 = scaled ? tensor.scales[0] : 1;
  float scale2 = scaled ? tensor.scales[1] : 1;
  int64_t begin = chunk.number * OPTIMIZER_CHUNK;
  int64_t end = tensor.size < begin + OPTIMIZER_CHUNK ? tensor.size : begin + OPTIMIZER_CHUNK;
  for (int64_t base = begin; base < end; base += OPTIMIZER_THREADS * OPTIMIZER_WIDTH) {
    Lane lane = lane_of(base, end, tensor.aligned != 0);
    float p[OPTIMIZER_WIDTH];
    float g[OPTIMIZER_WIDTH];
    float m[OPTIMIZER_WIDTH];
    float v[OPTIMIZER_WIDTH];
    float a[OPTIMIZER_WIDTH];
    read(p, tensor.parameter, lane);
    read(g, tensor.gradient, lane);
    if (scaled) {
      read(m, static_cast<const f16*>(tensor.first), tensor.scales_before[0], lane);
      read(v, static_cast<const f16*>(tensor.second), tensor.scales_before[1], lane);
    } else {
      read(m, static_cast<const float*>(tensor.first), lane);
      read(v, static_cast<const float*>(tensor.second), lane);
    }
    if (tensor.average != nullptr) read(a, tensor.average, lane);
    for (int k = 0; k < OPTIMIZER_WIDTH; k++) {
      Moments moments = next_moments(adam, Moments{m[k], v[k]}, g[k]);
      m[k] = moments.first;
      v[k] = moments.second;
      p[k] = next_parameter(adam, p[k], moments);
    }
    write(tensor.parameter, lane, p);
    if (scaled) {
      write(static_cast<f16*>(tensor.first), scale1, lane, m);
      write(static_cast<f16*>(tensor.second), scale2, lane, v);
    } else {
      write(static_cast<float*>(tensor.first), lane, m);
      write(static_cast<float*>(tensor.second), lane, v);
    }
    if (tensor.average != nullptr) {
      for (int k = 0; k < OPTIMIZER_WIDTH; k++) {
        a[k] = adam.average_decay * a[k] + adam.average_rest * p[k];
      }
      write(tensor.average, lane, a);
    }
  }
}

}  // namespace jukebox

using namespace jukebox;

/* The words of a tensor and of a layout, as jukebox_cuda.h lists them. */
enum TensorWord { PARAMETER, GRADIENT, FIRST, SECOND, SCALES, AVERAGE, SIZE, TENSOR_WORDS };
enum LayoutWord { BYTES, TENSORS, CHUNKS, SCALED };

template <typename T>
static T* pointer(int64_t address) {
  return reinterpret_cast<T*>(static_cast<intptr_t>(address));
}

static bool aligned_to(int64_t address, size_t bytes) {
  return static_cast<uint64_t>(address) % bytes == 0;
}

/* A tensor's entry; false if an address is missing or not aligned to its elements. */
static bool describe(const int64_t* words, Parameter* entry) {
  if (words[SIZE] < 0) return false;
  bool scaled = words[SCALES] != 0;
  size_t moment = scaled ? sizeof(f16) : sizeof(float);
  for (int i = PARAMETER; i <= AVERAGE; i++) {
    bool needed = i <= SECOND && words[SIZE] > 0;
    size_t element = i == FIRST || i == SECOND ? moment : sizeof(float);
    if ((needed && words[i] == 0) || !aligned_to(words[i], element)) return false;
  }
  size_t wide = OPTIMIZER_WIDTH * sizeof(float);
  size_t wide_moment = OPTIMIZER_WIDTH * moment;
  *entry = Parameter{};
  entry->parameter = pointer<float>(words[PARAMETER]);
  entry->gradient = pointer<const float>(words[GRADIENT]);
  entry->first = pointer<void>(words[FIRST]);
  entry->second = pointer<void>(words[SECOND]);
  entry->scales = pointer<float>(words[SCALES]);
  entry->average = pointer<float>(words[AVERAGE]);
  entry->size = words[SIZE];
  entry->gradient_aligned = aligned_to(words[GRADIENT], wide) ? 1 : 0;
  entry->aligned = entry->gradient_aligned != 0 && aligned_to(words[PARAMETER], wide) &&
                           aligned_to(words[AVERAGE], wide) &&
                           aligned_to(words[FIRST], wide_moment) &&
                           aligned_to(words[SECOND], wide_moment)
                       ? 1
                       : 0;
  return true;
}

static const Chunk* chunks_of(const int64_t* layout, const void* group) {
  return reinterpret_cast<const Chunk*>(static_cast<const Parameter*>(group) + layout[TENSORS]);
}

static bool is_layout(const int64_t* layout) {
  return layout != nullptr && layout[TENSORS] >= 0 && layout[CHUNKS] >= 0 &&
         layout[CHUNKS] <= INT32_MAX;
}

extern "C" {

int jkc_optimizer_layout(const int64_t* host_tensors, int64_t count, int64_t* host_layout) {
  if (host_layout == nullptr || count < 0 || count > INT32_MAX ||
      (host_tensors == nullptr && count > 0)) {
    return JKC_BAD_ARGUMENT;
  }
  int64_t chunks = 0;
  int64_t scaled = 0;
  for (int64_t i = 0; i < count; i++) {
    Parameter entry;
    if (!describe(host_tensors + i * TENSOR_WORDS, &entry)) return JKC_BAD_ARGUMENT;
    int64_t own = divide_up(entry.size, OPTIMIZER_CHUNK);
    if (own > INT32_MAX - chunks) return JKC_BAD_ARGUMENT;
    chunks += own;
    scaled += entry.scales == nullptr ? 0 : 1;
  }
  host_layout[BYTES] = count * static_cast<int64_t>(sizeof(Parameter)) +
                       chunks * static_cast<int64_t>(sizeof(Chunk));
  host_layout[TENSORS] = count;
  host_layout[CHUNKS] = chunks;
  host_layout[SCALED] = scaled;
  return JKC_OK;
}

int jkc_optimizer_prepare(jkc_context* context, const int64_t* host_tensors, int64_t count,
                          void* group) {
  int64_t layout[4];
  if (context == nullptr) return JKC_BAD_ARGUMENT;
  int status = jkc_optimizer_layout(host_tensors, count, layout);
  if (status != JKC_OK) return fail(context, status, "optimizer", "a tensor cannot be used");
  if (layout[BYTES] == 0) return JKC_OK;
  if (group == nullptr) return JKC_BAD_ARGUMENT;
  unsigned char* table = new (std::nothrow) unsigned char[layout[BYTES]];
  if (table == nullptr) return fail(context, JKC_OUT_OF_MEMORY, "optimizer", "no host memory");
  int64_t at = count * static_cast<int64_t>(sizeof(Parameter));
  for (int64_t i = 0; i < count; i++) {
    Parameter entry;
    describe(host_tensors + i * TENSOR_WORDS, &entry);
    std::memcpy(table + i * sizeof entry, &entry, sizeof entry);
    int64_t own = divide_up(entry.size, OPTIMIZER_CHUNK);
    for (int64_t number = 0; number < own; number++) {
      Chunk chunk{static_cast<int32_t>(i), static_cast<int32_t>(number)};
      std::memcpy(table + at, &chunk, sizeof chunk);
      at += sizeof chunk;
    }
  }
  status = jkc_copy_in(context, group, table, layout[BYTES]);
  delete[] table;
  return status;
}

int jkc_gradient_norm(jkc_context* context, const int64_t* host_layout, const void* group,
                      float* result) {
  if (context == nullptr || !is_layout(host_layout) || result == nullptr) return JKC_BAD_ARGUMENT;
  int64_t chunks = host_layout[CHUNKS];
  if (chunks > 0 && group == nullptr) return JKC_BAD_ARGUMENT;
  void* block = nullptr;
  int status = scratch(context, static_cast<size_t>(chunks) * sizeof(double), "gradient norm",
                       &block);
  if (status != JKC_OK) return status;
  double* partial = reinterpret_cast<double*>(static_cast<int32_t*>(block) + SCRATCH_COUNTERS);
  if (chunks > 0) {
    status = check(context,
                   LAUNCH((sum_squares), static_cast<unsigned>(chunks), OPTIMIZER_THREADS, 0,
                          stream_of(context), static_cast<const Parameter*>(group),
                          chunks_of(host_layout, group), partial),
                   "gradient norm");
    if (status != JKC_OK) return status;
  }
  return check(context,
               LAUNCH((finish_norm), 1, FINISH_THREADS, 0, stream_of(context), partial, chunks,
                      result),
               "gradient norm");
}

int jkc_adam(jkc_context* context, const int64_t* host_layout, void* group,
             const float* host_adam) {
  if (context == nullptr || !is_layout(host_layout) || host_adam == nullptr) {
    return JKC_BAD_ARGUMENT;
  }
  if (host_layout[CHUNKS] == 0) return JKC_OK;
  if (group == nullptr) return JKC_BAD_ARGUMENT;
  Adam adam;
  static_assert(sizeof adam == 10 * sizeof(float), "the ten numbers of host_adam");
  std::memcpy(&adam, host_adam, sizeof adam);
  Parameter* parameters = static_cast<Parameter*>(group);
  const Chunk* chunks = chunks_of(host_layout, group);
  unsigned blocks = static_cast<unsigned>(host_layout[CHUNKS]);
  if (host_layout[SCALED] > 0) {
    int status = check(context,
                       LAUNCH((largest_moments), blocks, OPTIMIZER_THREADS, 0, stream_of(context),
                              parameters, chunks, adam),
                       "adam");
    if (status != JKC_OK) return status;
    int64_t tensors = host_layout[TENSORS];
    status = check(context,
                   LAUNCH((next_scales),
                          static_cast<unsigned>(divide_up(tensors, OPTIMIZER_THREADS)),
                          OPTIMIZER_THREADS, 0, stream_of(context), parameters, tensors),
                   "adam");
    if (status != JKC_OK) return status;
  }
  return check(context,
               LAUNCH((adam_step), blocks, OPTIMIZER_THREADS, 0, stream_of(context), parameters,
                      chunks, adam),
               "adam");
}

}  // extern "C"
