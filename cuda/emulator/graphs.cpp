#include <algorithm>

#include "context.h"
#include "settings.h"
#include "streams.h"

using namespace jukebox::emulator;

cudaError_t cudaStreamIsCapturing(cudaStream_t stream, cudaStreamCaptureStatus* status) {
  return guarded([&] {
    if (status == nullptr) return cudaErrorInvalidValue;
    if (!known(stream)) return cudaErrorInvalidResourceHandle;
    const auto& capture = resolve(stream)->capture;
    *status = !capture          ? cudaStreamCaptureStatusNone
              : capture->invalid ? cudaStreamCaptureStatusInvalidated
                                 : cudaStreamCaptureStatusActive;
    return cudaSuccess;
  });
}

cudaError_t cudaStreamBeginCapture(cudaStream_t stream, cudaStreamCaptureMode mode) {
  return guarded([&] {
    if (stream == nullptr) {
      return refuse(cudaErrorStreamCaptureUnsupported, "the default stream cannot be captured");
    }
    if (!known(stream)) return cudaErrorInvalidResourceHandle;
    if (stream->capture) return cudaErrorIllegalState;
    auto capture = std::make_shared<Capture>();
    capture->origin = stream;
    capture->mode = mode;
    capture->thread = std::this_thread::get_id();
    stream->capture = capture;
    stream->captured = 0;
    captures().push_back(capture);
    return cudaSuccess;
  });
}

cudaError_t cudaStreamEndCapture(cudaStream_t stream, cudaGraph_t* graph) {
  return guarded([&] {
    if (graph == nullptr) return cudaErrorInvalidValue;
    *graph = nullptr;
    if (stream == nullptr || !known(stream)) return cudaErrorInvalidResourceHandle;
    const std::shared_ptr<Capture> capture = stream->capture;
    if (!capture) return cudaErrorIllegalState;
    if (capture->origin != stream) {
      return spoil(*capture, cudaErrorStreamCaptureUnmatched, "ending it in another stream");
    }
    if (capture->mode != cudaStreamCaptureModeRelaxed &&
        capture->thread != std::this_thread::get_id()) {
      return refuse(cudaErrorStreamCaptureWrongThread, "a capture must end where it began");
    }
    bool joined = true;
    for (cudaStream_t other : streams()) {
      if (other->capture != capture) continue;
      joined = joined && (other == stream || other->awaited == other->captured + 1);
      other->capture.reset();
    }
    captures().erase(std::find(captures().begin(), captures().end(), capture));
    if (capture->invalid) return cudaErrorStreamCaptureInvalidated;
    if (!joined) {
      return refuse(cudaErrorStreamCaptureUnjoined,
                    "a captured stream was not joined with the first before the capture's end");
    }
    *graph = new CUgraph_st{std::move(capture->operations)};
    return cudaSuccess;
  });
}

cudaError_t cudaGraphGetNodes(cudaGraph_t graph, cudaGraphNode_t* nodes, size_t* count) {
  return guarded([&] {
    if (graph == nullptr || count == nullptr || nodes != nullptr) return cudaErrorInvalidValue;
    *count = graph->operations.size();
    return cudaSuccess;
  });
}

cudaError_t cudaGraphInstantiate(cudaGraphExec_t* executable, cudaGraph_t graph,
                                 unsigned long long) {
  return guarded([&] {
    if (executable == nullptr || graph == nullptr) return cudaErrorInvalidValue;
    *executable = new CUgraphExec_st{graph->operations};
    return cudaSuccess;
  });
}

cudaError_t cudaGraphUpload(cudaGraphExec_t executable, cudaStream_t stream) {
  return guarded([&] {
    return executable == nullptr || !known(stream) ? cudaErrorInvalidValue : cudaSuccess;
  });
}

cudaError_t cudaGraphLaunch(cudaGraphExec_t executable, cudaStream_t stream) {
  return guarded([&] {
    if (executable == nullptr) return cudaErrorInvalidValue;
    if (!known(stream)) return cudaErrorInvalidResourceHandle;
    if (!resolve(stream)->capture) {
      const cudaError_t planted = count_launch();
      if (planted != cudaSuccess) return planted;
    }
    for (const Operation& operation : executable->operations) {
      const cudaError_t error = enqueue(stream, operation);
      if (error != cudaSuccess) return error;
    }
    return cudaSuccess;
  });
}

cudaError_t cudaGraphExecDestroy(cudaGraphExec_t executable) {
  return guarded([&] {
    if (executable == nullptr) return cudaErrorInvalidValue;
    delete executable;
    return cudaSuccess;
  });
}

cudaError_t cudaGraphDestroy(cudaGraph_t graph) {
  return guarded([&] {
    if (graph == nullptr) return cudaErrorInvalidValue;
    delete graph;
    return cudaSuccess;
  });
}
