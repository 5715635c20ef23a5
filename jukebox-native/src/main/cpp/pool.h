// A fork-join thread pool: chunks are taken from one atomic counter, so that a thread that loses its
// core delays only the chunk it holds.
#ifndef JUKEBOX_POOL_H
#define JUKEBOX_POOL_H

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <thread>
#include <vector>

namespace jk {

class Pool {
 public:
  using Body = void (*)(void* context, int64_t chunk, int thread);

  // Throws std::system_error where the system gives no threads.
  explicit Pool(int threads);
  ~Pool();
  Pool(const Pool&) = delete;
  Pool& operator=(const Pool&) = delete;

  int threads() const { return static_cast<int>(workers_.size()) + 1; }

  // Calls body(context, chunk, thread) for each chunk in [0, chunks), thread in [0, threads()).
  void run(int64_t chunks, void* context, Body body);

 private:
  void work(int index);
  uint64_t await(uint32_t seen);
  void take(int thread);

  // Generation in the upper half; one bit that admits workers; the number of workers inside.
  static constexpr uint64_t kOpen = uint64_t{1} << 31;

  alignas(64) std::atomic<uint64_t> state_{0};
  alignas(64) std::atomic<int64_t> next_{0};
  int64_t chunks_ = 0;
  void* context_ = nullptr;
  Body body_ = nullptr;
  alignas(64) std::atomic<int> sleepers_{0};
  std::atomic<bool> stop_{false};
  std::mutex mutex_;
  std::condition_variable wake_;
  std::vector<std::thread> workers_;
};

// Runs f(chunk, thread) for each chunk; on the caller alone where the work is not worth a wake-up.
template <class F>
inline void parallel(Pool& pool, int64_t chunks, bool worthwhile, const F& f) {
  if (!worthwhile || chunks <= 1 || pool.threads() == 1) {
    for (int64_t i = 0; i < chunks; i++) f(i, 0);
    return;
  }
  pool.run(chunks, const_cast<void*>(static_cast<const void*>(&f)),
           [](void* context, int64_t chunk, int thread) {
             (*static_cast<const F*>(context))(chunk, thread);
           });
}

}  // namespace jk

#endif
