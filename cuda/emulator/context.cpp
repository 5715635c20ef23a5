#include "context.h"

#include <atomic>

namespace jukebox::emulator {
namespace {

/* Never destroyed: helper threads may use them while the process ends. */
struct Context {
  std::recursive_mutex lock;
  std::atomic<cudaError_t> lost{cudaSuccess};
  std::mutex diagnosis_lock;
  std::string diagnosis;
};

Context& context() {
  static Context* const only = new Context();
  return *only;
}

thread_local cudaError_t last_error = cudaSuccess;

}  // namespace

std::recursive_mutex& context_lock() { return context().lock; }

cudaError_t lost() { return context().lost; }

void set_lost(cudaError_t error) {
  cudaError_t none = cudaSuccess;
  context().lost.compare_exchange_strong(none, error);
}

void clear_lost() {
  context().lost = cudaSuccess;
  last_error = cudaSuccess;
}

cudaError_t remember(cudaError_t error) {
  if (error != cudaErrorNotReady) last_error = error;
  return error;
}

void set_diagnosis(const std::string& text) {
  const std::lock_guard<std::mutex> hold(context().diagnosis_lock);
  context().diagnosis = text;
}

std::string diagnosis() {
  const std::lock_guard<std::mutex> hold(context().diagnosis_lock);
  return context().diagnosis;
}

cudaError_t refuse(cudaError_t error, const std::string& why) {
  set_diagnosis(why);
  return error;
}

}  // namespace jukebox::emulator

using namespace jukebox::emulator;

cudaError_t cudaGetLastError() {
  const cudaError_t error = cudaPeekAtLastError();
  last_error = cudaSuccess;
  return error;
}

cudaError_t cudaPeekAtLastError() { return lost() != cudaSuccess ? lost() : last_error; }
