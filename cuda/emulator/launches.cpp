/* Checks launches as the driver does, and enqueues them. */
#include <cstdio>

#include "context.h"
#include "grids.h"
#include "memory.h"
#include "settings.h"
#include "streams.h"

namespace jukebox::emulator {
namespace {

std::string launch_of(const Kernel& kernel) {
  return std::string("the launch of ") + kernel.name + " at " + kernel.launch.file + ":" +
         std::to_string(kernel.launch.line) + " ";
}

std::string text(dim3 d) {
  char buffer[64];
  std::snprintf(buffer, sizeof buffer, "%u x %u x %u", d.x, d.y, d.z);
  return buffer;
}

cudaError_t check(const Kernel& kernel, dim3 grid, dim3 block, size_t shared) {
  constexpr unsigned MAX_GRID_X = 0x7fffffffu;
  constexpr unsigned MAX_GRID_YZ = 65535;
  if (grid.x == 0 || grid.y == 0 || grid.z == 0 || grid.x > MAX_GRID_X || grid.y > MAX_GRID_YZ ||
      grid.z > MAX_GRID_YZ) {
    return refuse(cudaErrorInvalidConfiguration,
                  launch_of(kernel) + "has a grid of " + text(grid) + " blocks");
  }
  const uint64_t threads = uint64_t{block.x} * block.y * block.z;
  if (threads == 0 || block.x > MAX_THREADS || block.y > MAX_THREADS || block.z > 64 ||
      threads > MAX_THREADS) {
    return refuse(cudaErrorInvalidConfiguration,
                  launch_of(kernel) + "has blocks of " + text(block) + " threads");
  }
  if (threads % LANES != 0) {
    return refuse(cudaErrorInvalidConfiguration, launch_of(kernel) + "has blocks of " +
                                                     text(block) +
                                                     " threads, which are no whole warps");
  }
  if (shared > SharedMemory::BLOCK_LIMIT) {
    return refuse(cudaErrorInvalidValue, launch_of(kernel) + "asks for " + std::to_string(shared) +
                                             " bytes of shared memory");
  }
  return cudaSuccess;
}

}  // namespace

bool visible_to_device(const void* address) { return known_address(address); }

cudaError_t refuse_host_pointer(const Kernel& kernel, int parameter, const void* address) {
  return guarded([&] {
    char buffer[32];
    std::snprintf(buffer, sizeof buffer, "%p", address);
    return refuse(cudaErrorIllegalAddress,
                  launch_of(kernel) + "passes " + buffer + " as parameter " +
                      std::to_string(parameter) + ", which is no memory of the device");
  });
}

cudaError_t launch_kernel(Kernel kernel, dim3 grid, dim3 block, size_t shared,
                          cudaStream_t stream) {
  return guarded([&] {
    if (running_worker() != nullptr) return cudaErrorNotSupported;
    if (!known(stream)) {
      return refuse(cudaErrorInvalidResourceHandle, launch_of(kernel) + "has no valid stream");
    }
    const cudaError_t error = check(kernel, grid, block, shared);
    if (error != cudaSuccess) return error;
    if (!resolve(stream)->capture) {
      const cudaError_t planted = count_launch();
      if (planted != cudaSuccess) return planted;
    }
    return enqueue(stream, [kernel, grid, block, shared] {
      const Settings& now = settings();
      return run_grid({kernel, grid, block, shared, now.order, now.seed,
                       static_cast<int>(now.poison)});
    });
  });
}

}  // namespace jukebox::emulator

using namespace jukebox::emulator;

cudaError_t cudaFuncSetAttribute(const void* function, cudaFuncAttribute attribute, int value) {
  return guarded([&] {
    if (function == nullptr) return cudaErrorInvalidDeviceFunction;
    if (attribute == cudaFuncAttributeMaxDynamicSharedMemorySize &&
        (value < 0 || static_cast<size_t>(value) > SharedMemory::BLOCK_LIMIT)) {
      return refuse(cudaErrorInvalidValue,
                    "a kernel cannot have " + std::to_string(value) + " bytes of shared memory");
    }
    return cudaSuccess;
  });
}

cudaError_t cudaOccupancyMaxActiveBlocksPerMultiprocessor(int* blocks, const void*, int threads,
                                                          size_t shared) {
  return guarded([&] {
    if (blocks == nullptr || threads <= 0) return cudaErrorInvalidValue;
    constexpr size_t RESERVED = 1024;
    const size_t by_shared = (SharedMemory::BLOCK_LIMIT + RESERVED) / (shared + RESERVED);
    const size_t by_threads = 2048 / static_cast<size_t>(threads);
    *blocks = static_cast<int>(by_shared < by_threads ? by_shared : by_threads);
    return cudaSuccess;
  });
}
