// The engine behind a jk_engine handle, and the checks that every entry of the C ABI makes.
#ifndef JUKEBOX_ENGINE_H
#define JUKEBOX_ENGINE_H

#include <atomic>

#include "calls.h"
#include "jukebox.h"

struct jk_engine {
  static constexpr uint64_t kMagic = 0x6a756b65626f7831;

  jk_engine(const jk::Kernels* table, int threads) : kernels(table), pool(threads) {}
  ~jk_engine();

  // Scratch of at least `bytes` for each thread; false where there is no memory.
  bool reserve(size_t bytes);
  // Memory that one call shares among its threads; null where there is none.
  float* shared(int64_t floats);
  jk::Workers workers() { return {&pool, scratch, scratch_bytes}; }

  uint64_t magic = kMagic;
  const jk::Kernels* kernels;
  jk::Pool pool;
  std::atomic<bool> busy{false};
  char* scratch = nullptr;
  size_t scratch_bytes = 0;
  float* common = nullptr;
  int64_t common_floats = 0;
};

namespace jk {

// Claims the engine for one call.
class Claim {
 public:
  explicit Claim(jk_engine* engine) : engine_(engine) {
    if (engine == nullptr || reinterpret_cast<uintptr_t>(engine) % alignof(jk_engine) != 0 ||
        engine->magic != jk_engine::kMagic) {
      status_ = JK_BAD_ARGUMENT;
    } else if (engine->busy.exchange(true, std::memory_order_acquire)) {
      status_ = JK_BUSY;
    }
  }
  ~Claim() {
    if (status_ == JK_OK) engine_->busy.store(false, std::memory_order_release);
  }
  Claim(const Claim&) = delete;
  Claim& operator=(const Claim&) = delete;

  int status() const { return status_; }

 private:
  jk_engine* engine_;
  int status_ = JK_OK;
};

// Whether the product of the extents, none of them negative, can be the size of an array.
template <class... Extents>
inline bool fits(Extents... extents) {
  int64_t product = 8;
  bool fine = true;
  bool empty = false;
  for (int64_t extent : {static_cast<int64_t>(extents)...}) {
    if (extent < 0) return false;
    if (extent == 0) empty = true;
    else if (__builtin_mul_overflow(product, extent, &product)) fine = false;
  }
  return empty || fine;
}

// Whether every pointer is there and aligned to its type.
template <class T>
inline bool given(const T* p) {
  return p != nullptr && reinterpret_cast<uintptr_t>(p) % alignof(T) == 0;
}
template <class T>
inline bool optional(const T* p) {
  return p == nullptr || given(p);
}

}  // namespace jk

#endif
