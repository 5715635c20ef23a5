/*
 * All that a kernel may use beyond plain C++: the few things that only a GPU has, by thin wrappers.
 *
 * The same source is compiled by nvcc for devices and, in tests, by g++ with an emulation of this
 * file (cuda/emulator). So kernels hold no inline PTX, no plain __shared__, no cooperative groups,
 * and call no CUDA intrinsics but those below. Every thread of a warp reaches every warp function,
 * every thread of a block every sync_block(). Block sizes are multiples of 32.
 */
#ifndef JUKEBOX_DEVICE_H
#define JUKEBOX_DEVICE_H

#include <cstdint>

/* Before loops whose registers must not be indexed at run time, or whose code is to stay small. */
#ifdef JUKEBOX_EMULATED
#define UNROLL
#define UNROLL_BY(times)
#define NO_UNROLL
#else
#define JUKEBOX_PRAGMA(text) _Pragma(#text)
#define UNROLL JUKEBOX_PRAGMA(unroll)
#define UNROLL_BY(times) JUKEBOX_PRAGMA(unroll times)
#define NO_UNROLL JUKEBOX_PRAGMA(unroll 1)
#endif

#ifdef JUKEBOX_EMULATED
#include "emulated_device.h"
#else

#include <cuda_bf16.h>
#include <cuda_fp16.h>
#include <cuda_runtime.h>

#define KERNEL(...) __global__ void __launch_bounds__(__VA_ARGS__)
#define DEVICE __device__ __forceinline__
/* A function that is called, with registers of its own, instead of becoming part of its callers. */
#define SEPARATE __device__ __noinline__
#define HOST_DEVICE __host__ __device__ __forceinline__

/* `count` elements of shared memory, aligned to 16; their contents are undefined. */
#define SHARED(type, name, count) __shared__ __align__(16) type name[count]

/* The block's dynamic shared memory as bytes, aligned to 16; its contents are undefined. */
#define DYNAMIC_SHARED(name) extern __shared__ __align__(16) unsigned char name[]

/* LAUNCH((kernel<64, 64>), grid, block, shared bytes, stream, arguments...) is a cudaError_t. */
#define LAUNCH(kernel, grid, block, shared, stream, ...) \
  ::jukebox::launch(kernel, dim3(grid), dim3(block), shared, stream, false, __VA_ARGS__)

/*
 * The same for a kernel that calls wait_for_previous(): if `early`, it may begin while the one
 * before it in the stream still runs, and does until that call what does not depend on it.
 */
#define LAUNCH_EARLY(kernel, grid, block, shared, stream, early, ...) \
  ::jukebox::launch(kernel, dim3(grid), dim3(block), shared, stream, early, __VA_ARGS__)

/* The same for a kernel whose blocks wait for each other: all of them run at the same time. */
#define LAUNCH_TOGETHER(kernel, grid, block, shared, stream, ...) \
  ::jukebox::launch_together(kernel, dim3(grid), dim3(block), shared, stream, __VA_ARGS__)

/* Brings a kernel's code to the device, with all shared memory allowed, before it is captured. */
#define LOAD_KERNEL(kernel) ::jukebox::allow_shared(reinterpret_cast<const void*>(kernel))

