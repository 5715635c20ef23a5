#include "settings.h"

#include <cstdlib>

#include "context.h"

namespace jukebox::emulator {
namespace {

constexpr int64_t DEFAULT_MEMORY = int64_t{64} << 30;

int64_t variable(const char* name, int64_t otherwise) {
  const char* text = std::getenv(name);
  if (text == nullptr || *text == 0) return otherwise;
  char* end = nullptr;
  const int64_t value = std::strtoll(text, &end, 0);
  return *end == 0 ? value : otherwise;
}

struct Defaults {
  int64_t order = variable("JUKEBOX_EMULATOR_ORDER", 0);
  int64_t seed = variable("JUKEBOX_EMULATOR_SEED", 1);
  int64_t lazy = variable("JUKEBOX_EMULATOR_LAZY", 0);
  int64_t poison = variable("JUKEBOX_EMULATOR_POISON", 0xff);
  int64_t memory = variable("JUKEBOX_EMULATOR_MEMORY", DEFAULT_MEMORY);
  int64_t workers = variable("JUKEBOX_EMULATOR_WORKERS", 0);
  int64_t align_start = variable("JUKEBOX_EMULATOR_ALIGN", 0);
};

void fill(Settings& target) {
  static const Defaults defaults;
  target.order = defaults.order;
  target.seed = defaults.seed;
  target.lazy = defaults.lazy;
  target.poison = defaults.poison;
  target.memory = defaults.memory;
  target.workers = defaults.workers;
  target.align_start = defaults.align_start;
  target.kernels = 0;
  target.launches = 0;
  target.launches_to_failure = 0;
  target.launch_error = 0;
  target.launch_error_sticky = 0;
  target.allocations_to_failure = 0;
}

/* Counts down to zero; whether this call got there. */
bool expired(std::atomic<int64_t>& counter) {
  int64_t left = counter.load();
  while (left > 0 && !counter.compare_exchange_weak(left, left - 1)) {
  }
  return left == 1;
}

}  // namespace

Settings& settings() {
  static Settings* const known = [] {
    auto* fresh = new Settings();
    fill(*fresh);
    return fresh;
  }();
  return *known;
}

void restore_settings() { fill(settings()); }

cudaError_t count_launch() {
  Settings& now = settings();
  now.launches++;
  if (!expired(now.launches_to_failure)) return cudaSuccess;
  const auto error = static_cast<cudaError_t>(now.launch_error.load());
  set_diagnosis("a test asked for this launch to fail");
  if (now.launch_error_sticky != 0) set_lost(error);
  return error;
}

bool allocation_fails() { return expired(settings().allocations_to_failure); }

}  // namespace jukebox::emulator
