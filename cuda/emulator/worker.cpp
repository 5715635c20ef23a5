#include "worker.h"

#include <utility>

__thread uint3 threadIdx JUKEBOX_EMULATOR_THREAD = {0, 0, 0};
__thread uint3 blockIdx JUKEBOX_EMULATOR_THREAD = {0, 0, 0};
__thread dim3 blockDim JUKEBOX_EMULATOR_THREAD = {1, 1, 1};
__thread dim3 gridDim JUKEBOX_EMULATOR_THREAD = {1, 1, 1};

namespace jukebox::emulator {
namespace {

__thread Worker* running JUKEBOX_EMULATOR_THREAD = nullptr;

void run_threads_of_worker() {
  running->run_threads();
  __builtin_unreachable();
}

bool same(const Site& a, const Site& b) { return a.line == b.line && a.file == b.file; }

}  // namespace

Worker* running_worker() { return running; }

Worker::Worker() {
  threads_.resize(MAX_THREADS);
  warps_.resize(MAX_THREADS / LANES);
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
        thread.state = Thread::State::READY;
        thread.copies.clear();
        thread.groups.clear();
      }
    }
  }
  for (unsigned w = 0; w < count_ / LANES; w++) warps_[w].arrived = 0;
  finished_ = 0;
  arrived_ = 0;
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
  push_all();
  current_ = &threads_[runnable_[--runnable_count_]];
  start(*current_);
  if (error_ == cudaSuccess) {
    void* first = current_->stands;
    in_kernel_ = true;
    jukebox_emulator_switch(&scheduler_, first);
    in_kernel_ = false;
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
    if (in_kernel_) jukebox_emulator_switch(&current_->stands, scheduler_);
    return;
  }
  thread.stack = top;
  thread.stands = new_fiber(top, run_threads_of_worker);
}

/*
 * The body of every fiber: runs the current thread, and after it, on the same stack, every next
 * thread that has not begun; so threads that never wait cost no switch at all.
 */
void Worker::run_threads() {
  for (;;) {
    Thread* thread = current_;
    threadIdx = thread->place;
    grid_->kernel.invoke(grid_->kernel.arguments.get());
    /* Other threads ran meanwhile, but this fiber goes on with its own. */
    thread = current_;
    thread->state = Thread::State::FINISHED;
    finished_++;
    if (runnable_count_ == 0) {
      jukebox_emulator_switch(&thread->stands, scheduler_);
    }
    Thread* next = &threads_[runnable_[--runnable_count_]];
    current_ = next;
    if (next->stands == nullptr) {
      next->stack = thread->stack;
      next->stands = thread->stack;
      continue;
    }
    stacks_.give(thread->stack);
    threadIdx = next->place;
    void* dead;
    jukebox_emulator_switch(&dead, next->stands);
  }
}

void Worker::next() {
  Thread* own = current_;
  if (runnable_count_ == 0) jukebox_emulator_switch(&own->stands, scheduler_);
  Thread* next = &threads_[runnable_[--runnable_count_]];
  if (next == own) return;
  if (next->stands == nullptr) start(*next);
  current_ = next;
  threadIdx = next->place;
  jukebox_emulator_switch(&own->stands, next->stands);
}

void Worker::barrier(Site site) {
  Thread& own = *current_;
  if (arrived_ == 0) {
    barrier_site_ = site;
  } else if (!same(site, barrier_site_)) {
    fail(cudaErrorLaunchFailure,
         std::string("divergent barriers: this thread waits at ") + site.file + ":" +
             std::to_string(site.line) + ", others of its block at " + barrier_site_.file + ":" +
             std::to_string(barrier_site_.line));
  }
  if (++arrived_ == count_) {
    arrived_ = 0;
    push_all();
  } else {
    own.state = Thread::State::AT_BARRIER;
    own.what = "sync_block";
    own.site = site;
  }
  next();
  own.state = Thread::State::READY;
}

void Worker::collective(const char* what, Site site, void (*operation)(void* const*),
                        void* brought) {
  Thread& own = *current_;
  const unsigned index = index_of(own);
  Warp& warp = warps_[index / LANES];
  warp.brought[index % LANES] = brought;
  if (warp.arrived == 0) {
    warp.site = site;
    warp.what = what;
  } else if (!same(site, warp.site) || what != warp.what) {
    fail(cudaErrorLaunchFailure,
         std::string("divergent warp: this lane calls ") + what + " at " + site.file + ":" +
             std::to_string(site.line) + ", others " + warp.what + " at " + warp.site.file + ":" +
             std::to_string(warp.site.line));
  }
  if (++warp.arrived == LANES) {
    warp.arrived = 0;
    if (operation != nullptr) operation(warp.brought);
    push_warp(index / LANES);
  } else {
    own.state = Thread::State::IN_WARP;
    own.what = what;
    own.site = site;
  }
  next();
  own.state = Thread::State::READY;
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
  void* dead;
  jukebox_emulator_switch(&dead, scheduler_);
  __builtin_unreachable();
}

void* Worker::fault(const Fault& fault) {
  fault_ = fault;
  in_kernel_ = false;
  return scheduler_;
}

}  // namespace jukebox::emulator
