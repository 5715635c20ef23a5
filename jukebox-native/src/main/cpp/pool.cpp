#include "pool.h"

#include <chrono>

#if defined(__unix__) || defined(__APPLE__)
#include <pthread.h>
#include <signal.h>
#endif

namespace jk {
namespace {

// How long an idle worker stays awake: longer than the gaps between the calls of a decode step.
constexpr std::chrono::microseconds kSpin(40);

inline void pause() {
#if defined(__x86_64__)
  __builtin_ia32_pause();
#elif defined(__aarch64__)
  asm volatile("yield");
#endif
}

inline uint32_t generation(uint64_t state) { return static_cast<uint32_t>(state >> 32); }

// Signals belong to the host program's threads; faults stay synchronous.
class SignalsBlocked {
 public:
  SignalsBlocked() {
#if defined(__unix__) || defined(__APPLE__)
    sigset_t all;
    sigfillset(&all);
    for (int fault : {SIGSEGV, SIGBUS, SIGFPE, SIGILL}) sigdelset(&all, fault);
    pthread_sigmask(SIG_SETMASK, &all, &old_);
#endif
  }
  ~SignalsBlocked() {
#if defined(__unix__) || defined(__APPLE__)
    pthread_sigmask(SIG_SETMASK, &old_, nullptr);
#endif
  }
  SignalsBlocked(const SignalsBlocked&) = delete;
  SignalsBlocked& operator=(const SignalsBlocked&) = delete;

 private:
#if defined(__unix__) || defined(__APPLE__)
  sigset_t old_;
#endif
};

}  // namespace

Pool::Pool(int threads) {
  SignalsBlocked blocked;
  workers_.reserve(static_cast<size_t>(threads - 1));
  try {
    for (int i = 1; i < threads; i++) workers_.emplace_back([this, i] { work(i); });
  } catch (...) {
    stop_.store(true);
    {
      std::lock_guard<std::mutex> lock(mutex_);
      wake_.notify_all();
    }
    for (std::thread& worker : workers_) worker.join();
    throw;
  }
}

Pool::~Pool() {
  {
    std::lock_guard<std::mutex> lock(mutex_);
    stop_.store(true);
    wake_.notify_all();
  }
  for (std::thread& worker : workers_) worker.join();
}

void Pool::run(int64_t chunks, void* context, Body body) {
  // No worker is inside and none can enter: the job's fields are the caller's alone.
  chunks_ = chunks;
  context_ = context;
  body_ = body;
  next_.store(0, std::memory_order_relaxed);
  uint32_t following = generation(state_.load(std::memory_order_relaxed)) + 1;
  state_.store((uint64_t{following} << 32) | kOpen, std::memory_order_seq_cst);
  if (sleepers_.load(std::memory_order_seq_cst) > 0) {
    std::lock_guard<std::mutex> lock(mutex_);
    wake_.notify_all();
  }
  take(0);
  // A worker that arrives from here on finds the job closed; those inside finish their chunk.
  state_.fetch_and(~kOpen, std::memory_order_acq_rel);
  for (int spins = 0; (state_.load(std::memory_order_acquire) & (kOpen - 1)) != 0; spins++) {
    if (spins < 4096) {
      pause();
    } else {
      std::this_thread::yield();
    }
  }
}

void Pool::take(int thread) {
  for (;;) {
    int64_t chunk = next_.fetch_add(1, std::memory_order_relaxed);
    if (chunk >= chunks_) return;
    body_(context_, chunk, thread);
  }
}

uint64_t Pool::await(uint32_t seen) {
  uint64_t state = state_.load(std::memory_order_acquire);
  auto until = std::chrono::steady_clock::now() + kSpin;
  while (generation(state) == seen && !stop_.load(std::memory_order_relaxed)) {
    for (int i = 0; i < 16 && generation(state) == seen; i++) {
      pause();
      state = state_.load(std::memory_order_acquire);
    }
    if (generation(state) != seen) break;
    if (std::chrono::steady_clock::now() < until) continue;
    std::unique_lock<std::mutex> lock(mutex_);
    sleepers_.fetch_add(1, std::memory_order_seq_cst);
    wake_.wait(lock, [&] {
      state = state_.load(std::memory_order_seq_cst);
      return generation(state) != seen || stop_.load(std::memory_order_relaxed);
    });
    sleepers_.fetch_sub(1, std::memory_order_relaxed);
    break;
  }
  return state;
}

void Pool::work(int index) {
  uint32_t seen = 0;
  for (;;) {
    uint64_t state = await(seen);
    if (stop_.load(std::memory_order_relaxed)) return;
    seen = generation(state);
    while ((state & kOpen) != 0 && generation(state) == seen) {
      if (state_.compare_exchange_weak(state, state + 1, std::memory_order_acq_rel)) {
        take(index);
        state_.fetch_sub(1, std::memory_order_release);
        break;
      }
    }
  }
}

}  // namespace jk
