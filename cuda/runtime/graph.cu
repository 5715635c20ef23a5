#include <new>

#include "../kernels/decode_collect.h"
#include "../kernels/device.h"
#include "context.h"

struct jkc_graph {
  cudaGraphExec_t executable;
  /* Launches that have ended: counted on the device, shown in host memory. */
  int32_t* count;
  volatile int32_t* shown;
  int32_t* device_shown;
  int64_t launches;
  jukebox::DecodeStack* stack;
};

namespace jukebox {

/* The last operation of a launch. */
KERNEL(32) count_launch(int32_t* count, int32_t* shown) {
  if (threadIdx.x == 0) {
    int32_t next = *count + 1;
    *count = next;
    /* Faults of this launch are seen by the host no later than its count. */
    fence_system();
    *static_cast<volatile int32_t*>(shown) = next;
  }
}

static void release(jkc_graph* graph) {
  if (graph->executable != nullptr) cudaGraphExecDestroy(graph->executable);
  if (graph->count != nullptr) cudaFree(graph->count);
  close_stack(graph->stack);
  if (graph->shown != nullptr) cudaFreeHost(const_cast<int32_t*>(graph->shown));
  delete graph;
}

static int count(jkc_context* context, jkc_graph* graph) {
  return check(context,
               LAUNCH((count_launch), 1, 32, 0, stream_of(context), graph->count,
                      graph->device_shown),
               "capture");
}

/*
 * Memory for the count of launches, both at 0: counted up from -1, as a kernel must have run once
 * before it can be captured.
 */
static cudaError_t prepare(jkc_context* context, jkc_graph* graph) {
  cudaStream_t stream = stream_of(context);
  void* block = nullptr;
  cudaError_t outcome = cudaMalloc(&block, sizeof(int32_t));
  if (outcome != cudaSuccess) return outcome;
  graph->count = static_cast<int32_t*>(block);
  outcome = cudaMemsetAsync(block, 0xff, sizeof(int32_t), stream);
  void* shown = nullptr;
  if (outcome == cudaSuccess) {
    outcome = cudaHostAlloc(&shown, sizeof(int32_t), cudaHostAllocMapped);
  }
  if (outcome != cudaSuccess) return outcome;
  graph->shown = static_cast<volatile int32_t*>(shown);
  *graph->shown = 0;
  void* mapped = nullptr;
  outcome = cudaHostGetDevicePointer(&mapped, shown, 0);
  graph->device_shown = static_cast<int32_t*>(mapped);
  if (outcome == cudaSuccess) outcome = open_stack(context, graph->count, &graph->stack);
  return outcome;
}

}  // namespace jukebox

using namespace jukebox;

extern "C" {

int jkc_capture_begin(jkc_context* context) {
  if (context == nullptr) return JKC_BAD_ARGUMENT;
  if (context->capturing) return fail(context, JKC_CAPTURING, "capture", "one is under way");
  jkc_graph* graph = new (std::nothrow) jkc_graph();
  if (graph == nullptr) return fail(context, JKC_OUT_OF_MEMORY, "capture", "no host memory");
  int status = check(context, prepare(context, graph), "capture");
  if (status == JKC_OK) status = count(context, graph);
  if (status == JKC_OK) status = jkc_synchronize(context);
  if (status == JKC_OK) {
    status = check(context,
                   cudaStreamBeginCapture(stream_of(context), cudaStreamCaptureModeThreadLocal),
                   "capture");
  }
  if (status != JKC_OK) {
    release(graph);
    return status;
  }
  context->capturing = true;
  context->captured = graph;
  context->stack = graph->stack;
  context->stacked = cudaSuccess;
  return JKC_OK;
}

int jkc_capture_abandon(jkc_context* context) {
  if (context == nullptr || !context->capturing) return JKC_OK;
  context->capturing = false;
  context->stack = nullptr;
  cudaGraph_t recorded = nullptr;
  cudaStreamEndCapture(stream_of(context), &recorded);
  if (recorded != nullptr) cudaGraphDestroy(recorded);
  cudaGetLastError();
  release(context->captured);
  context->captured = nullptr;
  return JKC_OK;
}

int jkc_capture_end(jkc_context* context, jkc_graph** graph) {
  if (context == nullptr || graph == nullptr) return JKC_BAD_ARGUMENT;
  if (!context->capturing) return fail(context, JKC_BAD_ARGUMENT, "capture", "none is under way");
  int status = count(context, context->captured);
  if (status == JKC_OK) status = check(context, context->stacked, "capture");
  if (status != JKC_OK) {
    jkc_capture_abandon(context);
    return status;
  }
  context->capturing = false;
  context->stack = nullptr;
  jkc_graph* captured = context->captured;
  context->captured = nullptr;
  cudaGraph_t recorded = nullptr;
  status = check(context, cudaStreamEndCapture(stream_of(context), &recorded), "capture");
  if (status == JKC_OK) {
    cudaError_t outcome = cudaGraphInstantiate(&captured->executable, recorded, 0);
    if (reclaimed(context, outcome)) {
      outcome = cudaGraphInstantiate(&captured->executable, recorded, 0);
    }
    if (outcome == cudaSuccess) outcome = upload_stack(context, captured->stack);
    status = check(context, outcome, "capture");
  }
  if (recorded != nullptr) cudaGraphDestroy(recorded);
  if (status != JKC_OK) {
    release(captured);
    return status;
  }
  *graph = captured;
  return JKC_OK;
}

int jkc_graph_launch(jkc_context* context, jkc_graph* graph) {
  if (context == nullptr || graph == nullptr) return JKC_BAD_ARGUMENT;
  if (context->capturing) return fail(context, JKC_CAPTURING, "launch", "not in a capture");
  int status = check(context, cudaGraphLaunch(graph->executable, stream_of(context)), "launch");
  if (status == JKC_OK) graph->launches++;
  return status;
}

int jkc_graph_finished(jkc_context* context, jkc_graph* graph, int64_t* host_launches) {
  if (context == nullptr || graph == nullptr || host_launches == nullptr) return JKC_BAD_ARGUMENT;
  *host_launches = *graph->shown;
  return jkc_check(context);
}

int jkc_graph_free(jkc_context* context, jkc_graph* graph) {
  if (context == nullptr) return JKC_BAD_ARGUMENT;
  if (graph == nullptr) return JKC_OK;
  cudaStreamSynchronize(stream_of(context));
  release(graph);
  cudaGetLastError();
  return JKC_OK;
}

int jkc_mark(jkc_context* context, int32_t moment) {
  if (context == nullptr || moment < 0 || moment >= jkc_context::MOMENTS) return JKC_BAD_ARGUMENT;
  return check(context, cudaEventRecord(context->moments[moment], stream_of(context)), "mark");
}

int jkc_elapsed(jkc_context* context, float* host_milliseconds) {
  if (context == nullptr || host_milliseconds == nullptr) return JKC_BAD_ARGUMENT;
  int status = check(context, cudaEventSynchronize(context->moments[1]), "elapsed");
  if (status != JKC_OK) return status;
  return check(context,
               cudaEventElapsedTime(host_milliseconds, context->moments[0], context->moments[1]),
               "elapsed");
}

}  // extern "C"
