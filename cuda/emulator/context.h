/* The one context of the emulated device: its lock, its lasting error, the last diagnosis. */
#ifndef JUKEBOX_EMULATOR_CONTEXT_H
#define JUKEBOX_EMULATOR_CONTEXT_H

#include <mutex>
#include <string>

#include "cuda_runtime.h"

namespace jukebox::emulator {

/* Held by every call of the runtime, and while kernels run. */
std::recursive_mutex& context_lock();

/* The error after which nothing works any more; cudaSuccess while all is well. */
cudaError_t lost();
void set_lost(cudaError_t error);
void clear_lost();

/* Remembers an error as the calling thread's last one, and returns it. */
cudaError_t remember(cudaError_t error);

void set_diagnosis(const std::string& text);
std::string diagnosis();

/* An error and why. */
cudaError_t refuse(cudaError_t error, const std::string& why);

/* Runs the body of a call of the runtime: one at a time, and none after the context is lost. */
template <typename Body>
cudaError_t guarded(Body body) {
  const std::lock_guard<std::recursive_mutex> hold(context_lock());
  if (lost() != cudaSuccess) return remember(lost());
  const cudaError_t error = body();
  return error == cudaSuccess ? error : remember(error);
}

}  // namespace jukebox::emulator

#endif
