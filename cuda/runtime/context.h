/* What every family shares: the context, and how a launch's outcome becomes a status. */
#ifndef JUKEBOX_CONTEXT_H
#define JUKEBOX_CONTEXT_H

#include <cuda_runtime.h>

#include <cstddef>
#include <cstdint>

#include "jukebox_cuda.h"

/* Bits of jkc_context::faults, which kernels set and the host reads. */
enum jkc_fault : int32_t { JKC_FAULT_NAN = 1, JKC_FAULT_ID = 2 };

/* What the last kernel in the stream writes, as far as the next may begin before it has ended. */
enum jkc_written : int32_t { JKC_WROTE_ANYTHING = 0, JKC_WROTE_ROWS = 1, JKC_WROTE_CACHE = 2 };

namespace jukebox {
struct DecodeStack;
}

struct jkc_context {
  static constexpr int SCRATCH_BLOCKS = 32;
  static constexpr int MOMENTS = 2;

  int device;
  int multiprocessors;
  size_t shared_limit;
  cudaStream_t stream;
  cudaEvent_t moments[MOMENTS];
  bool capturing;
  /* Whether the device runs the machine code in which kernels wait for the one before. */
  bool overlaps;
  /* Captures collect steps of so many items or fewer. */
  int stack_items;
  bool stacks_loaded;
  jkc_written written;
  /* Steps that a capture collects for one launch, if it does, and how the launches went. */
  jukebox::DecodeStack* stack;
  cudaError_t stacked;
  /* Whether the device can read the host's pageable memory, so that a copy need not be staged. */
  bool reads_pageable;
  jkc_graph* captured;
  /* Zeroed memory for split sums and the like; graphs may refer to blocks that were outgrown. */
  void* scratch[SCRATCH_BLOCKS];
  int scratch_blocks;
  size_t scratch_bytes;
  /* Host memory that kernels can write. */
  volatile int32_t* faults;
  int32_t* device_faults;
  char error[512];
};

namespace jukebox {

/* The most items of a stack (decode_collect.h). */
constexpr int MOST_STACK_ITEMS = 16;

/* Records a failure in words and gives it back. */
int fail(jkc_context* context, int status, const char* operation, const char* reason);

/* The status of a call of CUDA; a failure is recorded. */
int check(jkc_context* context, cudaError_t outcome, const char* operation);

/*
 * Whether a call that met this outcome may do better now: after an allocation failed, what the
 * device's pool keeps unused is given back.
 */
bool reclaimed(jkc_context* context, cudaError_t outcome);

/*
 * Scratch memory of at least so many bytes, shared by all operations of the stream. Its contents
 * are undefined, but its first SCRATCH_COUNTERS int32 are zero, and whoever uses them leaves zeros.
 */
int scratch(jkc_context* context, size_t bytes, const char* operation, void** block);

constexpr int SCRATCH_COUNTERS = 4096;

/* Launches the steps that were collected. */
cudaError_t flush_stack(jkc_context* context);

/*
 * The context's stream behind all that was asked for, with its device made the calling thread's;
 * whoever asks may write anything.
 */
inline cudaStream_t stream_of(jkc_context* context) {
  cudaSetDevice(context->device);
  context->written = JKC_WROTE_ANYTHING;
  if (context->stack != nullptr) {
    cudaError_t outcome = flush_stack(context);
    if (context->stacked == cudaSuccess) context->stacked = outcome;
  }
  return context->stream;
}

/* The stream for LAUNCH_EARLY, and whether the kernel may begin early. */
struct EarlyStream {
  cudaStream_t stream;
  bool early;
};

/*
 * For a kernel that writes `writes`, and before wait_for_previous() reads only what kernels that
 * wrote one of `harmless` leave as it is.
 */
inline EarlyStream early_stream(jkc_context* context, jkc_written writes, int32_t harmless) {
  bool early = context->overlaps && (context->written & harmless) != 0;
  EarlyStream result = {stream_of(context), early};
  context->written = writes;
  return result;
}

inline int64_t divide_up(int64_t a, int64_t b) { return (a + b - 1) / b; }

}  // namespace jukebox

#endif
