#include "streams.h"

#include <algorithm>

#include "context.h"
#include "settings.h"

namespace jukebox::emulator {
namespace {

thread_local cudaStreamCaptureMode thread_mode = cudaStreamCaptureModeGlobal;

CUstream_st& default_stream() {
  static auto* const only = new CUstream_st();
  return *only;
}

bool forbids(const Capture& capture) {
  if (thread_mode == cudaStreamCaptureModeRelaxed) return false;
  if (capture.thread == std::this_thread::get_id()) {
    return capture.mode != cudaStreamCaptureModeRelaxed;
  }
  return thread_mode == cudaStreamCaptureModeGlobal &&
         capture.mode == cudaStreamCaptureModeGlobal;
}

}  // namespace

std::vector<cudaStream_t>& streams() {
  static auto* const all = new std::vector<cudaStream_t>();
  return *all;
}

std::vector<std::shared_ptr<Capture>>& captures() {
  static auto* const all = new std::vector<std::shared_ptr<Capture>>();
  return *all;
}

bool known(cudaStream_t stream) {
  return stream == nullptr || stream == &default_stream() ||
         std::find(streams().begin(), streams().end(), stream) != streams().end();
}

cudaStream_t resolve(cudaStream_t stream) {
  return stream == nullptr ? &default_stream() : stream;
}

cudaError_t enqueue(cudaStream_t named, Operation operation) {
  if (!known(named)) {
    return refuse(cudaErrorInvalidResourceHandle, "a stream that does not exist");
  }
  cudaStream_t stream = resolve(named);
  if (stream->capture) {
    if (stream->capture->invalid) return cudaErrorStreamCaptureInvalidated;
    stream->capture->operations.push_back(std::move(operation));
    stream->captured++;
    return cudaSuccess;
  }
  if (stream == &default_stream()) {
    for (const auto& capture : captures()) {
      if (capture->origin->blocking) {
        return spoil(*capture, cudaErrorStreamCaptureImplicit,
                     "work in the default stream while a blocking stream is captured");
      }
    }
    drain_for_default();
  } else if (stream->blocking) {
    drain(&default_stream());
  }
  if (lost() != cudaSuccess) return lost();
  stream->queue.push_back(std::move(operation));
  if (settings().lazy == 0) drain(stream);
  return cudaSuccess;
}

cudaError_t advance(cudaStream_t stream) {
  if (lost() != cudaSuccess) return lost();
  const Operation operation = std::move(stream->queue.front());
  stream->queue.pop_front();
  const cudaError_t error = operation();
  if (error != cudaSuccess) {
    set_lost(error);
    abandon_streams();
  }
  return error;
}

cudaError_t drain(cudaStream_t stream) {
  while (!stream->queue.empty()) {
    const cudaError_t error = advance(stream);
    if (error != cudaSuccess) return error;
  }
  return lost();
}

cudaError_t drain_all() {
  drain(&default_stream());
  for (size_t i = 0; i < streams().size(); i++) drain(streams()[i]);
  return lost();
}

void drain_for_default() {
  for (size_t i = 0; i < streams().size(); i++) {
    if (streams()[i]->blocking) drain(streams()[i]);
  }
}

void abandon_streams() {
  default_stream().queue.clear();
  for (cudaStream_t stream : streams()) {
    stream->queue.clear();
    stream->capture.reset();
  }
  captures().clear();
}

cudaError_t spoil(Capture& capture, cudaError_t error, const char* what) {
  capture.invalid = true;
  return refuse(error, std::string(what) + " while a graph is captured");
}

cudaError_t forbid_in_capture(const char* what) {
  for (const auto& capture : captures()) {
    if (forbids(*capture)) return spoil(*capture, cudaErrorStreamCaptureUnsupported, what);
  }
  return cudaSuccess;
}

cudaError_t forbid_in_capture(cudaStream_t stream, const char* what) {
  if (!known(stream)) {
    return refuse(cudaErrorInvalidResourceHandle, "a stream that does not exist");
  }
  const auto& capture = resolve(stream)->capture;
  if (capture) return spoil(*capture, cudaErrorStreamCaptureUnsupported, what);
  return cudaSuccess;
}

}  // namespace jukebox::emulator

using namespace jukebox::emulator;

cudaError_t cudaThreadExchangeStreamCaptureMode(cudaStreamCaptureMode* mode) {
  if (mode == nullptr) return remember(cudaErrorInvalidValue);
  std::swap(*mode, thread_mode);
  return cudaSuccess;
}

cudaError_t cudaStreamCreate(cudaStream_t* stream) {
  return cudaStreamCreateWithFlags(stream, cudaStreamDefault);
}

cudaError_t cudaStreamCreateWithFlags(cudaStream_t* stream, unsigned flags) {
  return guarded([&] {
    if (stream == nullptr || flags > cudaStreamNonBlocking) return cudaErrorInvalidValue;
    *stream = new CUstream_st();
    (*stream)->blocking = flags == cudaStreamDefault;
    streams().push_back(*stream);
    return cudaSuccess;
  });
}

cudaError_t cudaStreamDestroy(cudaStream_t stream) {
  return guarded([&] {
    if (stream == nullptr || !known(stream)) return cudaErrorInvalidResourceHandle;
    if (stream->capture) return spoil(*stream->capture, cudaErrorIllegalState, "a stream's end");
    const cudaError_t error = drain(stream);
    streams().erase(std::find(streams().begin(), streams().end(), stream));
    delete stream;
    return error;
  });
}

cudaError_t cudaStreamSynchronize(cudaStream_t stream) {
  return guarded([&] {
    const cudaError_t error = forbid_in_capture(stream, "synchronising a stream");
    if (error != cudaSuccess) return error;
    if (stream == nullptr) drain_for_default();
    return drain(resolve(stream));
  });
}

cudaError_t cudaStreamQuery(cudaStream_t stream) {
  return guarded([&] {
    const cudaError_t error = forbid_in_capture(stream, "querying a stream");
    if (error != cudaSuccess) return error;
    cudaStream_t own = resolve(stream);
    if (own->queue.empty()) return cudaSuccess;
    const cudaError_t result = advance(own);
    if (result != cudaSuccess) return result;
    return own->queue.empty() ? cudaSuccess : cudaErrorNotReady;
  });
}

cudaError_t cudaDeviceSynchronize() {
  return guarded([&] {
    const cudaError_t error = forbid_in_capture("synchronising the device");
    return error != cudaSuccess ? error : drain_all();
  });
}

cudaError_t cudaLaunchHostFunc(cudaStream_t stream, cudaHostFn_t function, void* data) {
  return guarded([&] {
    return enqueue(stream, [=] {
      function(data);
      return cudaSuccess;
    });
  });
}