namespace jukebox {

using f16 = __half;
using bf16 = __nv_bfloat16;

/*
 * Allows a kernel all dynamic shared memory that a block can have beside its own arrays. The value
 * is the same for every launch, so that it holds for launches of other sizes by other threads, and
 * for those that a graph recorded.
 */
inline cudaError_t allow_shared(const void* kernel) {
  cudaFuncAttributes attributes;
  cudaError_t status = cudaFuncGetAttributes(&attributes, kernel);
  int device = 0;
  int limit = 0;
  if (status == cudaSuccess) status = cudaGetDevice(&device);
  if (status == cudaSuccess) {
    status = cudaDeviceGetAttribute(&limit, cudaDevAttrMaxSharedMemoryPerBlockOptin, device);
  }
  if (status != cudaSuccess) return status;
  limit -= static_cast<int>(attributes.sharedSizeBytes);
  if (attributes.maxDynamicSharedSizeBytes == limit) return cudaSuccess;
  return cudaFuncSetAttribute(kernel, cudaFuncAttributeMaxDynamicSharedMemorySize, limit);
}

template <typename... Parameters, typename... Arguments>
inline cudaError_t launch_with(void (*kernel)(Parameters...), dim3 grid, dim3 block, size_t shared,
                               cudaStream_t stream, cudaLaunchAttribute* attribute,
                               Arguments... arguments) {
  /* Without asking a block has 48 KiB, of which its fixed arrays, here 16 at most, are a part. */
  constexpr size_t WITHOUT_ASKING = 32 * 1024;
  if (shared > WITHOUT_ASKING) {
    cudaError_t status = allow_shared(reinterpret_cast<const void*>(kernel));
    if (status != cudaSuccess) return status;
  }
  cudaLaunchConfig_t config = {};
  config.gridDim = grid;
  config.blockDim = block;
  config.dynamicSmemBytes = shared;
  config.stream = stream;
  config.attrs = attribute;
  config.numAttrs = attribute == nullptr ? 0 : 1;
  return cudaLaunchKernelEx(&config, kernel, static_cast<Parameters>(arguments)...);
}

template <typename... Parameters, typename... Arguments>
inline cudaError_t launch(void (*kernel)(Parameters...), dim3 grid, dim3 block, size_t shared,
                          cudaStream_t stream, bool early, Arguments... arguments) {
  cudaLaunchAttribute attribute = {};
  attribute.id = cudaLaunchAttributeProgrammaticStreamSerialization;
  attribute.val.programmaticStreamSerializationAllowed = 1;
  return launch_with(kernel, grid, block, shared, stream, early ? &attribute : nullptr,
                     arguments...);
}

template <typename... Parameters, typename... Arguments>
inline cudaError_t launch_together(void (*kernel)(Parameters...), dim3 grid, dim3 block,
                                   size_t shared, cudaStream_t stream, Arguments... arguments) {
  cudaLaunchAttribute attribute = {};
  attribute.id = cudaLaunchAttributeCooperative;
  attribute.val.cooperative = 1;
  return launch_with(kernel, grid, block, shared, stream, &attribute, arguments...);
}

DEVICE float to_float(float value) { return value; }
DEVICE float to_float(f16 value) { return __half2float(value); }
DEVICE float to_float(bf16 value) { return __bfloat162float(value); }

/* The nearest value of a type, ties to even. */
template <typename T>
DEVICE T from_float(float value);
template <>
DEVICE float from_float<float>(float value) { return value; }
template <>
DEVICE f16 from_float<f16>(float value) { return __float2half_rn(value); }
template <>
DEVICE bf16 from_float<bf16>(float value) { return __float2bfloat16_rn(value); }

DEVICE uint32_t float_bits(float value) { return __float_as_uint(value); }
DEVICE float bits_float(uint32_t bits) { return __uint_as_float(bits); }

/* The value of 16 bits. */
template <typename T>
DEVICE T from_bits(uint32_t bits);
template <>
DEVICE f16 from_bits<f16>(uint32_t bits) { return __ushort_as_half(static_cast<uint16_t>(bits)); }
template <>
DEVICE bf16 from_bits<bf16>(uint32_t bits) {
  return __ushort_as_bfloat16(static_cast<uint16_t>(bits));
}

/* Two values as the register of a matrix fragment, the first in the low half. */
DEVICE uint32_t pack2(f16 low, f16 high) {
  return static_cast<uint32_t>(__half_as_ushort(low)) |
         static_cast<uint32_t>(__half_as_ushort(high)) << 16;
}
DEVICE uint32_t pack2(bf16 low, bf16 high) {
  return static_cast<uint32_t>(__bfloat16_as_ushort(low)) |
         static_cast<uint32_t>(__bfloat16_as_ushort(high)) << 16;
}
/* The low halves of two registers as one, the first in the low half; and their high halves. */
DEVICE uint32_t pair_low(uint32_t first, uint32_t second) {
  return __byte_perm(first, second, 0x5410);
}
DEVICE uint32_t pair_high(uint32_t first, uint32_t second) {
  return __byte_perm(first, second, 0x7632);
}
/* The values of two bytes of a word from the `first` on, less 128. */
template <int first>
DEVICE uint32_t halves_of_bytes(uint32_t word) {
  static_assert(first == 0 || first == 2, "the lower two or the upper two");
  /* 0x6400 + byte is the half 1024 + byte. */
  uint32_t biased = __byte_perm(word, 0x64646464u, first == 0 ? 0x4140 : 0x4342);
  __half2 values = __hsub2(*reinterpret_cast<__half2*>(&biased), __float2half2_rn(1152.0f));
  return *reinterpret_cast<uint32_t*>(&values);
}

/*
 * Every thread of a kernel of LAUNCH_EARLY calls both, in this order, before it touches what other
 * kernels write, and before it returns. After the first the kernel before has ended and its writes are
 * seen; the second lets the next kernel begin. So whoever runs before its own wait knows that
 * everything has ended but the one kernel before it.
 */
DEVICE void wait_for_previous() {
#if __CUDA_ARCH__ >= 900
  asm volatile("griddepcontrol.wait;\n" ::: "memory");
#endif
}
DEVICE void let_next_begin() {
#if __CUDA_ARCH__ >= 900
  asm volatile("griddepcontrol.launch_dependents;\n" ::: "memory");
#endif
}

DEVICE void sync_block() { __syncthreads(); }
DEVICE void sync_warp() { __syncwarp(); }

/*
 * Words of device memory by which blocks of LAUNCH_TOGETHER meet: each is read or written whole, past
 * the first-level cache, and unordered with all others (exchange.h).
 */
DEVICE void store_relaxed(float* to, uint32_t word) {
  asm volatile("st.relaxed.gpu.global.u32 [%0], %1;\n" ::"l"(to), "r"(word) : "memory");
}
DEVICE uint32_t load_relaxed(const float* from) {
  uint32_t word;
  asm volatile("ld.relaxed.gpu.global.u32 %0, [%1];\n" : "=r"(word) : "l"(from) : "memory");
  return word;
}
/* Four words, aligned to 16. */
DEVICE uint4 load_relaxed4(const float* from) {
  uint4 words;
  asm volatile("ld.relaxed.gpu.global.v4.u32 {%0, %1, %2, %3}, [%4];\n"
               : "=r"(words.x), "=r"(words.y), "=r"(words.z), "=r"(words.w)
               : "l"(from)
               : "memory");
  return words;
}
/*
 * Called wherever a thread waits, with a count from 0 on. What takes so many turns, which is seconds,
 * will never come: the kernel fails instead of running for ever.
 */
DEVICE void let_others_run(uint32_t& turns) {
  constexpr uint32_t TOO_OFTEN = 1u << 24;
  if (++turns == TOO_OFTEN) asm volatile("trap;\n");
}

/* Orders this thread's writes to device memory before its later ones, for all threads. */
DEVICE void fence_device() { asm volatile("fence.acq_rel.gpu;\n" ::: "memory"); }

/* As fence_device, for the host as well. */
DEVICE void fence_system() { __threadfence_system(); }

constexpr unsigned ALL_LANES = 0xffffffffu;

/* The value of lane (own ^ mask). */
template <typename T>
DEVICE T shuffle_xor(T value, int mask) { return __shfl_xor_sync(ALL_LANES, value, mask); }
/* The value of a lane. */
template <typename T>
DEVICE T shuffle(T value, int lane) { return __shfl_sync(ALL_LANES, value, lane); }
/* The value of lane (own - delta); the lowest lanes keep their own. */
template <typename T>
DEVICE T shuffle_up(T value, int delta) { return __shfl_up_sync(ALL_LANES, value, delta); }
/* A bit for each lane whose condition holds. */
DEVICE uint32_t ballot(bool condition) { return __ballot_sync(ALL_LANES, condition); }
/* The largest value of all lanes, in one instruction. */
DEVICE uint32_t reduce_max(uint32_t value) { return __reduce_max_sync(ALL_LANES, value); }

/* Adds to memory that other threads add to as well; the value before. */
DEVICE float atomic_add(float* address, float value) { return atomicAdd(address, value); }
DEVICE double atomic_add(double* address, double value) { return atomicAdd(address, value); }
DEVICE int32_t atomic_add(int32_t* address, int32_t value) { return atomicAdd(address, value); }
DEVICE uint32_t atomic_add(uint32_t* address, uint32_t value) { return atomicAdd(address, value); }
DEVICE uint32_t atomic_max(uint32_t* address, uint32_t value) { return atomicMax(address, value); }
DEVICE uint32_t atomic_or(uint32_t* address, uint32_t value) { return atomicOr(address, value); }

/* Reads 16 bytes that are used once, past the first-level cache. */
DEVICE uint4 load_once(const void* address) {
  return __ldcs(static_cast<const uint4*>(address));
}
/* Brings the line of an address to the second-level cache, in the background. */
DEVICE void prefetch(const void* address) {
  asm volatile("prefetch.global.L2 [%0];\n" ::"l"(address));
}
/* Reads what another block of the same kernel wrote before a fence. */
DEVICE float load_fresh(const float* address) { return __ldcg(address); }

/*
 * d += a x b on 16x16 and 16x8 fragments of 16-bit values, summed in fp32, as mma.m16n8k16 of PTX
 * lays them out. With group = lane / 4 and pair = 2 * (lane % 4):
 *   a[0] = A[group][pair, pair+1]      a[1] = A[group+8][pair, pair+1]
 *   a[2] = A[group][pair+8, pair+9]    a[3] = A[group+8][pair+8, pair+9]
 *   b[0] = B[pair, pair+1][group]      b[1] = B[pair+8, pair+9][group]
 *   d[0], d[1] = D[group][pair, pair+1]    d[2], d[3] = D[group+8][pair, pair+1]
 */
template <typename T>
DEVICE void mma16816(float (&d)[4], const uint32_t (&a)[4], const uint32_t (&b)[2]);
template <>
DEVICE void mma16816<f16>(float (&d)[4], const uint32_t (&a)[4], const uint32_t (&b)[2]) {
  asm volatile(
      "mma.sync.aligned.m16n8k16.row.col.f32.f16.f16.f32 {%0,%1,%2,%3}, {%4,%5,%6,%7}, {%8,%9}, "
      "{%0,%1,%2,%3};\n"
      : "+f"(d[0]), "+f"(d[1]), "+f"(d[2]), "+f"(d[3])
      : "r"(a[0]), "r"(a[1]), "r"(a[2]), "r"(a[3]), "r"(b[0]), "r"(b[1]));
}
template <>
DEVICE void mma16816<bf16>(float (&d)[4], const uint32_t (&a)[4], const uint32_t (&b)[2]) {
  asm volatile(
      "mma.sync.aligned.m16n8k16.row.col.f32.bf16.bf16.f32 {%0,%1,%2,%3}, {%4,%5,%6,%7}, {%8,%9}, "
      "{%0,%1,%2,%3};\n"
      : "+f"(d[0]), "+f"(d[1]), "+f"(d[2]), "+f"(d[3])
      : "r"(a[0]), "r"(a[1]), "r"(a[2]), "r"(a[3]), "r"(b[0]), "r"(b[1]));
}

/*
 * Four 8x8 matrices of 16-bit values from shared memory, as ldmatrix of PTX: lane i gives the
 * address, aligned to 16, of row i % 8 of matrix i / 8; r[m] of lane i is row i / 4, columns
 * 2 * (i % 4) and the next, of matrix m; transposed, those columns' places in the rows.
 */
DEVICE void load_matrices(uint32_t (&r)[4], const void* row) {
  unsigned source = static_cast<unsigned>(__cvta_generic_to_shared(row));
  asm volatile("ldmatrix.sync.aligned.m8n8.x4.shared.b16 {%0,%1,%2,%3}, [%4];\n"
               : "=r"(r[0]), "=r"(r[1]), "=r"(r[2]), "=r"(r[3])
               : "r"(source)
               : "memory");
}
DEVICE void load_matrices_transposed(uint32_t (&r)[4], const void* row) {
  unsigned source = static_cast<unsigned>(__cvta_generic_to_shared(row));
  asm volatile("ldmatrix.sync.aligned.m8n8.x4.trans.shared.b16 {%0,%1,%2,%3}, [%4];\n"
               : "=r"(r[0]), "=r"(r[1]), "=r"(r[2]), "=r"(r[3])
               : "r"(source)
               : "memory");
}

}  // namespace jukebox

#include "device_copies.h"

#endif

namespace jukebox {

constexpr int WARP = 32;

/* Whether 16 bytes may be read or written at once. */
HOST_DEVICE bool is_aligned16(const void* address) {
  return reinterpret_cast<uintptr_t>(address) % 16 == 0;
}

DEVICE float warp_sum(float value) {
  for (int mask = WARP / 2; mask > 0; mask /= 2) value += shuffle_xor(value, mask);
  return value;
}
DEVICE float warp_max(float value) {
  for (int mask = WARP / 2; mask > 0; mask /= 2) {
    value = fmaxf(value, shuffle_xor(value, mask));
  }
  return value;
}

}  // namespace jukebox

#endif
