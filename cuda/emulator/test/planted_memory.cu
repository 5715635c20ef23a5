/* Kernels with one planted mistake each in how they use memory: every one must be caught. */
#include <csetjmp>
#include <csignal>
#include <cmath>

#include "check.h"

using namespace jukebox;

namespace {

KERNEL(32) write_at(float* x, long index) {
  if (threadIdx.x == 5) x[index] = 1;
}
KERNEL(32) read_at(const float* x, long index, float* y) {
  if (threadIdx.x == 5) *y = x[index];
}
KERNEL(32) write_shared(int place) {
  DYNAMIC_SHARED(bytes);
  bytes[place + (threadIdx.x == 3 ? 0 : -place)] = 1;
}
KERNEL(32) write_array(int place) {
  SHARED(float, a, 40);
  SHARED(float, b, 50);
  a[threadIdx.x] = 1;
  b[threadIdx.x] = 2;
  if (threadIdx.x == 0) a[place] = 3;
}
KERNEL(32) unset_shared(float* y) {
  SHARED(float, a, 32);
  DYNAMIC_SHARED(bytes);
  y[threadIdx.x] = a[threadIdx.x] + reinterpret_cast<float*>(bytes)[threadIdx.x];
}
KERNEL(32) unset_integer(int* y) {
  SHARED(int, a, 32);
  y[threadIdx.x] = a[threadIdx.x];
}
KERNEL(32) too_many_arrays(float* y) {
  SHARED(float, a, 8 * 1024);
  SHARED(float, b, 8 * 1024);
  a[threadIdx.x] = 1;
  b[threadIdx.x] = 2;
  y[threadIdx.x] = a[threadIdx.x] + b[threadIdx.x];
}
KERNEL(32) divide(int* x, int by) { x[threadIdx.x] = 5 / by; }
KERNEL(32) copy_from(const float* source, float* y, int shift) {
  SHARED(float, a, 4 * 32);
  async_copy16(&a[threadIdx.x * 4 + shift], source + threadIdx.x * 4, true);
  async_commit();
  async_wait<0>();
  y[threadIdx.x] = a[threadIdx.x * 4];
}
KERNEL(32) copy_to_device(const float* source, float* y) {
  async_copy16(y + threadIdx.x * 4, source + threadIdx.x * 4, true);
  async_wait<0>();
}
KERNEL(32) copy_used_early(const float* source, float* y) {
  SHARED(float, a, 4 * 32);
  async_copy16(&a[threadIdx.x * 4], source + threadIdx.x * 4, true);
  async_commit();
  y[threadIdx.x] = a[threadIdx.x * 4];
  async_wait<0>();
}
KERNEL(32) copy_not_committed(const float* source, float* y) {
  SHARED(float, a, 4 * 32);
  async_copy16(&a[threadIdx.x * 4], source + threadIdx.x * 4, true);
  async_wait<0>();
  y[threadIdx.x] = a[threadIdx.x * 4];
}
KERNEL(32) load_aligned(const float* x, float* y) {
  const uint4 v = load_once(x + 1);
  y[threadIdx.x] = bits_float(v.x);
}
KERNEL(32) matrices_from_device(const float* x, uint32_t* y) {
  uint32_t r[4];
  load_matrices(r, x + threadIdx.x * 4);
  y[threadIdx.x] = r[0];
}
int deep(int n, volatile int* y) {
  volatile int here[64];
  here[n % 64] = n;
  const int below = n == 0 ? 0 : deep(n - 1, y);
  return below + here[n % 64];
}
KERNEL(32) recurse(int* y, int n) { y[threadIdx.x] = deep(n, y); }

/* The launch itself succeeds; the fault appears at the wait, and in all that follows. */
void check_fault(cudaError_t launched, cudaError_t error, const char* part, int line) {
  check(launched == cudaSuccess || launched == error, "the launch", __FILE__, line);
  check_error(cudaDeviceSynchronize(), error, "waiting", __FILE__, line);
  check_diagnosis(part, __FILE__, line);
  int* more;
  check_error(cudaMalloc(&more, 4), error, "allocating after a fault", __FILE__, line);
  check_error(cudaGetLastError(), error, "the last error", __FILE__, line);
  check_error(cudaGetLastError(), error, "the last error again", __FILE__, line);
  jukebox_emulator_reset();
  check_error(cudaDeviceSynchronize(), cudaSuccess, "waiting after a reset", __FILE__, line);
}
#define FAULT(launched, part) check_fault(launched, cudaErrorIllegalAddress, part, __LINE__)

void check_device_memory() {
  float* x;
  float* y;
  CHECK_OK(cudaMalloc(&x, 1024 * 4));
  CHECK_OK(cudaMalloc(&y, 52 * 4));
  FAULT(LAUNCH(write_at, 1, 32, 0, nullptr, x, 1024), "illegal write");
  FAULT(LAUNCH(write_at, 1, 32, 0, nullptr, x, -1), "4 bytes before device allocation");
  FAULT(LAUNCH(read_at, 1, 32, 0, nullptr, x, 1024, y), "illegal read");
  FAULT(LAUNCH(read_at, 1, 32, 0, nullptr, x, -1, y), "thread (5, 0, 0)");
  FAULT(LAUNCH(write_at, 1, 32, 0, nullptr, y, 52), "0 bytes behind the end");
  FAULT(LAUNCH(write_at, 1, 32, 0, nullptr, nullptr, 0), "null pointer");
  FAULT(LAUNCH(write_at, 1, 32, 0, nullptr, x, 1L << 60), "no memory can have");
  CHECK(jukebox_emulator_check_memory() == 0);

  /* Before an allocation that ends at its page: found when its surroundings are looked at. */
  CHECK_OK(LAUNCH(write_at, 1, 32, 0, nullptr, y, -1));
  CHECK_OK(cudaDeviceSynchronize());
  CHECK(jukebox_emulator_check_memory() == 1);
  CHECK_DIAGNOSIS("wrote outside device allocation");
  CHECK_OK(cudaFree(y));
  CHECK(jukebox_emulator_check_memory() == 0);
  jukebox_emulator_set_align(1);
  CHECK_OK(cudaMalloc(&y, 52 * 4));
  FAULT(LAUNCH(write_at, 1, 32, 0, nullptr, y, -1), "4 bytes before device allocation");

  FAULT(LAUNCH(divide, 1, 32, 0, nullptr, reinterpret_cast<int*>(x), 0), "division by zero");
  CHECK_OK(LAUNCH(recurse, 1, 32, 0, nullptr, reinterpret_cast<int*>(x), 10));
  CHECK_OK(cudaDeviceSynchronize());
  FAULT(LAUNCH(recurse, 1, 32, 0, nullptr, reinterpret_cast<int*>(x), 1 << 20),
        "stack overflowed");

  std::vector<float> unset(52);
  CHECK_OK(cudaMemcpy(unset.data(), y, 52 * 4, cudaMemcpyDeviceToHost));
  CHECK(std::isnan(unset[0]) && std::isnan(unset[51]));

  CHECK_OK(cudaFree(y));
  FAULT(LAUNCH(write_at, 1, 32, 0, nullptr, y, 0), "freed device allocation");
  CHECK_ERROR(cudaFree(y), cudaErrorInvalidValue);
  CHECK_ERROR(cudaMemcpy(unset.data(), y, 4, cudaMemcpyDeviceToHost), cudaErrorInvalidValue);
  CHECK_ERROR(cudaMemcpy(unset.data(), x + 1000, 100, cudaMemcpyDeviceToHost),
              cudaErrorInvalidValue);
  CHECK_ERROR(cudaMemcpy(x, x, 100, cudaMemcpyHostToDevice), cudaErrorInvalidValue);
  CHECK_ERROR(cudaMemset(x + 1000, 0, 100), cudaErrorInvalidValue);
  CHECK_ERROR(LAUNCH(write_at, 1, 32, 0, nullptr, unset.data(), 0), cudaErrorIllegalAddress);
  CHECK_DIAGNOSIS("no memory of the device");
  cudaGetLastError();
  CHECK_OK(cudaFree(x));
}

void check_shared_memory() {
  const Buffer<float> y(32);
  FAULT(LAUNCH(write_shared, 1, 32, 64, nullptr, 64), "dynamic shared memory");
  FAULT(LAUNCH(write_shared, 1, 32, 50, nullptr, 50), "outside the 50 bytes");
  FAULT(LAUNCH(write_shared, 1, 32, 50, nullptr, -1), "outside the 50 bytes");
  FAULT(LAUNCH(write_shared, 1, 32, 0, nullptr, 0), "dynamic shared memory");
  FAULT(LAUNCH(write_array, 1, 32, 0, nullptr, 40), "shared array");
  FAULT(LAUNCH(write_array, 1, 32, 0, nullptr, -1), "shared array");
  FAULT(LAUNCH(write_array, 1, 32, 0, nullptr, 1 << 13), "shared array");
  CHECK_OK(LAUNCH(unset_shared, 4, 32, 128, nullptr, y.get()));
  for (const float value : y.read()) CHECK(std::isnan(value));
  const Buffer<int> integers(32);
  for (const int poison : {0xff, 0x7f}) {
    jukebox_emulator_set_poison(poison);
    CHECK_OK(LAUNCH(unset_integer, 1, 32, 0, nullptr, integers.get()));
    CHECK(integers.read()[31] == static_cast<int>(0x01010101u * static_cast<unsigned>(poison)));
  }
  check_fault(LAUNCH(too_many_arrays, 1, 32, 0, nullptr, y.get()), cudaErrorLaunchOutOfResources,
              "48 KB", __LINE__);
}

void check_copies() {
  const Buffer<float> x(std::vector<float>(128, 2));
  const Buffer<float> y(32);
  CHECK_OK(LAUNCH(copy_from, 1, 32, 0, nullptr, x.get(), y.get(), 0));
  CHECK(y.read() == std::vector<float>(32, 2));
  check_fault(LAUNCH(copy_from, 1, 32, 0, nullptr, x.get(), y.get(), 1),
              cudaErrorMisalignedAddress, "not aligned to 16", __LINE__);
  check_fault(LAUNCH(copy_from, 1, 32, 0, nullptr, x.get() + 1, y.get(), 0),
              cudaErrorMisalignedAddress, "not aligned to 16", __LINE__);
  FAULT(LAUNCH(copy_from, 1, 32, 0, nullptr, x.get(), y.get(), 4), "outside the block's shared");
  FAULT(LAUNCH(copy_from, 1, 32, 0, nullptr, x.get() + 4, y.get(), 0), "behind the end");
  FAULT(LAUNCH(copy_to_device, 1, 32, 0, nullptr, x.get(), y.get()), "outside the block's shared");
  CHECK_OK(LAUNCH(copy_used_early, 1, 32, 0, nullptr, x.get(), y.get()));
  for (const float value : y.read()) CHECK(std::isnan(value));
  CHECK_OK(LAUNCH(copy_not_committed, 1, 32, 0, nullptr, x.get(), y.get()));
  for (const float value : y.read()) CHECK(std::isnan(value));
  check_fault(LAUNCH(load_aligned, 1, 32, 0, nullptr, x.get(), y.get()),
              cudaErrorMisalignedAddress, "load_once", __LINE__);
  const Buffer<uint32_t> r(32);
  FAULT(LAUNCH(matrices_from_device, 1, 32, 0, nullptr, x.get(), r.get()),
        "outside the block's shared memory");
}

sigjmp_buf back;
volatile int caught = 0;
void catch_signal(int) {
  caught = caught + 1;
  siglongjmp(back, 1);
}

/* Faults outside kernels belong to whoever handled them before, be it before or after a launch. */
void check_other_handlers() {
  struct sigaction ours = {};
  struct sigaction before = {};
  ours.sa_handler = catch_signal;
  sigaction(SIGSEGV, &ours, &before);
  float* x;
  CHECK_OK(cudaMalloc(&x, 4096));
  for (int i = 0; i < 3; i++) {
    CHECK_OK(LAUNCH(write_at, 1, 32, 0, nullptr, x, 0));
    FAULT(LAUNCH(write_at, 1, 32, 0, nullptr, x, 1024), "illegal write");
    if (sigsetjmp(back, 1) == 0) *reinterpret_cast<volatile char*>(x + 1024) = 1;
    CHECK(caught == i + 1);
  }
  CHECK_OK(cudaFree(x));
  sigaction(SIGSEGV, &before, nullptr);
}

}  // namespace

void check_planted_memory() {
  for (int lazy = 0; lazy < 2; lazy++) {
    for (int order = 0; order < 3; order++) {
      jukebox_emulator_set_lazy(lazy);
      jukebox_emulator_set_order(order, 1);
      check_device_memory();
      jukebox_emulator_set_order(order, 1);
      check_shared_memory();
      jukebox_emulator_set_order(order, 1);
      check_copies();
    }
  }
  check_other_handlers();
}
