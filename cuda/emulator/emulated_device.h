/* The other side of cuda/kernels/device.h: what kernels use, on a host. */
#ifndef JUKEBOX_EMULATED_DEVICE_H
#define JUKEBOX_EMULATED_DEVICE_H

#include <cmath>
#include <cstdint>
#include <cstring>
#include <type_traits>

#include "cuda_runtime.h"
#include "emulated_types.h"
#include "execution.h"

#define KERNEL(...) void
#define DEVICE inline
#define SEPARATE inline
#define HOST_DEVICE inline

/* Every call site, in every instance of a template, is one array of the block. */
#define SHARED(type, name, count)                                                              \
  auto& name = ::jukebox::emulator::shared_array<type, (count)>([]() -> const void* {          \
    static char key;                                                                           \
    return &key;                                                                               \
  }())

#if defined(__SANITIZE_THREAD__)
/* Lanes meet on purpose where the emulator exchanges their values. */
#define JUKEBOX_EMULATED_EXCHANGE __attribute__((noinline, no_sanitize_thread))
/* The sanitizer knows no fences, so that every atomic operation is one. */
#define JUKEBOX_EMULATED_ATOMIC __ATOMIC_ACQ_REL
#define JUKEBOX_EMULATED_LOAD __ATOMIC_ACQUIRE
#define JUKEBOX_EMULATED_FENCE()
#else
#define JUKEBOX_EMULATED_EXCHANGE
#define JUKEBOX_EMULATED_ATOMIC __ATOMIC_RELAXED
#define JUKEBOX_EMULATED_LOAD __ATOMIC_RELAXED
#define JUKEBOX_EMULATED_FENCE() __atomic_thread_fence(__ATOMIC_SEQ_CST)
#endif

#define DYNAMIC_SHARED(name) unsigned char* const name = ::jukebox::emulator::dynamic_shared()

#define LAUNCH(kernel, grid, block, shared, stream, ...)                                  \
  ::jukebox::emulator::launch(#kernel, __FILE__, __LINE__, false, kernel, dim3(grid),     \
                              dim3(block), shared, stream, __VA_ARGS__)

#define LAUNCH_TOGETHER(kernel, grid, block, shared, stream, ...)                         \
  ::jukebox::emulator::launch(#kernel, __FILE__, __LINE__, true, kernel, dim3(grid),      \
                              dim3(block), shared, stream, __VA_ARGS__)

#define LOAD_KERNEL(kernel) ((void)(kernel), cudaSuccess)

/* Kernels run one after the other, so that none begins early. */
#define LAUNCH_EARLY(kernel, grid, block, shared, stream, early, ...) \
  ((void)(early), LAUNCH(kernel, grid, block, shared, stream, __VA_ARGS__))

/* Default arguments that stand for the place of the call. */
#define JUKEBOX_EMULATED_SITE const char *file = __builtin_FILE(), int line = __builtin_LINE()

inline float rsqrtf(float value) { return 1.0f / std::sqrt(value); }
inline double rsqrt(double value) { return 1.0 / std::sqrt(value); }
inline int min(int a, int b) { return b < a ? b : a; }
inline int max(int a, int b) { return a < b ? b : a; }
inline unsigned min(unsigned a, unsigned b) { return b < a ? b : a; }
inline unsigned max(unsigned a, unsigned b) { return a < b ? b : a; }
inline long min(long a, long b) { return b < a ? b : a; }
inline long max(long a, long b) { return a < b ? b : a; }
inline long long min(long long a, long long b) { return b < a ? b : a; }
inline long long max(long long a, long long b) { return a < b ? b : a; }
inline unsigned long min(unsigned long a, unsigned long b) { return b < a ? b : a; }
inline unsigned long max(unsigned long a, unsigned long b) { return a < b ? b : a; }
inline float min(float a, float b) { return fminf(a, b); }
inline float max(float a, float b) { return fmaxf(a, b); }
inline double min(double a, double b) { return std::fmin(a, b); }
inline double max(double a, double b) { return std::fmax(a, b); }

