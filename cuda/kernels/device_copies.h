/* Copies from device to shared memory in the background: a part of device.h. */
#ifndef JUKEBOX_DEVICE_COPIES_H
#define JUKEBOX_DEVICE_COPIES_H

namespace jukebox {

/*
 * Copies 16 bytes from device to shared memory in the background, or zeros if not valid. Both
 * addresses are aligned to 16. The bytes may be used by this thread after async_wait, by others
 * after a barrier behind it.
 */
DEVICE void async_copy16(void* shared, const void* source, bool valid) {
  unsigned target = static_cast<unsigned>(__cvta_generic_to_shared(shared));
  int bytes = valid ? 16 : 0;
  asm volatile("cp.async.cg.shared.global [%0], [%1], 16, %2;\n" ::"r"(target), "l"(source),
               "r"(bytes)
               : "memory");
}
/* Ends a group of copies. */
DEVICE void async_commit() { asm volatile("cp.async.commit_group;\n" ::: "memory"); }
/* Waits until at most `pending` of this thread's latest groups are under way. */
template <int pending>
DEVICE void async_wait() {
  asm volatile("cp.async.wait_group %0;\n" ::"n"(pending) : "memory");
}

/* Whether devices have copies of whole runs of bytes; kernels that need them are empty for others. */
#if __CUDA_ARCH__ >= 900
constexpr bool BULK_COPIES = true;
#else
constexpr bool BULK_COPIES = false;
#endif

/*
 * How far copies of whole runs of bytes have come. One thread begins it, before a barrier of those that
 * use it.
 */
struct alignas(8) Arrival {
  uint64_t word;
};
DEVICE void begin_arrival(Arrival* arrival) {
#if __CUDA_ARCH__ >= 900
  unsigned address = static_cast<unsigned>(__cvta_generic_to_shared(arrival));
  asm volatile("mbarrier.init.shared::cta.b64 [%0], 1;\n" ::"r"(address) : "memory");
  asm volatile("fence.mbarrier_init.release.cluster;\n" ::: "memory");
#else
  asm volatile("trap;\n");
#endif
}
/* Orders what this thread read of shared memory before a copy that is started after it met others. */
DEVICE void done_with_copy() {
#if __CUDA_ARCH__ >= 900
  asm volatile("fence.proxy.async.shared::cta;\n" ::: "memory");
#endif
}
/*
 * One thread starts the copy of bytes that are used once, a multiple of 16 and aligned to 16 on both
 * sides, after the copy before has arrived and the threads that used its bytes have called
 * done_with_copy() and met.
 */
DEVICE void bulk_copy(void* shared, const void* source, int bytes, Arrival* arrival) {
#if __CUDA_ARCH__ >= 900
  unsigned target = static_cast<unsigned>(__cvta_generic_to_shared(shared));
  unsigned address = static_cast<unsigned>(__cvta_generic_to_shared(arrival));
  uint64_t once;
  asm("createpolicy.fractional.L2::evict_first.b64 %0, 1.0;\n" : "=l"(once));
  asm volatile("mbarrier.arrive.expect_tx.shared::cta.b64 _, [%0], %1;\n" ::"r"(address),
               "r"(bytes)
               : "memory");
  asm volatile(
      "cp.async.bulk.shared::cluster.global.mbarrier::complete_tx::bytes.L2::cache_hint "
      "[%0], [%1], %2, [%3], %4;\n" ::"r"(target),
      "l"(source), "r"(bytes), "r"(address), "l"(once)
      : "memory");
#else
  asm volatile("trap;\n");
#endif
}
/* Waits for the n-th copy of an arrival, counted from 0, of which `parity` is the last bit. */
DEVICE void wait_arrival(Arrival* arrival, int parity) {
#if __CUDA_ARCH__ >= 900
  unsigned address = static_cast<unsigned>(__cvta_generic_to_shared(arrival));
  uint32_t turns = 0;
  while (true) {
    uint32_t arrived;
    asm volatile(
        "{\n"
        ".reg .pred arrived;\n"
        "mbarrier.try_wait.parity.shared::cta.b64 arrived, [%1], %2;\n"
        "selp.u32 %0, 1, 0, arrived;\n"
        "}\n"
        : "=r"(arrived)
        : "r"(address), "r"(parity)
        : "memory");
    if (arrived != 0) break;
    let_others_run(turns);
  }
#else
  asm volatile("trap;\n");
#endif
}

}  // namespace jukebox

#endif
