/* Copies of whole runs of bytes: two in turn, and each planted mistake. */
#include "check.h"

using namespace jukebox;

namespace {

constexpr int FLOATS = 96;

/* A warp adds runs up, one on its way while the other is used. */
KERNEL(32) add_runs(const float* x, int runs, float* y) {
  SHARED(float, places, 2 * FLOATS);
  SHARED(Arrival, arrivals, 2);
  const int lane = threadIdx.x;
  const auto fetch = [&](int run) {
    if (lane == 0 && run < runs) {
      bulk_copy(places + run % 2 * FLOATS, x + run * FLOATS, FLOATS * 4, arrivals + run % 2);
    }
  };
  if (lane == 0) {
    begin_arrival(arrivals);
    begin_arrival(arrivals + 1);
  }
  fetch(0);
  fetch(1);
  sync_warp();
  float sum = 0;
  for (int run = 0; run < runs; run++) {
    wait_arrival(arrivals + run % 2, run / 2 % 2);
    for (int i = lane; i < FLOATS; i += 32) sum += places[run % 2 * FLOATS + i];
    done_with_copy();
    sync_warp();
    fetch(run + 2);
  }
  y[lane] = sum;
}

KERNEL(32) used_early(const float* x, float* y) {
  SHARED(float, place, FLOATS);
  SHARED(Arrival, arrival, 1);
  if (threadIdx.x == 0) {
    begin_arrival(arrival);
    bulk_copy(place, x, FLOATS * 4, arrival);
  }
  sync_warp();
  y[threadIdx.x] = place[threadIdx.x];
}
KERNEL(32) copied_twice(const float* x, float* y) {
  SHARED(float, place, FLOATS);
  SHARED(Arrival, arrival, 1);
  if (threadIdx.x == 0) {
    begin_arrival(arrival);
    bulk_copy(place, x, FLOATS * 4, arrival);
    bulk_copy(place, x, FLOATS * 4, arrival);
  }
  y[threadIdx.x] = 0;
}
KERNEL(32) still_read(const float* x, float* y) {
  SHARED(float, place, FLOATS);
  SHARED(Arrival, arrival, 1);
  if (threadIdx.x == 0) {
    begin_arrival(arrival);
    bulk_copy(place, x, FLOATS * 4, arrival);
  }
  sync_warp();
  wait_arrival(arrival, 0);
  y[threadIdx.x] = place[threadIdx.x];
  if (threadIdx.x != 9) done_with_copy();
  sync_warp();
  if (threadIdx.x == 0) bulk_copy(place, x, FLOATS * 4, arrival);
}
KERNEL(32) not_begun(const float* x, float* y) {
  SHARED(float, place, FLOATS);
  SHARED(Arrival, arrival, 1);
  if (threadIdx.x == 0) bulk_copy(place, x, FLOATS * 4, arrival);
  y[threadIdx.x] = 0;
}
KERNEL(32) not_started(float* y) {
  SHARED(Arrival, arrival, 1);
  if (threadIdx.x == 0) begin_arrival(arrival);
  sync_warp();
  wait_arrival(arrival, 0);
  y[threadIdx.x] = 0;
}
KERNEL(32) copy_of(const float* x, int bytes, float* y) {
  SHARED(float, place, FLOATS);
  SHARED(Arrival, arrival, 1);
  if (threadIdx.x == 0) {
    begin_arrival(arrival);
    bulk_copy(place, x, bytes, arrival);
  }
  y[threadIdx.x] = 0;
}

void check_mistake(cudaError_t launched, cudaError_t error, const char* part, int line) {
  check(launched == cudaSuccess || launched == error, "the launch", __FILE__, line);
  check_error(cudaDeviceSynchronize(), error, "waiting", __FILE__, line);
  check_diagnosis(part, __FILE__, line);
  jukebox_emulator_reset();
}
#define MISTAKE(launched, error, part) check_mistake(launched, error, part, __LINE__)

}  // namespace

void check_bulk() {
  std::vector<float> values(7 * FLOATS);
  std::vector<float> sums(32);
  for (unsigned i = 0; i < values.size(); i++) {
    values[i] = small_number(i);
    sums[i % FLOATS % 32] += values[i];
  }
  for (int order = 0; order < 3; order++) {
    jukebox_emulator_set_order(order, 5);
    const Buffer<float> x(values);
    const Buffer<float> y(32);
    CHECK_OK(LAUNCH(add_runs, 3, 32, 0, nullptr, x.get(), 7, y.get()));
    CHECK(y.read() == sums);
    CHECK_OK(LAUNCH(used_early, 1, 32, 0, nullptr, x.get(), y.get()));
    CHECK(!(y.read()[3] == values[3]));
  }
  /* On no buffer that outlives a fault. */
  float* x;
  float* y;
  CHECK_OK(cudaMalloc(&x, FLOATS * 4));
  CHECK_OK(cudaMalloc(&y, 32 * 4));
  MISTAKE(LAUNCH(copied_twice, 1, 32, 0, nullptr, x, y), cudaErrorLaunchFailure, "has arrived");
  MISTAKE(LAUNCH(still_read, 1, 32, 0, nullptr, x, y), cudaErrorLaunchFailure, "thread 9");
  MISTAKE(LAUNCH(not_begun, 1, 32, 0, nullptr, x, y), cudaErrorIllegalAddress, "not begun");
  MISTAKE(LAUNCH(not_started, 1, 32, 0, nullptr, y), cudaErrorLaunchTimeout, "nobody started");
  MISTAKE(LAUNCH(copy_of, 1, 32, 0, nullptr, x, FLOATS * 4 + 16, y), cudaErrorIllegalAddress,
          "bulk_copy");
  MISTAKE(LAUNCH(copy_of, 1, 32, 0, nullptr, x + 1, 64, y), cudaErrorMisalignedAddress, "bulk_copy");
  MISTAKE(LAUNCH(copy_of, 1, 32, 0, nullptr, x, 40, y), cudaErrorMisalignedAddress, "bulk_copy");
}
