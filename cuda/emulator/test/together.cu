/* Kernels whose blocks wait for each other's values. */
#include "check.h"
#include "exchange.h"

using namespace jukebox;

namespace {

/* Every thread takes what the block before left for it, and leaves one more. */
KERNEL(64) relay(float* rows, float* y) {
  const int place = blockIdx.x * 64 + threadIdx.x;
  float before[1] = {0};
  if (blockIdx.x > 0) {
    const float* const from[1] = {rows + place - 64};
    await_values<1>(from, before);
  }
  put_value(rows + place, before[0] + 1);
  y[place] = before[0] + 1;
}
/* Threads of one block that wait for later ones, in the same warp too. */
KERNEL(64) backwards(float* rows, float* y) {
  const int i = threadIdx.x;
  float fours[1][4] = {};
  const float* const from[1] = {rows + i / 4 * 4 + 16};
  if (i < 48) await_fours<1>(from, fours);
  put_value(rows + i, static_cast<float>(i));
  y[i] = fours[0][3];
}
/* The last block leaves what the others wait for from the end on, of which some is a NaN. */
KERNEL(32) late(float* rows, float* y) {
  const int i = threadIdx.x;
  if (blockIdx.x == gridDim.x - 1) {
    for (int place = 7; place >= 0; place--) {
      put_value(rows + place * 32 + i, bits_float(i == 5 ? ABSENT : i == 6 ? 0x7fc00001u : i));
    }
    return;
  }
  float fours[3][4];
  const int four = i / 4 * 4;
  const float* const from[3] = {rows + four, rows + 224 + four, rows + 96 + four};
  await_fours<3>(from, fours);
  for (int j = 0; j < 3; j++) y[(blockIdx.x * 3 + j) * 32 + i] = fours[j][i % 4];
}
KERNEL(32) take_back(float* rows) { put_absent(rows + threadIdx.x); }
KERNEL(32) one_fails(float* rows, float* y) {
  if (blockIdx.x == 1) y[1 << 20] = 1;
  float value[1] = {0};
  const float* const from[1] = {rows + blockIdx.x};
  if (blockIdx.x != 1) await_values<1>(from, value);
  y[blockIdx.x] = value[0];
}

Buffer<float> nothing_yet(size_t count) {
  float absent;
  std::memcpy(&absent, &ABSENT, sizeof absent);
  return Buffer<float>(std::vector<float>(count, absent));
}

uint32_t bits_of(float value) {
  uint32_t bits;
  std::memcpy(&bits, &value, sizeof bits);
  return bits;
}

}  // namespace

void check_together() {
  constexpr int BLOCKS = 5;
  for (int order = 0; order < 3; order++) {
    jukebox_emulator_set_order(order, 3);
    const Buffer<float> rows = nothing_yet(BLOCKS * 64);
    const Buffer<float> y(BLOCKS * 64);
    CHECK_OK(LAUNCH_TOGETHER((relay), BLOCKS, 64, 0, nullptr, rows.get(), y.get()));
    const std::vector<float> relayed = y.read();
    for (int i = 0; i < BLOCKS * 64; i++) CHECK(relayed[i] == i / 64 + 1);
    const Buffer<float> own = nothing_yet(64);
    CHECK_OK(LAUNCH_TOGETHER((backwards), 1, 64, 0, nullptr, own.get(), y.get()));
    const std::vector<float> taken = y.read();
    for (int i = 0; i < 48; i++) CHECK(taken[i] == i / 4 * 4 + 19);
    const Buffer<float> from_last = nothing_yet(256);
    CHECK_OK(LAUNCH_TOGETHER((late), 3, 32, 0, nullptr, from_last.get(), y.get()));
    const std::vector<float> came = y.read();
    for (int i = 0; i < 6 * 32; i++) {
      const uint32_t wanted = i % 32 == 5 ? 0x7fffffffu : i % 32 == 6 ? 0x7fc00001u : i % 32;
      CHECK(bits_of(came[i]) == wanted);
    }
    CHECK_OK(LAUNCH((take_back), 1, 32, 0, nullptr, from_last.get()));
    const std::vector<float> taken_back = from_last.read();
    for (int i = 0; i < 64; i++) CHECK((bits_of(taken_back[i]) == ABSENT) == (i < 32));
  }
  jukebox_emulator_set_order(0, 0);
  const Buffer<float> rows = nothing_yet(64);
  const Buffer<float> y(64);
  LAUNCH_TOGETHER((one_fails), 3, 32, 0, nullptr, rows.get(), y.get());
  CHECK_ERROR(cudaDeviceSynchronize(), cudaErrorIllegalAddress);
  jukebox_emulator_reset();
  const Buffer<float> alone = nothing_yet(128);
  const Buffer<float> result(128);
  jukebox_emulator_set_workers(1);
  jukebox_emulator_set_order(1, 0);
  LAUNCH((relay), 2, 64, 0, nullptr, alone.get(), result.get());
  CHECK_ERROR(cudaDeviceSynchronize(), cudaErrorLaunchTimeout);
  CHECK_DIAGNOSIS("waits for another one");
  jukebox_emulator_reset();
}
