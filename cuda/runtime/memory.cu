#include "../kernels/device.h"
#include "context.h"

namespace jukebox {

/* Elements of a weight file that travel at once. */
constexpr int64_t PIECE = 1 << 24;

template <typename T>
KERNEL(256) widen(const T* source, float* target, int64_t size) {
  int64_t i = static_cast<int64_t>(blockIdx.x) * blockDim.x + threadIdx.x;
  if (i < size) target[i] = to_float(source[i]);
}

/* Waits for a copy from pageable memory, unless it was staged before the call returned. */
static int release_source(jkc_context* context) {
  if (!context->reads_pageable) return JKC_OK;
  return check(context, cudaStreamSynchronize(stream_of(context)), "upload");
}

template <typename T>
static int convert(jkc_context* context, float* target, const T* host_source, int64_t size) {
  for (int64_t start = 0; start < size; start += PIECE) {
    int64_t count = size - start < PIECE ? size - start : PIECE;
    void* block = nullptr;
    int status = scratch(context, count * sizeof(T) + 256, "upload", &block);
    if (status != JKC_OK) return status;
    T* staged = reinterpret_cast<T*>(static_cast<int32_t*>(block) + SCRATCH_COUNTERS);
    status = check(context,
                   cudaMemcpyAsync(staged, host_source + start, count * sizeof(T),
                                   cudaMemcpyHostToDevice, stream_of(context)),
                   "upload");
    if (status != JKC_OK) return status;
    status = check(context,
                   LAUNCH((widen<T>), static_cast<unsigned>(divide_up(count, 256)), 256, 0,
                          stream_of(context), staged, target + start, count),
                   "upload");
    if (status != JKC_OK) return status;
  }
  return release_source(context);
}

}  // namespace jukebox

using namespace jukebox;

extern "C" {

int jkc_allocate(jkc_context* context, int64_t bytes, void** block) {
  if (context == nullptr || block == nullptr || bytes < 0) return JKC_BAD_ARGUMENT;
  if (context->capturing) return fail(context, JKC_CAPTURING, "allocate", "not in a capture");
  void* allocated = nullptr;
  size_t size = bytes == 0 ? 1 : static_cast<size_t>(bytes);
  int status = check(context, cudaMallocAsync(&allocated, size, stream_of(context)), "allocate");
  if (status != JKC_OK) return status;
  status = check(context, cudaMemsetAsync(allocated, 0, size, stream_of(context)), "allocate");
  if (status != JKC_OK) {
    cudaFreeAsync(allocated, stream_of(context));
    return status;
  }
  *block = allocated;
  return JKC_OK;
}

int jkc_free(jkc_context* context, void* block) {
  if (context == nullptr) return JKC_BAD_ARGUMENT;
  if (block == nullptr) return JKC_OK;
  if (context->capturing) return fail(context, JKC_CAPTURING, "free", "not in a capture");
  return check(context, cudaFreeAsync(block, stream_of(context)), "free");
}

int jkc_memory(jkc_context* context, int64_t* host_free_and_total) {
  if (context == nullptr || host_free_and_total == nullptr) return JKC_BAD_ARGUMENT;
  if (context->capturing) return fail(context, JKC_CAPTURING, "memory", "not in a capture");
  int status = check(context, cudaStreamSynchronize(stream_of(context)), "memory");
  if (status != JKC_OK) return status;
  /* What the pool keeps for later counts as free. */
  cudaMemPool_t pool;
  uint64_t reserved = 0;
  uint64_t used = 0;
  size_t free_bytes = 0;
  size_t total = 0;
  cudaError_t outcome = cudaDeviceGetDefaultMemPool(&pool, context->device);
  if (outcome == cudaSuccess) {
    outcome = cudaMemPoolGetAttribute(pool, cudaMemPoolAttrReservedMemCurrent, &reserved);
  }
  if (outcome == cudaSuccess) {
    outcome = cudaMemPoolGetAttribute(pool, cudaMemPoolAttrUsedMemCurrent, &used);
  }
  if (outcome == cudaSuccess) outcome = cudaMemGetInfo(&free_bytes, &total);
  uint64_t kept = reserved > used ? reserved - used : 0;
  host_free_and_total[0] = static_cast<int64_t>(free_bytes + kept);
  host_free_and_total[1] = static_cast<int64_t>(total);
  return check(context, outcome, "memory");
}

int jkc_copy_in(jkc_context* context, void* target, const void* host_source, int64_t bytes) {
  if (context == nullptr || bytes < 0) return JKC_BAD_ARGUMENT;
  if (bytes == 0) return JKC_OK;
  if (target == nullptr || host_source == nullptr) return JKC_BAD_ARGUMENT;
  if (context->capturing) return fail(context, JKC_CAPTURING, "upload", "not in a capture");
  int status = check(context,
                     cudaMemcpyAsync(target, host_source, static_cast<size_t>(bytes),
                                     cudaMemcpyHostToDevice, stream_of(context)),
                     "upload");
  return status != JKC_OK ? status : release_source(context);
}

int jkc_copy_out(jkc_context* context, void* host_target, const void* source, int64_t bytes) {
  if (context == nullptr || bytes < 0) return JKC_BAD_ARGUMENT;
  if (context->capturing) return fail(context, JKC_CAPTURING, "download", "not in a capture");
  if (bytes > 0) {
    if (host_target == nullptr || source == nullptr) return JKC_BAD_ARGUMENT;
    int status = check(context,
                       cudaMemcpyAsync(host_target, source, static_cast<size_t>(bytes),
                                       cudaMemcpyDeviceToHost, stream_of(context)),
                       "download");
    if (status != JKC_OK) return status;
  }
  return jkc_synchronize(context);
}

int jkc_convert_in(jkc_context* context, float* target, const void* host_source, int32_t dtype,
                   int64_t size) {
  if (context == nullptr || size < 0) return JKC_BAD_ARGUMENT;
  if (size == 0) return JKC_OK;
  switch (dtype) {
    case JKC_F32:
      return jkc_copy_in(context, target, host_source, size * static_cast<int64_t>(sizeof(float)));
    case JKC_F16:
      return convert(context, target, static_cast<const f16*>(host_source), size);
    case JKC_BF16:
      return convert(context, target, static_cast<const bf16*>(host_source), size);
    default:
      return fail(context, JKC_BAD_ARGUMENT, "upload", "no such type");
  }
}

}  // extern "C"