namespace jukebox {

constexpr unsigned ALL_LANES = 0xffffffffu;

namespace emulator {

template <typename T, size_t count>
using Array = T[count];

template <typename T, size_t count>
inline Array<T, count>& shared_array(const void* key) {
  constexpr size_t alignment = alignof(T) < 16 ? 16 : alignof(T);
  return *static_cast<Array<T, count>*>(static_shared(key, sizeof(T) * count, alignment));
}

enum class Direction { XOR, LANE, UP };

template <typename T>
struct Shuffle {
  T value;
  int operand;
  T result;
};

template <typename T, Direction direction>
JUKEBOX_EMULATED_EXCHANGE inline void exchange(void* const* lanes) {
  for (int i = 0; i < 32; i++) {
    auto& own = *static_cast<Shuffle<T>*>(lanes[i]);
    int from = direction == Direction::XOR    ? i ^ (own.operand & 31)
               : direction == Direction::LANE ? own.operand & 31
                                              : i - own.operand;
    if (from < 0 || from > 31) from = i;
    own.result = static_cast<const Shuffle<T>*>(lanes[from])->value;
  }
}

template <Direction direction, typename T>
inline T shuffled(const char* what, T value, int operand, Site site) {
  static_assert(std::is_trivially_copyable<T>::value && (sizeof(T) == 4 || sizeof(T) == 8),
                "a shuffle moves 4 or 8 bytes");
  Shuffle<T> own{value, operand, value};
  warp_collective(what, site, exchange<T, direction>, &own);
  return own.result;
}

struct Vote {
  bool condition;
  uint32_t result;
};
JUKEBOX_EMULATED_EXCHANGE inline void count_votes(void* const* lanes) {
  uint32_t bits = 0;
  for (int i = 0; i < 32; i++) {
    bits |= static_cast<uint32_t>(static_cast<Vote*>(lanes[i])->condition) << i;
  }
  for (int i = 0; i < 32; i++) static_cast<Vote*>(lanes[i])->result = bits;
}
JUKEBOX_EMULATED_EXCHANGE inline void find_largest(void* const* lanes) {
  uint32_t largest = 0;
  for (int i = 0; i < 32; i++) largest = max(largest, *static_cast<const uint32_t*>(lanes[i]));
  for (int i = 0; i < 32; i++) *static_cast<uint32_t*>(lanes[i]) = largest;
}

/* Adds by the compare-and-swap of the integer of the same size. */
template <typename Bits, typename T>
inline T add_atomically(T* address, T value) {
  static_assert(sizeof(Bits) == sizeof(T), "the bits of a value");
  Bits* place = reinterpret_cast<Bits*>(address);
  Bits before = __atomic_load_n(place, JUKEBOX_EMULATED_LOAD);
  for (;;) {
    T old;
    std::memcpy(&old, &before, sizeof old);
    const T sum = old + value;
    Bits after;
    std::memcpy(&after, &sum, sizeof after);
    if (__atomic_compare_exchange_n(place, &before, after, true, JUKEBOX_EMULATED_ATOMIC,
                                    JUKEBOX_EMULATED_LOAD)) {
      return old;
    }
  }
}

inline MatrixRows matrix_rows(uint32_t* r, const void* row) {
  check_matrix_row(row);
  MatrixRows own;
  own.r = r;
  std::memcpy(own.row, row, sizeof own.row);
  return own;
}

inline void check_alignment(const void* address, size_t alignment, const char* what) {
  if (reinterpret_cast<uintptr_t>(address) % alignment != 0) {
    fail_kernel(cudaErrorMisalignedAddress, "%s at %p, which is not aligned to %zu", what, address,
                alignment);
  }
}

}  // namespace emulator

inline void store_relaxed(float* to, uint32_t word) {
  emulator::check_alignment(to, 4, "store_relaxed");
  __atomic_store_n(reinterpret_cast<uint32_t*>(to), word, __ATOMIC_RELAXED);
}
inline uint32_t load_relaxed(const float* from) {
  emulator::check_alignment(from, 4, "load_relaxed");
  return __atomic_load_n(reinterpret_cast<const uint32_t*>(from), __ATOMIC_RELAXED);
}
inline uint4 load_relaxed4(const float* from) {
  emulator::check_alignment(from, 16, "load_relaxed4");
  return {load_relaxed(from), load_relaxed(from + 1), load_relaxed(from + 2),
          load_relaxed(from + 3)};
}
inline void let_others_run(uint32_t&) { emulator::wait_for_others(); }

inline void wait_for_previous() {}
inline void let_next_begin() {}

inline void sync_block(JUKEBOX_EMULATED_SITE) { emulator::block_barrier({file, line}); }
inline void sync_warp(JUKEBOX_EMULATED_SITE) {
  emulator::warp_collective("sync_warp", {file, line}, nullptr, nullptr);
}
inline void fence_device() { JUKEBOX_EMULATED_FENCE(); }
inline void fence_system() { JUKEBOX_EMULATED_FENCE(); }

template <typename T>
inline T shuffle_xor(T value, int mask, JUKEBOX_EMULATED_SITE) {
  return emulator::shuffled<emulator::Direction::XOR>("shuffle_xor", value, mask, {file, line});
}
template <typename T>
inline T shuffle(T value, int lane, JUKEBOX_EMULATED_SITE) {
  return emulator::shuffled<emulator::Direction::LANE>("shuffle", value, lane, {file, line});
}
template <typename T>
inline T shuffle_up(T value, int delta, JUKEBOX_EMULATED_SITE) {
  return emulator::shuffled<emulator::Direction::UP>("shuffle_up", value, delta, {file, line});
}
inline uint32_t ballot(bool condition, JUKEBOX_EMULATED_SITE) {
  emulator::Vote own{condition, 0};
  emulator::warp_collective("ballot", {file, line}, emulator::count_votes, &own);
  return own.result;
}
inline uint32_t reduce_max(uint32_t value, JUKEBOX_EMULATED_SITE) {
  emulator::warp_collective("reduce_max", {file, line}, emulator::find_largest, &value);
  return value;
}

inline float atomic_add(float* address, float value) {
  emulator::check_alignment(address, 4, "atomic_add");
  emulator::count_poll();
  return emulator::add_atomically<uint32_t>(address, value);
}
inline double atomic_add(double* address, double value) {
  emulator::check_alignment(address, 8, "atomic_add");
  emulator::count_poll();
  return emulator::add_atomically<uint64_t>(address, value);
}
inline int32_t atomic_add(int32_t* address, int32_t value) {
  emulator::check_alignment(address, 4, "atomic_add");
  emulator::count_poll();
  return __atomic_fetch_add(address, value, JUKEBOX_EMULATED_ATOMIC);
}
inline uint32_t atomic_add(uint32_t* address, uint32_t value) {
  emulator::check_alignment(address, 4, "atomic_add");
  emulator::count_poll();
  return __atomic_fetch_add(address, value, JUKEBOX_EMULATED_ATOMIC);
}
inline uint32_t atomic_max(uint32_t* address, uint32_t value) {
  emulator::check_alignment(address, 4, "atomic_max");
  emulator::count_poll();
  uint32_t before = __atomic_load_n(address, JUKEBOX_EMULATED_LOAD);
  while (before < value && !__atomic_compare_exchange_n(address, &before, value, true,
                                                        JUKEBOX_EMULATED_ATOMIC,
                                                        JUKEBOX_EMULATED_LOAD)) {
  }
  return before;
}
inline uint32_t atomic_or(uint32_t* address, uint32_t value) {
  emulator::check_alignment(address, 4, "atomic_or");
  emulator::count_poll();
  return __atomic_fetch_or(address, value, JUKEBOX_EMULATED_ATOMIC);
}

inline uint4 load_once(const void* address) {
  emulator::check_alignment(address, 16, "load_once");
  return *static_cast<const uint4*>(address);
}
inline void prefetch(const void*) {}
inline float load_fresh(const float* address) {
  emulator::check_alignment(address, 4, "load_fresh");
  emulator::count_poll();
  return bits_float(
      __atomic_load_n(reinterpret_cast<const uint32_t*>(address), JUKEBOX_EMULATED_LOAD));
}

inline void async_copy16(void* shared, const void* source, bool valid) {
  emulator::async_copy(shared, source, valid);
}
inline void async_commit() { emulator::async_commit_group(); }
template <int pending>
inline void async_wait() {
  static_assert(pending >= 0, "a number of groups");
  emulator::async_wait_groups(pending);
}

constexpr bool BULK_COPIES = true;
struct alignas(8) Arrival {
  uint64_t word;
};
inline void begin_arrival(Arrival* arrival) { emulator::begin_arrival(&arrival->word); }
inline void done_with_copy() { emulator::done_with_copy(); }
inline void bulk_copy(void* shared, const void* source, int bytes, Arrival* arrival) {
  emulator::bulk_copy(shared, source, static_cast<size_t>(bytes), &arrival->word);
}
inline void wait_arrival(Arrival* arrival, int parity) {
  emulator::wait_arrival(&arrival->word, parity);
}

template <typename T>
inline void mma16816(float (&d)[4], const uint32_t (&a)[4], const uint32_t (&b)[2],
                     JUKEBOX_EMULATED_SITE) {
  static_assert(std::is_same<T, f16>::value || std::is_same<T, bf16>::value, "16-bit factors");
  emulator::Product own{d, a, b};
  emulator::warp_collective(
      "mma16816", {file, line},
      std::is_same<T, f16>::value ? emulator::multiply_half : emulator::multiply_brain, &own);
}

inline void load_matrices(uint32_t (&r)[4], const void* row, JUKEBOX_EMULATED_SITE) {
  emulator::MatrixRows own = emulator::matrix_rows(r, row);
  emulator::warp_collective("load_matrices", {file, line}, emulator::gather_matrices, &own);
}
inline void load_matrices_transposed(uint32_t (&r)[4], const void* row, JUKEBOX_EMULATED_SITE) {
  emulator::MatrixRows own = emulator::matrix_rows(r, row);
  emulator::warp_collective("load_matrices_transposed", {file, line}, emulator::gather_transposed,
                            &own);
}

}  // namespace jukebox

#endif
