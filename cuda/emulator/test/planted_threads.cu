/* Kernels with one planted mistake each in how their threads wait: every one must be caught. */
#include "check.h"

using namespace jukebox;

namespace {

KERNEL(128) no_barrier(float* y) {
  SHARED(float, a, 128);
  const int i = threadIdx.x;
  a[i] = static_cast<float>(i);
  y[i] = a[(i + 1) % 128];
}
KERNEL(64) no_second_barrier(float* y) {
  SHARED(float, a, 64);
  const int i = threadIdx.x;
  a[i] = static_cast<float>(i);
  sync_block();
  const float next = a[(i + 1) % 64];
  a[i] = -1;
  sync_block();
  y[i] = next;
}
KERNEL(32) no_warp_barrier(float* y) {
  SHARED(float, a, 32);
  const int i = threadIdx.x;
  a[i] = static_cast<float>(i);
  y[i] = a[31 - i];
}
KERNEL(64) divergent(float* y) {
  if (threadIdx.x % 2 == 0) {
    sync_block();
    y[threadIdx.x] = 1;
  } else {
    y[threadIdx.x] = 2;
    sync_block();
  }
}
KERNEL(64) one_misses(float* y) {
  y[threadIdx.x] = 1;
  if (threadIdx.x == 40) return;
  sync_block();
}
KERNEL(64) half_the_lanes(float* y) {
  float value = 1;
  if (threadIdx.x % 32 < 16) value = shuffle_xor(value, 1);
  y[threadIdx.x] = value;
}
KERNEL(64) one_lane_elsewhere(float* y) {
  float value = 1;
  if (threadIdx.x == 3) {
    value = shuffle(value, 0);
  } else {
    value = shuffle_xor(value, 1);
  }
  y[threadIdx.x] = value;
}
KERNEL(64) warp_and_block(float* y) {
  if (threadIdx.x == 33) {
    sync_block();
  } else {
    sync_warp();
    sync_block();
  }
  y[threadIdx.x] = 1;
}
KERNEL(64) whole_warps_differ(float* y) {
  float value = 1;
  if (threadIdx.x < 32) value = warp_sum(value);
  if (threadIdx.x >= 32) value = warp_max(value);
  y[threadIdx.x] = value;
}
KERNEL(32) waits_for_block(float* x) {
  if (blockIdx.x == 0) {
    while (load_fresh(x) != 1) {
    }
  } else if (threadIdx.x == 0) {
    *x = 1;
  }
}
KERNEL(32) blocks_race(int* last) { *last = static_cast<int>(blockIdx.x); }

template <typename Launch>
bool differs_among_orders(const Buffer<float>& y, Launch launch) {
  std::vector<std::vector<float>> results;
  for (int order = 0; order < 2; order++) {
    jukebox_emulator_set_order(order, 0);
    CHECK_OK(launch());
    results.push_back(y.read());
  }
  return results[0] != results[1];
}

void check_stuck(cudaError_t launched, const char* part, int line) {
  check(launched == cudaSuccess || launched == cudaErrorLaunchFailure, "a launch", __FILE__, line);
  check_error(cudaDeviceSynchronize(), cudaErrorLaunchFailure, "waiting", __FILE__, line);
  check_diagnosis(part, __FILE__, line);
  check_diagnosis("planted_threads.cu:", __FILE__, line);
  jukebox_emulator_reset();
}

}  // namespace

void check_planted_threads() {
  const Buffer<float> y(std::vector<float>(128, 0));
  CHECK(differs_among_orders(y, [&] { return LAUNCH(no_barrier, 1, 128, 0, nullptr, y.get()); }));
  CHECK(differs_among_orders(
      y, [&] { return LAUNCH(no_second_barrier, 1, 64, 0, nullptr, y.get()); }));
  CHECK(differs_among_orders(y,
                             [&] { return LAUNCH(no_warp_barrier, 1, 32, 0, nullptr, y.get()); }));
  const Buffer<float> z(64);
  CHECK(!differs_among_orders(
      z, [&] { return LAUNCH(whole_warps_differ, 1, 64, 0, nullptr, z.get()); }));
  const Buffer<int> last(1);
  for (int order = 0; order < 3; order++) {
    for (int lazy = 0; lazy < 2; lazy++) {
      const auto set = [&] {
        jukebox_emulator_set_order(order, 5);
        jukebox_emulator_set_lazy(lazy);
      };
      set();
      check_stuck(LAUNCH(divergent, 1, 64, 0, nullptr, y.get()), "divergent", __LINE__);
      set();
      check_stuck(LAUNCH(one_misses, 1, 64, 0, nullptr, y.get()), "(40, 0, 0) finished", __LINE__);
      set();
      check_stuck(LAUNCH(half_the_lanes, 1, 64, 0, nullptr, y.get()), "shuffle_xor", __LINE__);
      set();
      check_stuck(LAUNCH(one_lane_elsewhere, 1, 64, 0, nullptr, y.get()), "shuffle", __LINE__);
      set();
      check_stuck(LAUNCH(warp_and_block, 1, 64, 0, nullptr, y.get()), "sync_block", __LINE__);
      set();
      CHECK_OK(LAUNCH(whole_warps_differ, 1, 64, 0, nullptr, y.get()));
      CHECK_OK(cudaDeviceSynchronize());
    }
  }
  jukebox_emulator_set_workers(1);
  jukebox_emulator_set_order(0, 0);
  const Buffer<float> flag(std::vector<float>{0});
  LAUNCH(waits_for_block, 2, 32, 0, nullptr, flag.get());
  CHECK_ERROR(cudaDeviceSynchronize(), cudaErrorLaunchTimeout);
  CHECK_DIAGNOSIS("a block that is not running");
  jukebox_emulator_reset();
  jukebox_emulator_set_workers(1);
  CHECK_OK(LAUNCH(blocks_race, 8, 32, 0, nullptr, last.get()));
  CHECK(last.read()[0] == 7);
  jukebox_emulator_set_order(1, 0);
  CHECK_OK(LAUNCH(blocks_race, 8, 32, 0, nullptr, last.get()));
  CHECK(last.read()[0] == 0);
}
