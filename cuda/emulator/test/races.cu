/* Kernels whose results are right in every order, though a barrier is missing. */
#include "check.h"

using namespace jukebox;

namespace {

KERNEL(64) block_barrier_missing(int* y) {
  SHARED(int, a, 64);
  a[threadIdx.x] = 1;
  const int other = a[(threadIdx.x + 1) % 64];
  y[threadIdx.x] = other == 1 ? 1 : 1;
  sync_block();
}
/* The shuffle makes lanes wait for each other here, but on a device it orders no memory. */
KERNEL(32) warp_barrier_missing(int* y) {
  SHARED(int, a, 32);
  a[threadIdx.x] = static_cast<int>(threadIdx.x);
  const int lane = shuffle(static_cast<int>(threadIdx.x), 5);
  y[threadIdx.x] = a[lane];
}
KERNEL(64) second_barrier_missing(int* y) {
  SHARED(int, a, 64);
  for (int i = 0; i < 3; i++) {
    a[threadIdx.x] = i;
    sync_block();
    y[threadIdx.x] = a[(threadIdx.x + 1) % 64] >= i;
  }
}

}  // namespace

void run_without_barrier(int which) {
  const Buffer<int> y(64);
  if (which == 0) LAUNCH(block_barrier_missing, 1, 64, 0, nullptr, y.get());
  if (which == 1) LAUNCH(warp_barrier_missing, 1, 32, 0, nullptr, y.get());
  if (which == 2) LAUNCH(second_barrier_missing, 1, 64, 0, nullptr, y.get());
}
