/* Runs right kernels under the thread sanitizer, or with an argument one that lacks a barrier. */
#include "check.h"

void run_without_barrier(int which);

Checks& checks() {
  static Checks only;
  return only;
}

int main(int count, char** arguments) {
  if (count > 1) {
    run_without_barrier(arguments[1][0] - '0');
    return 0;
  }
  jukebox_emulator_set_order(0, 0);
  check_kernels();
  check_matrices();
  std::printf("%d checks, %d failed\n", checks().done, checks().failed);
  return checks().failed == 0 && checks().done > 0 ? 0 : 1;
}
