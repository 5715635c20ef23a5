/* What emulated kernels call in the emulator. */
#ifndef JUKEBOX_EMULATOR_EXECUTION_H
#define JUKEBOX_EMULATOR_EXECUTION_H

#include <cstddef>
#include <cstdint>
#include <memory>
#include <tuple>

#include "cuda_runtime.h"

/* Where the running kernel thread is; changed at every switch of threads. */
#define JUKEBOX_EMULATOR_THREAD __attribute__((tls_model("initial-exec")))
extern __thread uint3 threadIdx JUKEBOX_EMULATOR_THREAD;
extern __thread uint3 blockIdx JUKEBOX_EMULATOR_THREAD;
extern __thread dim3 blockDim JUKEBOX_EMULATOR_THREAD;
extern __thread dim3 gridDim JUKEBOX_EMULATOR_THREAD;

namespace jukebox::emulator {

/* A place in a kernel's source: the identity of a barrier or collective. */
struct Site {
  const char* file;
  int line;
};

/* A kernel with its arguments by value, ready to be called by every thread of a grid. */
struct Kernel {
  const char* name;
  Site launch;
  /* Whether blocks may wait for each other. */
  bool together;
  void (*invoke)(const void* arguments);
  std::shared_ptr<const void> arguments;
};

/* Checks and enqueues, as the launch of a kernel does. */
cudaError_t launch_kernel(Kernel kernel, dim3 grid, dim3 block, size_t shared, cudaStream_t stream);
/* Whether a kernel may be given this address: it is no plain host memory. */
bool visible_to_device(const void* address);
cudaError_t refuse_host_pointer(const Kernel& kernel, int parameter, const void* address);

void block_barrier(Site site);
/* The last thread of its warp to arrive runs the operation over what all 32 lanes brought. */
void warp_collective(const char* what, Site site, void (*operation)(void* const* lanes),
                     void* brought);

void* static_shared(const void* key, size_t bytes, size_t alignment);
unsigned char* dynamic_shared();

/* Lets other blocks run, of a kernel whose blocks wait for each other. */
void wait_for_others();

/* Ends a kernel that asks for others' results too often, as one that waits for them would. */
void count_poll();

void async_copy(void* shared, const void* source, bool valid);
void async_commit_group();
void async_wait_groups(size_t pending);

void begin_arrival(uint64_t* arrival);
void done_with_copy();
void bulk_copy(void* shared, const void* source, size_t bytes, uint64_t* arrival);
void wait_arrival(uint64_t* arrival, int parity);

/* Ends the kernel, as a fault on a device does. */
[[noreturn]] void fail_kernel(cudaError_t error, const char* format, ...)
    __attribute__((format(printf, 2, 3)));

struct Product {
  float* d;
  const uint32_t* a;
  const uint32_t* b;
};
void multiply_half(void* const* lanes);
void multiply_brain(void* const* lanes);

/* Each lane reads its own row, before the lanes exchange them. */
struct MatrixRows {
  uint32_t* r;
  uint16_t row[8];
};
void check_matrix_row(const void* row);
void gather_matrices(void* const* lanes);
void gather_transposed(void* const* lanes);

/* The address that an argument holds, null if it is no pointer. */
template <typename T>
struct PointerCheck {
  static const void* address(const T&) { return nullptr; }
};
template <typename T>
struct PointerCheck<T*> {
  static const void* address(const volatile void* value) { return const_cast<const void*>(value); }
};

template <typename... Parameters, typename... Arguments>
inline cudaError_t launch(const char* name, const char* file, int line, bool together,
                          void (*function)(Parameters...), dim3 grid, dim3 block, size_t shared,
                          cudaStream_t stream, Arguments... arguments) {
  struct Call {
    void (*function)(Parameters...);
    std::tuple<Parameters...> arguments;
  };
  static_assert(sizeof(std::tuple<Parameters...>) <= 4096, "a kernel takes at most 4 KB");
  auto call = std::make_shared<Call>(
      Call{function, std::tuple<Parameters...>(static_cast<Parameters>(arguments)...)});
  Kernel kernel{name, {file, line}, together,
                [](const void* stored) {
                  const Call& known = *static_cast<const Call*>(stored);
                  std::apply(known.function, known.arguments);
                },
                call};
  const void* pointers[] = {nullptr, PointerCheck<Parameters>::address(
                                         static_cast<Parameters>(arguments))...};
  for (size_t i = 1; i < sizeof pointers / sizeof *pointers; i++) {
    if (pointers[i] != nullptr && !visible_to_device(pointers[i])) {
      return refuse_host_pointer(kernel, static_cast<int>(i), pointers[i]);
    }
  }
  return launch_kernel(std::move(kernel), grid, block, shared, stream);
}

}  // namespace jukebox::emulator

#endif
