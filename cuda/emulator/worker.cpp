#include "worker.h"

#include <utility>

#include "races.h"

__thread uint3 threadIdx JUKEBOX_EMULATOR_THREAD = {0, 0, 0};
__thread uint3 blockIdx JUKEBOX_EMULATOR_THREAD = {0, 0, 0};
__thread dim3 blockDim JUKEBOX_EMULATOR_THREAD = {1, 1, 1};
__thread dim3 gridDim JUKEBOX_EMULATOR_THREAD = {1, 1, 1};

namespace jukebox::emulator {
namespace {

void run_threads_of_worker() {
  running->run_threads();
  __builtin_unreachable();
}

bool same(const Site& a, const Site& b) { return a.line == b.line && a.file == b.file; }

}  // namespace

__thread Worker* running JUKEBOX_EMULATOR_THREAD = nullptr;

Worker::Worker() {
  for (unsigned i = 0; i < MAX_THREADS; i++) threads_[i].index = i;
  copies_.resize(MAX_THREADS);
}

void Worker::prepare(const Grid& grid) {
  count_ = grid.thread_count();
  grid_ = &grid;
  unsigned i = 0;
  for (unsigned z = 0; z < grid.threads.z; z++) {
    for (unsigned y = 0; y < grid.threads.y; y++) {
      for (unsigned x = 0; x < grid.threads.x; x++, i++) {
        Thread& thread = threads_[i];
        thread.place = {x, y, z};
        thread.stands = nullptr;
      }
    }
  }
  for (unsigned w = 0; w < count_ / LANES; w++) warps_[w].arrived = 0;
  bulk_copies_.clear();
  bulk_uses_.clear();
  if (copied_) {
    for (Copies& copies : copies_) {
      copies.issued.clear();
      copies.groups.clear();
    }
    copied_ = false;
  }
  finished_ = 0;
  arrived_ = 0;
  polls_ = 0;
  error_ = cudaSuccess;
}

cudaError_t Worker::run_block(const Grid& grid, uint3 block) {
  if (!shared_.usable()) {
    failure_ = "no memory for the shared memory of blocks";
    return cudaErrorLaunchOutOfResources;
  }
  prepare(grid);
  random_ = (static_cast<uint64_t>(grid.seed) * 0x9e3779b97f4a7c15u) ^
            (block.x + (uint64_t{block.y} << 24) + (uint64_t{block.z} << 44)) ^
            0xd1b54a32d192ed03u;
  shared_.begin_block(grid.shared, grid.poison);
  blockIdx = block;
  blockDim = grid.threads;
  gridDim = grid.blocks;
  running = this;
  /* Nothing that all threads share may grow in one of their histories. */
  if (RACES) stacks_.reserve(count_);
  push_all();
  current_ = &threads_[runnable_[--runnable_count_]];
  start(*current_);
  if (error_ == cudaSuccess) {
    void* first = current_->stands;
    in_kernel_ = true;
    if (RACES) {
      scheduler_history_ = own_history();
      while (histories_.size() < count_) histories_.push_back(new_history());
      happened_before(&block_order_);
      follow_history(histories_[current_->index]);
    }
    jukebox_emulator_switch(&scheduler_, first);
    in_kernel_ = false;
    happens_after(&block_order_);
  }
  running = nullptr;
  stacks_.reclaim();
  if (fault_.signal != 0) {
    explain(cudaErrorIllegalAddress, describe_fault(), true);
    fault_ = Fault();
  } else if (error_ == cudaSuccess && finished_ < count_) {
    explain(cudaErrorLaunchFailure, describe_deadlock(), false);
  }
  if (error_ == cudaSuccess) {
    const std::string damage = shared_.damage();
    if (!damage.empty()) explain(cudaErrorIllegalAddress, damage, false);
  }
  return error_;
}

/* Gives a thread that did not run yet a stack to run on. */
void Worker::start(Thread& thread) {
  unsigned char* top = stacks_.take();
  if (top == nullptr) {
    error_ = cudaErrorLaunchOutOfResources;
    failure_ = "no memory for the stacks of a block's threads";
    if (in_kernel_) leave(*current_);
    return;
  }
  thread.stack = top;
  thread.stands = new_fiber(top, run_threads_of_worker);
}

/* Back to where the block was started from, which ends the block. */
void Worker::leave(Thread& thread) {
  if (RACES) follow_history(scheduler_history_);
  jukebox_emulator_switch(&thread.stands, scheduler_);
}

/*
 * The body of every fiber: runs the current thread, and after it, on the same stack, every next
 * thread that has not begun; so threads that never wait cost no switch at all.
 */
void Worker::run_threads() {
  for (;;) {
    Thread* thread = current_;
    threadIdx = thread->place;
    happens_after(&block_order_);
    grid_->kernel.invoke(grid_->kernel.arguments.get());
    /* Other threads ran meanwhile, but this fiber goes on with its own. */
    thread = current_;
    thread->what = nullptr;
    finished_++;
    happened_before(&block_order_);
    if (runnable_count_ == 0) leave(*thread);
    Thread* next = &threads_[runnable_[--runnable_count_]];
    current_ = next;
    if (RACES) {
      /* Two threads on one stack would seem to share their variables. */
      if (next->stands == nullptr) start(*next);
      follow_history(histories_[next->index]);
    } else if (next->stands == nullptr) {
      next->stack = thread->stack;
      next->stands = thread->stack;
      continue;
    }
    if (!RACES) stacks_.give(thread->stack);
    threadIdx = next->place;
    void* dead;
    jukebox_emulator_switch(&dead, next->stands);
  }
}

inline void Worker::next() {
  Thread* own = current_;
  if (__builtin_expect(runnable_count_ == 0, 0)) leave(*own);
  Thread* next = &threads_[runnable_[--runnable_count_]];
  if (next == own) return;
  if (__builtin_expect(next->stands == nullptr, 0)) start(*next);
  current_ = next;
  threadIdx = next->place;
  if (RACES) follow_history(histories_[next->index]);
  jukebox_emulator_switch(&own->stands, next->stands);
}

void Worker::barrier(Site site) {
  if (arrived_ == 0) {
    barrier_site_ = site;
  } else if (__builtin_expect(!same(site, barrier_site_), 0)) {
    diverge("sync_block", site, "sync_block", barrier_site_);
  }
  current_->what = "sync_block";
  current_->site = site;
  /* Two by turns: no thread can arrive at the next but one before all have left this one. */
  char* order = RACES ? &barrier_order_[barriers_ % 2] : nullptr;
  if (RACES) happened_before(order);
  if (++arrived_ == count_) {
    arrived_ = 0;
    barriers_++;
    push_all();
  }
  next();
  if (RACES) happens_after(order);
}

void Worker::collective(const char* what, Site site, void (*operation)(void* const*),
                        void* brought) {
  Thread& own = *current_;
  Warp& warp = warps_[own.index / LANES];
  warp.brought[own.index % LANES] = brought;
  if (warp.arrived == 0) {
    warp.site = site;
    warp.what = what;
  } else if (__builtin_expect(!same(site, warp.site) || what != warp.what, 0)) {
    diverge(what, site, warp.what, warp.site);
  }
  own.what = what;
  own.site = site;
  /* Of all warp functions only this one orders what lanes read and write. */
  char* order = RACES && operation == nullptr ? &warp.order[warp.barriers % 2] : nullptr;
  if (order != nullptr) happened_before(order);
  if (++warp.arrived == LANES) {
    warp.arrived = 0;
    if (order != nullptr) warp.barriers++;
    if (operation != nullptr) operation(warp.brought);
    push_warp(own.index / LANES);
  }
  next();
  if (order != nullptr) happens_after(order);
}

bool Worker::let_others_run() {
  if (runnable_count_ == 0) return false;
  /* The first pushed runs last. */
  for (unsigned i = runnable_count_; i > 0; i--) runnable_[i] = runnable_[i - 1];
  runnable_[0] = static_cast<uint16_t>(current_->index);
  runnable_count_++;
  current_->what = "wait_for_others";
  current_->site = {"", 0};
  next();
  return true;
}

void block_barrier(Site site) { running->barrier(site); }

void warp_collective(const char* what, Site site, void (*operation)(void* const*), void* brought) {
  running->collective(what, site, operation, brought);
}

/* Apart from its callers, whose stack frames it would make larger. */
__attribute__((noinline, cold)) void Worker::diverge(const char* what, Site site,
                                                     const char* others, Site theirs) {
  fail(cudaErrorLaunchFailure, std::string("divergent threads: this one calls ") + what + " at " +
                                   site.file + ":" + std::to_string(site.line) + ", others " +
                                   others + " at " + theirs.file + ":" +
                                   std::to_string(theirs.line));
}

/* The last pushed runs first. */
void Worker::push_all() {
  runnable_count_ = count_;
  if (grid_->order == 1) {
    for (unsigned i = 0; i < count_; i++) runnable_[i] = static_cast<uint16_t>(i);
  } else {
    for (unsigned i = 0; i < count_; i++) runnable_[i] = static_cast<uint16_t>(count_ - 1 - i);
  }
  if (grid_->order == 2) shuffle(runnable_, count_);
}

void Worker::push_warp(unsigned warp) {
  uint16_t* first = runnable_ + runnable_count_;
  const unsigned lane = warp * LANES;
  if (grid_->order == 1) {
    for (unsigned i = 0; i < LANES; i++) first[i] = static_cast<uint16_t>(lane + i);
  } else {
    for (unsigned i = 0; i < LANES; i++) first[i] = static_cast<uint16_t>(lane + LANES - 1 - i);
  }
  runnable_count_ += LANES;
  if (grid_->order == 2) shuffle(first, LANES);
}

void Worker::shuffle(uint16_t* first, unsigned count) {
  for (unsigned i = count - 1; i > 0; i--) {
    random_ ^= random_ << 13;
    random_ ^= random_ >> 7;
    random_ ^= random_ << 17;
    std::swap(first[i], first[((random_ >> 32) * (i + 1)) >> 32]);
  }
}

void Worker::fail(cudaError_t error, const std::string& why) {
  explain(error, why, true);
  leave(*current_);
  __builtin_unreachable();
}

void* Worker::fault(const Fault& fault) {
  fault_ = fault;
  in_kernel_ = false;
  return scheduler_;
}

}  // namespace jukebox::emulator
