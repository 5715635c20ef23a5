#include "context.h"
#include "streams.h"

using namespace jukebox::emulator;

namespace {

/* Works until an event's mark is reached. */
cudaError_t reach(const Mark& mark) {
  while (!mark.done && lost() == cudaSuccess) {
    if (!known(mark.stream) || mark.stream->queue.empty()) return cudaErrorInvalidResourceHandle;
    advance(mark.stream);
  }
  return lost();
}

cudaError_t captured(const Mark& mark, const char* what) {
  return spoil(*mark.capture, cudaErrorCapturedEvent, what);
}

}  // namespace

cudaError_t cudaEventCreate(cudaEvent_t* event) {
  return cudaEventCreateWithFlags(event, cudaEventDefault);
}

cudaError_t cudaEventCreateWithFlags(cudaEvent_t* event, unsigned flags) {
  return guarded([&] {
    if (event == nullptr) return cudaErrorInvalidValue;
    *event = new CUevent_st();
    (*event)->timed = (flags & cudaEventDisableTiming) == 0;
    return cudaSuccess;
  });
}

cudaError_t cudaEventDestroy(cudaEvent_t event) {
  return guarded([&] {
    if (event == nullptr) return cudaErrorInvalidResourceHandle;
    delete event;
    return cudaSuccess;
  });
}

cudaError_t cudaEventRecord(cudaEvent_t event, cudaStream_t stream) {
  return guarded([&] {
    if (event == nullptr || !known(stream)) return cudaErrorInvalidResourceHandle;
    auto mark = std::make_shared<Mark>();
    mark->stream = resolve(stream);
    event->mark = mark;
    if (mark->stream->capture) {
      mark->capture = mark->stream->capture;
      mark->captured = mark->stream->captured;
      return mark->capture->invalid ? cudaErrorStreamCaptureInvalidated : cudaSuccess;
    }
    return enqueue(stream, [mark] {
      mark->done = true;
      mark->time = std::chrono::steady_clock::now();
      return cudaSuccess;
    });
  });
}

cudaError_t cudaEventQuery(cudaEvent_t event) {
  return guarded([&]() -> cudaError_t {
    if (event == nullptr) return cudaErrorInvalidResourceHandle;
    if (!event->mark) return cudaSuccess;
    const Mark& mark = *event->mark;
    if (mark.capture) return captured(mark, "querying a captured event");
    if (mark.done) return cudaSuccess;
    if (known(mark.stream) && !mark.stream->queue.empty()) {
      const cudaError_t error = advance(mark.stream);
      if (error != cudaSuccess) return error;
    }
    return mark.done ? cudaSuccess : cudaErrorNotReady;
  });
}

cudaError_t cudaEventSynchronize(cudaEvent_t event) {
  return guarded([&]() -> cudaError_t {
    if (event == nullptr) return cudaErrorInvalidResourceHandle;
    if (!event->mark) return cudaSuccess;
    if (event->mark->capture) return captured(*event->mark, "waiting for a captured event");
    return reach(*event->mark);
  });
}

cudaError_t cudaEventElapsedTime(float* milliseconds, cudaEvent_t start, cudaEvent_t end) {
  return guarded([&]() -> cudaError_t {
    if (start == nullptr || end == nullptr || !start->timed || !end->timed || !start->mark ||
        !end->mark || start->mark->capture || end->mark->capture) {
      return cudaErrorInvalidResourceHandle;
    }
    if (milliseconds == nullptr) return cudaErrorInvalidValue;
    if (!start->mark->done || !end->mark->done) return cudaErrorNotReady;
    *milliseconds =
        std::chrono::duration<float, std::milli>(end->mark->time - start->mark->time).count();
    return cudaSuccess;
  });
}

cudaError_t cudaStreamWaitEvent(cudaStream_t stream, cudaEvent_t event, unsigned) {
  return guarded([&]() -> cudaError_t {
    if (event == nullptr || !known(stream)) return cudaErrorInvalidResourceHandle;
    const std::shared_ptr<Mark> mark = event->mark;
    if (!mark) return cudaSuccess;
    cudaStream_t own = resolve(stream);
    if (!mark->capture) {
      if (own->capture) {
        return spoil(*own->capture, cudaErrorStreamCaptureIsolation,
                     "waiting for an event that was not captured");
      }
      return enqueue(stream, [mark] { return reach(*mark); });
    }
    /* The waiting stream joins the capture; or the capture's first stream takes one back. */
    if (!own->capture) {
      own->capture = mark->capture;
      own->captured = 0;
      own->awaited = 0;
    } else if (own->capture != mark->capture) {
      return spoil(*own->capture, cudaErrorStreamCaptureMerge, "waiting for another capture");
    }
    if (own == mark->capture->origin && known(mark->stream) &&
        mark->stream->awaited < mark->captured + 1) {
      mark->stream->awaited = mark->captured + 1;
    }
    return cudaSuccess;
  });
}
