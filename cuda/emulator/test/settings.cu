/* Limits, planted failures, counters, and what the device says of itself. */
#include <cstring>

#include "check.h"

using namespace jukebox;

namespace {

KERNEL(32) nothing(int*) {}
KERNEL(32) broken(int* x) { x[1 << 20] = 1; }

cudaError_t launch(dim3 grid, dim3 block, size_t shared = 0) {
  return LAUNCH(nothing, grid, block, shared, nullptr, nullptr);
}

void check_limits() {
  CHECK_OK(launch(1, 1024));
  CHECK_OK(launch(dim3(1, 65535, 1), 32));
  CHECK_OK(launch(1, 32, 227 * 1024));
  const cudaError_t configuration = cudaErrorInvalidConfiguration;
  CHECK_ERROR(launch(0, 32), configuration);
  CHECK_ERROR(cudaGetLastError(), configuration);
  CHECK_OK(cudaGetLastError());
  CHECK_ERROR(launch(dim3(1, 0, 1), 32), configuration);
  CHECK_ERROR(launch(dim3(1, 65536, 1), 32), configuration);
  CHECK_ERROR(launch(dim3(1, 1, 65536), 32), configuration);
  CHECK_ERROR(launch(1, 0), configuration);
  CHECK_ERROR(launch(1, 1056), configuration);
  CHECK_ERROR(launch(1, dim3(32, 33)), configuration);
  CHECK_ERROR(launch(1, 33), configuration);
  CHECK_DIAGNOSIS("no whole warps");
  CHECK_ERROR(launch(1, 32, 227 * 1024 + 1), cudaErrorInvalidValue);
  CHECK_DIAGNOSIS("nothing");
  CHECK_ERROR(cudaFuncSetAttribute(nothing, cudaFuncAttributeMaxDynamicSharedMemorySize, 240000),
              cudaErrorInvalidValue);
  cudaGetLastError();
}

void check_memory_limit() {
  jukebox_emulator_set_memory(1 << 20);
  size_t free = 0;
  size_t total = 0;
  const auto used = static_cast<size_t>(jukebox_emulator_allocated_bytes());
  CHECK_OK(cudaMemGetInfo(&free, &total));
  CHECK(total == 1 << 20 && free == total - used);
  char* x;
  CHECK_ERROR(cudaMalloc(&x, free + 1), cudaErrorMemoryAllocation);
  CHECK(x == nullptr);
  CHECK_OK(cudaMalloc(&x, free));
  CHECK_OK(cudaMemGetInfo(&free, &total));
  CHECK(free == 0);
  char* y;
  CHECK_ERROR(cudaMalloc(&y, 1), cudaErrorMemoryAllocation);
  CHECK_ERROR(cudaMalloc(&y, ~size_t{0}), cudaErrorMemoryAllocation);
  CHECK_OK(cudaFree(x));
  CHECK_OK(cudaMalloc(&y, 1));
  CHECK_OK(cudaFree(y));
  cudaGetLastError();
}

void check_planted_failures() {
  jukebox_emulator_reset();
  jukebox_emulator_fail_launch(2, cudaErrorLaunchFailure, 0);
  CHECK_OK(launch(1, 32));
  CHECK_ERROR(launch(1, 32), cudaErrorLaunchFailure);
  CHECK_OK(launch(1, 32));
  CHECK_OK(cudaDeviceSynchronize());
  CHECK(jukebox_emulator_launches() == 3 && jukebox_emulator_kernels() == 2);
  jukebox_emulator_fail_launch(1, cudaErrorDevicesUnavailable, 1);
  CHECK_ERROR(launch(1, 32), cudaErrorDevicesUnavailable);
  CHECK_ERROR(launch(1, 32), cudaErrorDevicesUnavailable);
  CHECK_ERROR(cudaDeviceSynchronize(), cudaErrorDevicesUnavailable);
  jukebox_emulator_reset();
  CHECK_OK(launch(1, 32));
  jukebox_emulator_fail_allocation(2);
  char* x;
  char* y;
  CHECK_OK(cudaMalloc(&x, 16));
  CHECK_ERROR(cudaMalloc(&y, 16), cudaErrorMemoryAllocation);
  CHECK_OK(cudaMalloc(&y, 16));
  CHECK_OK(cudaFree(x));
  CHECK_OK(cudaFree(y));
  jukebox_emulator_reset();
}

void check_device() {
  int count = 0;
  CHECK_OK(cudaGetDeviceCount(&count));
  CHECK(count == 1);
  CHECK_OK(cudaSetDevice(0));
  CHECK_ERROR(cudaSetDevice(1), cudaErrorInvalidDevice);
  cudaDeviceProp properties;
  CHECK_OK(cudaGetDeviceProperties(&properties, 0));
  CHECK(std::strcmp(properties.name, "emulated") == 0);
  CHECK(properties.major == 9 && properties.minor == 0);
  int value = 0;
  CHECK_OK(cudaDeviceGetAttribute(&value, cudaDevAttrMaxSharedMemoryPerBlockOptin, 0));
  CHECK(value == 227 * 1024);
  CHECK(std::strcmp(cudaGetErrorName(cudaErrorIllegalAddress), "cudaErrorIllegalAddress") == 0);
}

/* A diagnosis is cut where the caller's memory ends. */
void check_diagnosis_text() {
  int* x;
  CHECK_OK(cudaMalloc(&x, 4));
  cudaGetLastError();
  LAUNCH(broken, dim3(3, 2), 32, 0, nullptr, x);
  CHECK_ERROR(cudaDeviceSynchronize(), cudaErrorIllegalAddress);
  CHECK_DIAGNOSIS("kernel broken");
  CHECK_DIAGNOSIS("settings.cu:");
  char text[8];
  CHECK(jukebox_emulator_diagnosis(text, sizeof text) > 100);
  CHECK(std::strcmp(text, "kernel ") == 0);
  jukebox_emulator_reset();
  CHECK(jukebox_emulator_diagnosis(text, sizeof text) == 0 && text[0] == 0);
  CHECK_OK(cudaFree(x));
}

}  // namespace

void check_settings() {
  check_limits();
  check_memory_limit();
  check_planted_failures();
  check_device();
  check_diagnosis_text();
}
