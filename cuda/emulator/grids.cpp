#include "grids.h"

#include <sched.h>
#include <signal.h>

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <numeric>
#include <thread>
#include <vector>

#include "context.h"
#include "faults.h"
#include "settings.h"

namespace jukebox::emulator {
namespace {

using Clock = std::chrono::steady_clock;

/* Work below this is done before another thread would be awake. */
constexpr auto WORTH_WAKING = std::chrono::microseconds(60);

/* One grid under way: its blocks are handed out one by one. */
class Run {
 public:
  explicit Run(const Grid& grid) : grid_(grid), total_(grid.block_count()) {
    factor_ = 0x9e3779b1u % total_ | 1;
    while (std::gcd(factor_, total_) != 1) factor_ += 2;
    offset_ = static_cast<uint64_t>(grid.seed) * 0x85ebca6bu % total_;
  }

  /* Runs one more block; false if none is left. */
  bool step(Worker& worker) {
    if (stop_.load(std::memory_order_relaxed)) return false;
    const uint64_t number = next_.fetch_add(1, std::memory_order_relaxed);
    if (number >= total_) return false;
    const cudaError_t error = worker.run_block(grid_, place(number));
    if (error != cudaSuccess) {
      const std::lock_guard<std::mutex> hold(lock_);
      if (error_ == cudaSuccess) {
        error_ = error;
        set_diagnosis(worker.failure());
      }
      stop_ = true;
    }
    return true;
  }

  uint64_t left() const {
    const uint64_t taken = next_.load(std::memory_order_relaxed);
    return taken < total_ ? total_ - taken : 0;
  }
  uint64_t total() const { return total_; }
  cudaError_t error() const { return error_; }

 private:
  uint3 place(uint64_t number) const {
    if (grid_.order == 1) number = total_ - 1 - number;
    if (grid_.order == 2) {
      number = static_cast<uint64_t>(
          (static_cast<unsigned __int128>(number) * factor_ + offset_) % total_);
    }
    const uint64_t row = number / grid_.blocks.x;
    return {static_cast<unsigned>(number % grid_.blocks.x),
            static_cast<unsigned>(row % grid_.blocks.y),
            static_cast<unsigned>(row / grid_.blocks.y)};
  }

  const Grid& grid_;
  uint64_t total_;
  uint64_t factor_;
  uint64_t offset_;
  std::atomic<uint64_t> next_{0};
  std::atomic<bool> stop_{false};
  std::mutex lock_;
  cudaError_t error_ = cudaSuccess;
};

/* Threads that sleep until a grid is worth their help; they end with the process. */
class Helpers {
 public:
  /* Shows a grid to so many helpers. */
  void invite(Run& run, unsigned count) {
    const std::lock_guard<std::mutex> hold(lock_);
    while (started_ < count) {
      std::thread([this] { serve(); }).detach();
      started_++;
    }
    run_ = &run;
    invited_ = count;
    wake_.notify_all();
  }

  /* Withdraws the invitation and waits for those who came. */
  void finish() {
    std::unique_lock<std::mutex> hold(lock_);
    run_ = nullptr;
    invited_ = 0;
    idle_.wait(hold, [this] { return busy_ == 0; });
  }

 private:
  void serve() {
    /* Signals meant for the process are for its other threads. */
    sigset_t all;
    sigfillset(&all);
    for (const int fault : {SIGSEGV, SIGBUS, SIGFPE, SIGILL}) sigdelset(&all, fault);
    pthread_sigmask(SIG_SETMASK, &all, nullptr);
    const FaultStack stack;
    const auto worker = std::make_unique<Worker>();
    std::unique_lock<std::mutex> hold(lock_);
    for (;;) {
      wake_.wait(hold, [this] { return invited_ > 0; });
      Run* run = run_;
      invited_--;
      busy_++;
      hold.unlock();
      while (run->step(*worker)) {
      }
      hold.lock();
      if (--busy_ == 0) idle_.notify_all();
    }
  }

