#include "context.h"

#include <cstdio>
#include <cstring>
#include <new>

namespace jukebox {

int fail(jkc_context* context, int status, const char* operation, const char* reason) {
  if (context != nullptr) {
    std::snprintf(context->error, sizeof context->error, "%s: %s", operation, reason);
  }
  return status;
}

static int status_of(cudaError_t outcome) {
  switch (outcome) {
    case cudaSuccess:
      return JKC_OK;
    case cudaErrorMemoryAllocation:
      return JKC_OUT_OF_MEMORY;
    case cudaErrorInvalidValue:
    case cudaErrorInvalidConfiguration:
      return JKC_BAD_ARGUMENT;
    case cudaErrorNoDevice:
    case cudaErrorInsufficientDriver:
    case cudaErrorInvalidDevice:
    case cudaErrorSystemNotReady:
    case cudaErrorSystemDriverMismatch:
      return JKC_NO_DEVICE;
    case cudaErrorStreamCaptureUnsupported:
    case cudaErrorStreamCaptureInvalidated:
    case cudaErrorStreamCaptureImplicit:
      return JKC_CAPTURING;
    case cudaErrorIllegalAddress:
    case cudaErrorMisalignedAddress:
    case cudaErrorLaunchFailure:
    case cudaErrorLaunchTimeout:
    case cudaErrorAssert:
    case cudaErrorHardwareStackError:
    case cudaErrorIllegalInstruction:
    case cudaErrorInvalidAddressSpace:
    case cudaErrorInvalidPc:
    case cudaErrorECCUncorrectable:
    case cudaErrorDevicesUnavailable:
    case cudaErrorContextIsDestroyed:
    case cudaErrorUnknown:
      return JKC_DEVICE_LOST;
    default:
      return JKC_FAILED;
  }
}

int check(jkc_context* context, cudaError_t outcome, const char* operation) {
  if (outcome == cudaSuccess) return JKC_OK;
  cudaGetLastError();
  return fail(context, status_of(outcome), operation, cudaGetErrorString(outcome));
}

bool reclaimed(jkc_context* context, cudaError_t outcome) {
  if (outcome != cudaErrorMemoryAllocation || context->capturing) return false;
  cudaMemPool_t pool;
  bool trimmed = cudaStreamSynchronize(stream_of(context)) == cudaSuccess &&
                 cudaDeviceGetDefaultMemPool(&pool, context->device) == cudaSuccess &&
                 cudaMemPoolTrimTo(pool, 0) == cudaSuccess;
  cudaGetLastError();
  return trimmed;
}

int scratch(jkc_context* context, size_t bytes, const char* operation, void** block) {
  bytes += SCRATCH_COUNTERS * sizeof(int32_t);
  if (bytes > context->scratch_bytes) {
    if (context->capturing) {
      return fail(context, JKC_CAPTURING, operation,
                  "scratch memory would grow in a capture: run the operations once before");
    }
    if (context->scratch_blocks == jkc_context::SCRATCH_BLOCKS) {
      return fail(context, JKC_OUT_OF_MEMORY, operation, "scratch memory grew too often");
    }
    size_t doubled = 2 * context->scratch_bytes;
    if (bytes < doubled) bytes = doubled;
    cudaStream_t stream = stream_of(context);
    void* grown = nullptr;
    cudaError_t outcome = cudaMalloc(&grown, bytes);
    if (reclaimed(context, outcome)) outcome = cudaMalloc(&grown, bytes);
    int status = check(context, outcome, operation);
    if (status != JKC_OK) return status;
    status = check(context,
                   cudaMemsetAsync(grown, 0, SCRATCH_COUNTERS * sizeof(int32_t), stream),
                   operation);
    if (status != JKC_OK) {
      cudaFree(grown);
      return status;
    }
    context->scratch[context->scratch_blocks++] = grown;
    context->scratch_bytes = bytes;
  }
  *block = context->scratch[context->scratch_blocks - 1];
  return JKC_OK;
}

/* What a new context holds besides its stream. */
static cudaError_t prepare(jkc_context* context) {
  cudaError_t outcome = cudaStreamCreateWithFlags(&context->stream, cudaStreamNonBlocking);
  for (int i = 0; i < jkc_context::MOMENTS && outcome == cudaSuccess; i++) {
    outcome = cudaEventCreateWithFlags(&context->moments[i], cudaEventDefault);
  }
  void* faults = nullptr;
  if (outcome == cudaSuccess) {
    outcome = cudaHostAlloc(&faults, sizeof(int32_t), cudaHostAllocMapped);
  }
  if (outcome != cudaSuccess) return outcome;
  context->faults = static_cast<volatile int32_t*>(faults);
  *context->faults = 0;
  void* mapped = nullptr;
  outcome = cudaHostGetDevicePointer(&mapped, faults, 0);
  context->device_faults = static_cast<int32_t*>(mapped);
  if (outcome != cudaSuccess) return outcome;
  int reads_pageable = 0;
  outcome = cudaDeviceGetAttribute(&reads_pageable, cudaDevAttrPageableMemoryAccess,
                                   context->device);
  if (outcome != cudaSuccess) return outcome;
  context->reads_pageable = reads_pageable != 0;
  /* Freed memory is kept for the next arena instead of being given back at every wait. */
  cudaMemPool_t pool;
  outcome = cudaDeviceGetDefaultMemPool(&pool, context->device);
  if (outcome != cudaSuccess) return outcome;
  uint64_t kept = UINT64_MAX;
  return cudaMemPoolSetAttribute(pool, cudaMemPoolAttrReleaseThreshold, &kept);
}

/* Frees what there is, in whatever state the device is. */
static void release(jkc_context* context) {
  for (int i = 0; i < context->scratch_blocks; i++) cudaFree(context->scratch[i]);
  for (cudaEvent_t moment : context->moments) {
    if (moment != nullptr) cudaEventDestroy(moment);
  }
  if (context->faults != nullptr) cudaFreeHost(const_cast<int32_t*>(context->faults));
  if (context->stream != nullptr) cudaStreamDestroy(context->stream);
  /* What the pool kept for later arenas belongs to other processes now. */
  cudaMemPool_t pool;
  if (cudaDeviceGetDefaultMemPool(&pool, context->device) == cudaSuccess) {
    cudaMemPoolTrimTo(pool, 0);
  }
  cudaGetLastError();
  delete context;
}

}  // namespace jukebox

