/* What tests set, and what they count. */
#ifndef JUKEBOX_EMULATOR_SETTINGS_H
#define JUKEBOX_EMULATOR_SETTINGS_H

#include <atomic>
#include <cstdint>

#include "cuda_runtime.h"

namespace jukebox::emulator {

enum class Order { ASCENDING = 0, DESCENDING = 1, RANDOM = 2 };

struct Settings {
  std::atomic<int64_t> order;
  std::atomic<int64_t> seed;
  std::atomic<int64_t> lazy;
  std::atomic<int64_t> poison;
  std::atomic<int64_t> memory;
  std::atomic<int64_t> workers;
  std::atomic<int64_t> align_start;

  std::atomic<int64_t> kernels;
  std::atomic<int64_t> launches;
  std::atomic<int64_t> launches_to_failure;
  std::atomic<int64_t> launch_error;
  std::atomic<int64_t> launch_error_sticky;
  std::atomic<int64_t> allocations_to_failure;
};

Settings& settings();
void restore_settings();

/* Counts a launch; the error that a test planted for it. */
cudaError_t count_launch();
/* Counts an allocation; whether a test wants it to fail. */
bool allocation_fails();

}  // namespace jukebox::emulator

#endif
