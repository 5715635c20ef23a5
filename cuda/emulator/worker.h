/* Runs the blocks of a grid, one after another, on one operating-system thread. */
#ifndef JUKEBOX_EMULATOR_WORKER_H
#define JUKEBOX_EMULATOR_WORKER_H

#include <cstdint>
#include <string>
#include <vector>

#include "execution.h"
#include "fibers.h"
#include "shared_memory.h"

namespace jukebox::emulator {

constexpr unsigned LANES = 32;
constexpr unsigned MAX_THREADS = 1024;

/* A launch whose extents were checked. */
struct Grid {
  Kernel kernel;
  dim3 blocks;
  dim3 threads;
  size_t shared;
  int64_t order;
  int64_t seed;
  int poison;

  uint64_t block_count() const { return uint64_t{blocks.x} * blocks.y * blocks.z; }
  unsigned thread_count() const { return threads.x * threads.y * threads.z; }
};

/* What the signal handler saw. */
struct Fault {
  int signal = 0;
  int code = 0;
  const void* address = nullptr;
  const void* instruction = nullptr;
  bool write = false;
};

struct Copy {
  void* target;
  const void* source;
  bool valid;
};

/* The background copies of one thread, and how many of them each of its groups ends with. */
struct Copies {
  std::vector<Copy> issued;
  std::vector<size_t> groups;
};

/* A copy of a run of bytes that a thread has waited for and may still read. */
struct BulkUse {
  const uint64_t* arrival;
  uint32_t thread;
};

/* A copy of a run of bytes that has not arrived. */
struct BulkCopy {
  void* target;
  const void* source;
  size_t bytes;
  const uint64_t* arrival;
};

/* One thread of the running block: what a switch touches, in one cache line. */
struct alignas(64) Thread {
  void* stands;
  unsigned char* stack;
  uint3 place;
  uint32_t index;
  /* What it waited in last, and where; null when it finished. */
  const char* what;
  Site site;
};

struct Warp {
  unsigned arrived = 0;
  unsigned barriers = 0;
  char order[2] = {};
  Site site = {nullptr, 0};
  const char* what = nullptr;
  void* brought[LANES] = {};
};

class Worker {
 public:
  Worker();
  Worker(const Worker&) = delete;
  Worker& operator=(const Worker&) = delete;

  /* Runs one block to its end. Otherwise the error, with failure() telling why. */
  cudaError_t run_block(const Grid& grid, uint3 block);
  const std::string& failure() const { return failure_; }

  void barrier(Site site);
  void collective(const char* what, Site site, void (*operation)(void* const*), void* brought);
  /* Runs the block's other threads that can go on; false if there is none. */
  bool let_others_run();
  void run_threads();
  [[noreturn]] void fail(cudaError_t error, const std::string& why);
  SharedMemory& shared() { return shared_; }
  /* Those of the current thread. */
  Copies& copies() {
    copied_ = true;
    return copies_[current_->index];
  }
  std::vector<BulkCopy>& bulk_copies() { return bulk_copies_; }
  std::vector<BulkUse>& bulk_uses() { return bulk_uses_; }
  uint32_t thread() const { return current_->index; }
  uint64_t poll() { return ++polls_; }
  int poison() const { return grid_->poison; }
  bool together() const { return grid_->kernel.together; }

  /* For the signal handler. */
  bool in_kernel() const { return in_kernel_; }
  void* fault(const Fault& fault);

 private:
  void prepare(const Grid& grid);
  void push_all();
  void push_warp(unsigned warp);
  void shuffle(uint16_t* first, unsigned count);
  /* Takes the next runnable thread and lets it run in place of the current one. */
  void next();
  [[noreturn]] void diverge(const char* what, Site site, const char* others, Site theirs);
  void start(Thread& thread);
  void leave(Thread& thread);
  std::string waiting(const Thread& thread) const;
  std::string describe_fault() const;
  std::string describe_deadlock() const;
  void explain(cudaError_t error, const std::string& why, bool with_thread);

  StackPool stacks_;
  SharedMemory shared_;
  Thread threads_[MAX_THREADS];
  Warp warps_[MAX_THREADS / LANES];
  std::vector<Copies> copies_;
  std::vector<BulkCopy> bulk_copies_;
  std::vector<BulkUse> bulk_uses_;
  /* For the thread sanitizer: histories of the threads, and what orders them. */
  std::vector<void*> histories_;
  void* scheduler_history_ = nullptr;
  char block_order_ = 0;
  char barrier_order_[2] = {};
  unsigned barriers_ = 0;
  bool copied_ = false;
  uint16_t runnable_[MAX_THREADS + LANES];
  unsigned runnable_count_ = 0;
  unsigned count_ = 0;
  unsigned finished_ = 0;
  unsigned arrived_ = 0;
  Site barrier_site_ = {nullptr, 0};
  Thread* current_ = nullptr;
  void* scheduler_ = nullptr;
  volatile bool in_kernel_ = false;
  const Grid* grid_ = nullptr;
  uint64_t random_ = 1;
  uint64_t polls_ = 0;
  Fault fault_;
  cudaError_t error_ = cudaSuccess;
  std::string failure_;
};

/* The worker whose kernel runs on this operating-system thread, if any. */
extern __thread Worker* running JUKEBOX_EMULATOR_THREAD;
inline Worker* running_worker() { return running; }

}  // namespace jukebox::emulator

#endif
