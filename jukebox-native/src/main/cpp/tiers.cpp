// Which instruction sets the library holds and the processor runs.
#include "calls.h"
#include "jukebox.h"

#if defined(__linux__)
#include <sched.h>
#endif

namespace jk {

namespace baseline {
Kernels kernels();
}
#if defined(__x86_64__)
namespace avx2 {
Kernels kernels();
}
namespace avx512 {
Kernels kernels();
}
#endif

const Kernels* tier_kernels(int tier) {
  switch (tier) {
    case JK_BASELINE: {
      static const Kernels table = baseline::kernels();
      return &table;
    }
#if defined(__x86_64__)
    case JK_AVX2: {
      static const Kernels table = avx2::kernels();
      return &table;
    }
    case JK_AVX512: {
      static const Kernels table = avx512::kernels();
      return &table;
    }
#endif
    default: return nullptr;
  }
}

}  // namespace jk

extern "C" int jk_tier_supported(int tier) {
  switch (tier) {
    case JK_BASELINE: return 1;
#if defined(__x86_64__)
    // The compiler's run-time check asks the operating system for the register state as well.
    case JK_AVX2:
      return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") &&
             __builtin_cpu_supports("f16c");
    case JK_AVX512:
      return jk_tier_supported(JK_AVX2) && __builtin_cpu_supports("avx512f") &&
             __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vl") &&
             __builtin_cpu_supports("avx512dq");
#endif
    default: return 0;
  }
}

extern "C" int jk_best_tier(void) {
  for (int tier = JK_AVX512; tier > JK_BASELINE; tier--) {
    if (jk_tier_supported(tier)) return tier;
  }
  return JK_BASELINE;
}

extern "C" int jk_abi_version(void) { return JK_ABI_VERSION; }

extern "C" int jk_processors(void) {
#if defined(__linux__)
  cpu_set_t set;
  if (sched_getaffinity(0, sizeof set, &set) == 0 && CPU_COUNT(&set) > 0) return CPU_COUNT(&set);
#endif
  unsigned count = std::thread::hardware_concurrency();
  return count == 0 ? 1 : static_cast<int>(count);
}