  std::mutex lock_;
  std::condition_variable wake_;
  std::condition_variable idle_;
  unsigned started_ = 0;
  unsigned invited_ = 0;
  unsigned busy_ = 0;
  Run* run_ = nullptr;
};

/* Whether a block of the running grid failed, so that no other may wait for it; and how long any may. */
std::atomic<bool> block_failed{false};
std::atomic<Clock::time_point> waited_out{Clock::time_point()};
constexpr auto LONGEST_WAIT = std::chrono::minutes(5);

/* Every block at the same time, each on an operating-system thread of its own. */
cudaError_t run_all_at_once(const Grid& grid) {
  static std::vector<std::unique_ptr<Worker>>* const workers =
      new std::vector<std::unique_ptr<Worker>>();
  constexpr uint64_t MOST_BLOCKS = 64;
  const uint64_t total = grid.block_count();
  if (total > MOST_BLOCKS) return cudaErrorCooperativeLaunchTooLarge;
  while (workers->size() < total) workers->push_back(std::make_unique<Worker>());
  block_failed = false;
  waited_out = Clock::now() + LONGEST_WAIT;
  std::vector<cudaError_t> errors(total, cudaSuccess);
  std::vector<std::thread> threads;
  for (uint64_t i = 0; i < total; i++) {
    threads.emplace_back([&, i] {
      const FaultStack stack;
      const uint3 place = {static_cast<unsigned>(i % grid.blocks.x),
                           static_cast<unsigned>(i / grid.blocks.x % grid.blocks.y),
                           static_cast<unsigned>(i / grid.blocks.x / grid.blocks.y)};
      errors[i] = (*workers)[i]->run_block(grid, place);
      if (errors[i] != cudaSuccess) block_failed = true;
    });
  }
  for (std::thread& thread : threads) thread.join();
  /* Those that waited in vain tell less than the one that they waited for. */
  cudaError_t error = cudaSuccess;
  for (uint64_t i = 0; i < total; i++) {
    if (errors[i] == cudaSuccess || (error != cudaSuccess && errors[i] == cudaErrorLaunchTimeout)) {
      continue;
    }
    error = errors[i];
    set_diagnosis((*workers)[i]->failure());
  }
  return error;
}

unsigned worker_count() {
  const int64_t wanted = settings().workers;
  if (wanted > 0) return static_cast<unsigned>(wanted < 256 ? wanted : 256);
  const unsigned cores = std::thread::hardware_concurrency();
  return cores > 0 ? cores : 1;
}

}  // namespace

void wait_for_others() {
  if (!running_worker()->together()) {
    fail_kernel(cudaErrorLaunchTimeout, "a block waits for another one, which may never run");
  }
  if (block_failed) fail_kernel(cudaErrorLaunchTimeout, "waits for a block that failed");
  if (running_worker()->let_others_run()) return;
  if (Clock::now() > waited_out.load()) {
    fail_kernel(cudaErrorLaunchTimeout, "waits for a value that no block writes");
  }
  sched_yield();
}

/* The context's lock is held: one grid at a time, as the caller's own worker wants. */
cudaError_t run_grid(const Grid& grid) {
  static Helpers* const helpers = new Helpers();
  static Worker* const own = new Worker();
  install_fault_handler();
  const FaultStack stack;
  settings().kernels++;
  if (grid.kernel.together) return run_all_at_once(grid);
  Run run(grid);
  const unsigned others = run.total() > 1 ? worker_count() - 1 : 0;
  bool invited = false;
  const Clock::time_point start = Clock::now();
  while (run.step(*own)) {
    if (invited || others == 0) continue;
    const uint64_t left = run.left();
    if (left == 0) continue;
    const auto passed = Clock::now() - start;
    if (passed / (run.total() - left) * left > WORTH_WAKING) {
      helpers->invite(run, static_cast<unsigned>(left < others ? left : others));
      invited = true;
    }
  }
  if (invited) helpers->finish();
  return run.error();
}

}  // namespace jukebox::emulator
