#include "emulator_control.h"

#include <cstring>

#include "context.h"
#include "memory.h"
#include "settings.h"
#include "streams.h"

using namespace jukebox::emulator;

void jukebox_emulator_set_order(int64_t order, int64_t seed) {
  settings().order = order;
  settings().seed = seed;
}
void jukebox_emulator_set_lazy(int64_t lazy) { settings().lazy = lazy; }
void jukebox_emulator_set_poison(int64_t byte) { settings().poison = byte & 0xff; }
void jukebox_emulator_set_memory(int64_t bytes) { settings().memory = bytes; }
void jukebox_emulator_set_workers(int64_t workers) { settings().workers = workers; }
void jukebox_emulator_set_align(int64_t start) { settings().align_start = start; }

void jukebox_emulator_fail_launch(int64_t n, int64_t error, int64_t sticky) {
  settings().launch_error = error;
  settings().launch_error_sticky = sticky;
  settings().launches_to_failure = n;
}

void jukebox_emulator_fail_allocation(int64_t n) { settings().allocations_to_failure = n; }

void jukebox_emulator_reset() {
  const std::lock_guard<std::recursive_mutex> hold(context_lock());
  abandon_streams();
  clear_lost();
  set_diagnosis({});
  restore_settings();
}

int64_t jukebox_emulator_kernels() { return settings().kernels; }
int64_t jukebox_emulator_launches() { return settings().launches; }
int64_t jukebox_emulator_allocations() { return live_allocations(); }
int64_t jukebox_emulator_allocated_bytes() { return static_cast<int64_t>(used_memory()); }
int64_t jukebox_emulator_check_memory() { return damaged_allocations(); }

int64_t jukebox_emulator_diagnosis(char* text, int64_t size) {
  const std::string known = diagnosis();
  if (text != nullptr && size > 0) {
    size_t length = known.size();
    if (length >= static_cast<size_t>(size)) length = static_cast<size_t>(size) - 1;
    std::memcpy(text, known.data(), length);
    text[length] = 0;
  }
  return static_cast<int64_t>(known.size());
}