using namespace jukebox;

extern "C" {

int jkc_abi_version(void) { return JKC_ABI_VERSION; }

int jkc_device_count(int32_t* host_count, char* host_reason) {
  if (host_count == nullptr || host_reason == nullptr) return JKC_BAD_ARGUMENT;
  int count = 0;
  cudaError_t outcome = cudaGetDeviceCount(&count);
  *host_count = outcome == cudaSuccess ? count : 0;
  host_reason[0] = 0;
  int driver = 0;
  if (outcome == cudaErrorInsufficientDriver && cudaDriverGetVersion(&driver) == cudaSuccess &&
      driver > 0) {
    std::snprintf(host_reason, 256, "the driver is made for CUDA %d.%d, older than %d.%d",
                  driver / 1000, driver % 1000 / 10, CUDART_VERSION / 1000,
                  CUDART_VERSION % 1000 / 10);
  } else if (outcome != cudaSuccess) {
    std::snprintf(host_reason, 256, "%s", cudaGetErrorString(outcome));
  }
  return check(nullptr, outcome, "devices");
}

int jkc_device(int32_t device, char* host_name, int64_t* host_facts) {
  if (host_name == nullptr || host_facts == nullptr) return JKC_BAD_ARGUMENT;
  cudaDeviceProp properties;
  int driver = 0;
  cudaError_t outcome = cudaGetDeviceProperties(&properties, device);
  if (outcome == cudaSuccess) outcome = cudaDriverGetVersion(&driver);
  if (outcome != cudaSuccess) return check(nullptr, outcome, "device");
  std::snprintf(host_name, 256, "%s", properties.name);
  host_facts[0] = properties.major * 10 + properties.minor;
  host_facts[1] = properties.multiProcessorCount;
  host_facts[2] = static_cast<int64_t>(properties.totalGlobalMem);
  host_facts[3] = driver;
  host_facts[4] = properties.l2CacheSize;
  host_facts[5] = static_cast<int64_t>(properties.sharedMemPerBlockOptin);
  return JKC_OK;
}

int jkc_open(int32_t device, int32_t stack_items, jkc_context** context) {
  if (context == nullptr || stack_items < JKC_MEASURED_STACK) return JKC_BAD_ARGUMENT;
  jkc_context* opened = new (std::nothrow) jkc_context();
  if (opened == nullptr) return JKC_OUT_OF_MEMORY;
  opened->device = device;
  cudaDeviceProp properties;
  cudaError_t outcome = cudaSetDevice(device);
  if (outcome == cudaSuccess) outcome = cudaGetDeviceProperties(&properties, device);
  if (outcome == cudaSuccess) {
    opened->multiprocessors = properties.multiProcessorCount;
    opened->shared_limit = properties.sharedMemPerBlockOptin;
    opened->overlaps = properties.major >= 9;
    /* Measured on compute capability 9.0 alone. */
    if (stack_items == JKC_MEASURED_STACK) stack_items = properties.major == 9 ? 1 : 0;
    int items = stack_items < MOST_STACK_ITEMS ? stack_items : MOST_STACK_ITEMS;
    opened->stack_items = opened->overlaps ? items : 0;
    outcome = prepare(opened);
  }
  if (outcome != cudaSuccess) {
    release(opened);
    return check(nullptr, outcome, "open");
  }
  *context = opened;
  return JKC_OK;
}

int jkc_close(jkc_context* context) {
  if (context == nullptr) return JKC_OK;
  cudaSetDevice(context->device);
  cudaStreamSynchronize(context->stream);
  release(context);
  return JKC_OK;
}

const char* jkc_error(const jkc_context* context) {
  return context == nullptr ? "" : context->error;
}

int jkc_check(jkc_context* context) {
  if (context == nullptr) return JKC_BAD_ARGUMENT;
  int32_t faults = *context->faults;
  if (faults != 0) {
    /* What is still under way may meet the same fault, which must not be found a second time. */
    cudaStreamSynchronize(stream_of(context));
    cudaGetLastError();
    *context->faults = 0;
    return (faults & JKC_FAULT_NAN) != 0
               ? fail(context, JKC_NOT_A_NUMBER, "sample", "a logit is NaN")
               : fail(context, JKC_ID_OUT_OF_RANGE, "gather", "an id is outside its table");
  }
  cudaError_t outcome = cudaStreamQuery(stream_of(context));
  if (outcome == cudaErrorNotReady) {
    /* No failure, so that the next launch must not find it as the last error. */
    cudaGetLastError();
    return JKC_OK;
  }
  return check(context, outcome, "device");
}

int jkc_synchronize(jkc_context* context) {
  if (context == nullptr) return JKC_BAD_ARGUMENT;
  int status = check(context, cudaStreamSynchronize(stream_of(context)), "synchronize");
  return status != JKC_OK ? status : jkc_check(context);
}

}  // extern "C"
