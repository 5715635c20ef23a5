#include "check.h"

Checks& checks() {
  static Checks only;
  return only;
}

int main() {
  void (*const parts[])() = {check_types,           check_kernels, check_matrices,
                             check_planted_memory,  check_planted_threads,
                             check_together,        check_bulk,
                             check_streams,         check_graphs,  check_settings};
  for (const auto part : parts) {
    jukebox_emulator_reset();
    const int before = checks().done;
    part();
    if (checks().done == before) check(false, "a part of the tests checked nothing", __FILE__, __LINE__);
  }
  jukebox_emulator_reset();
  CHECK(jukebox_emulator_check_memory() == 0);
  std::printf("%d checks, %d failed\n", checks().done, checks().failed);
  return checks().failed == 0 ? 0 : 1;
}
