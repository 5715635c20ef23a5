/* Kernels whose blocks wait for each other's values. */
#include "check.h"

using namespace jukebox;

namespace {

/* Every thread takes what the block before left for it, and leaves one more. */
KERNEL(64) relay(Tagged* rows, float* y) {
  const int place = blockIdx.x * 64 + threadIdx.x;
  float before[1] = {0};
  if (blockIdx.x > 0) {
    const Tagged* const from[1] = {rows + place - 64};
    await_tagged<1>(from, 7, before);
  }
  put_tagged(rows + place, before[0] + 1, 7);
  y[place] = before[0] + 1;
}
/* Threads of one block that wait for later ones, in the same warp too. */
KERNEL(64) backwards(Tagged* rows, float* y) {
  const int i = threadIdx.x;
  float fours[1][4] = {};
  const Tagged* const from[1] = {rows + i / 4 * 4 + 16};
  if (i < 48) await_tagged_fours<1>(from, 7, fours);
  put_tagged(rows + i, static_cast<float>(i), 7);
  y[i] = fours[0][3];
}
KERNEL(32) one_fails(Tagged* rows, float* y) {
  if (blockIdx.x == 1) y[1 << 20] = 1;
  float value[1] = {0};
  const Tagged* const from[1] = {rows + blockIdx.x};
  if (blockIdx.x != 1) await_tagged<1>(from, 7, value);
  y[blockIdx.x] = value[0];
}

}  // namespace

void check_together() {
  constexpr int BLOCKS = 5;
  for (int order = 0; order < 3; order++) {
    jukebox_emulator_set_order(order, 3);
    const Buffer<Tagged> rows(std::vector<Tagged>(BLOCKS * 64));
    const Buffer<float> y(BLOCKS * 64);
    CHECK_OK(LAUNCH_TOGETHER((relay), BLOCKS, 64, 0, nullptr, rows.get(), y.get()));
    const std::vector<float> relayed = y.read();
    for (int i = 0; i < BLOCKS * 64; i++) CHECK(relayed[i] == i / 64 + 1);
    const Buffer<Tagged> own(std::vector<Tagged>(64));
    CHECK_OK(LAUNCH_TOGETHER((backwards), 1, 64, 0, nullptr, own.get(), y.get()));
    const std::vector<float> taken = y.read();
    for (int i = 0; i < 48; i++) CHECK(taken[i] == i / 4 * 4 + 19);
  }
  jukebox_emulator_set_order(0, 0);
  const Buffer<Tagged> rows(std::vector<Tagged>(64));
  const Buffer<float> y(64);
  LAUNCH_TOGETHER((one_fails), 3, 32, 0, nullptr, rows.get(), y.get());
  CHECK_ERROR(cudaDeviceSynchronize(), cudaErrorIllegalAddress);
  jukebox_emulator_reset();
  const Buffer<Tagged> alone(std::vector<Tagged>(128));
  const Buffer<float> result(128);
  jukebox_emulator_set_workers(1);
  jukebox_emulator_set_order(1, 0);
  LAUNCH((relay), 2, 64, 0, nullptr, alone.get(), result.get());
  CHECK_ERROR(cudaDeviceSynchronize(), cudaErrorLaunchTimeout);
  CHECK_DIAGNOSIS("waits for another one");
  jukebox_emulator_reset();
}
