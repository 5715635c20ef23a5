/* Fibers: stacks, and the switch from one to another on the same operating-system thread. */
#ifndef JUKEBOX_EMULATOR_FIBERS_H
#define JUKEBOX_EMULATOR_FIBERS_H

#include <cstddef>
#include <vector>

/* Stores where the running fiber stands and goes on where another one stood. */
extern "C" void jukebox_emulator_switch(void** here, void* there);

namespace jukebox::emulator {

/* A fiber, named by where its stack stands, that starts in `entry`, which never returns. */
void* new_fiber(unsigned char* top, void (*entry)());

/* Makes the return from a signal handler go on at another fiber; may not return. */
void leave_signal(void* signal_context, void* there);

/*
 * Stacks between inaccessible pages. Their tops differ by a few cache lines, or the same variable
 * of all threads would compete for the same few places of the first-level cache.
 */
class StackPool {
 public:
  StackPool() = default;
  StackPool(const StackPool&) = delete;
  StackPool& operator=(const StackPool&) = delete;

  /* The top of a stack; null where memory is short. */
  unsigned char* take();
  /* Makes so many stacks in advance, as far as memory goes. */
  void reserve(size_t count) {
    while (all_.size() < count && grow()) {
    }
  }
  void give(unsigned char* top) { free_.push_back(top); }
  /* All stacks become free, whatever stood on them. */
  void reclaim() {
    if (free_.size() != all_.size()) free_ = all_;
  }
  /* Whether an address lies in the guard page or stack that belongs to a top. */
  static bool near(const unsigned char* top, const void* address);

 private:
  bool grow();
  std::vector<unsigned char*> all_;
  std::vector<unsigned char*> free_;
};

}  // namespace jukebox::emulator

#endif
