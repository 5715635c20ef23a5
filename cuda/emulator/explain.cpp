/* What went wrong in a block, in words. */
#include <dlfcn.h>
#include <signal.h>

#include <cstdio>

#include "memory.h"
#include "worker.h"

namespace jukebox::emulator {
namespace {

std::string place(uint3 p) {
  char text[64];
  std::snprintf(text, sizeof text, "(%u, %u, %u)", p.x, p.y, p.z);
  return text;
}

std::string at(const Site& site) { return std::string(site.file) + ":" + std::to_string(site.line); }

/* The library and offset of an instruction, as addr2line wants them. */
std::string instruction(const void* address) {
  Dl_info info;
  if (dladdr(address, &info) == 0 || info.dli_fname == nullptr) return {};
  char text[64];
  std::snprintf(text, sizeof text, " %#zx",
                static_cast<size_t>(static_cast<const char*>(address) -
                                    static_cast<const char*>(info.dli_fbase)));
  return std::string(", by the instruction that `addr2line -Cfie ") + info.dli_fname + text +
         "` shows";
}

}  // namespace

void Worker::explain(cudaError_t error, const std::string& why, bool with_thread) {
  const Kernel& kernel = grid_->kernel;
  error_ = error;
  failure_ = std::string("kernel ") + kernel.name + " launched at " + at(kernel.launch) +
             ", block " + place(blockIdx);
  if (with_thread) failure_ += ", thread " + place(current_->place);
  failure_ += ": " + why;
}

std::string Worker::describe_fault() const {
  const Fault& fault = fault_;
  if (fault.signal == SIGFPE) return "integer division by zero" + instruction(fault.instruction);
  if (fault.signal == SIGILL) {
    return "an undefined operation, such as a misaligned access" + instruction(fault.instruction);
  }
  if (StackPool::near(current_->stack, fault.address)) {
    return "its stack overflowed" + instruction(fault.instruction);
  }
  if (fault.code == SI_KERNEL) {
    return "a misaligned access, or an address that no memory can have" +
           instruction(fault.instruction);
  }
  char text[96];
  std::snprintf(text, sizeof text, "illegal %s at %p", fault.write ? "write" : "read",
                fault.address);
  std::string result = text;
  const std::string shared = shared_.describe(fault.address);
  if (!shared.empty()) {
    result += ", " + shared;
  } else if (fault.address == nullptr) {
    result += ", the null pointer";
  } else {
    result += ", " + describe_address(fault.address);
  }
  return result + instruction(fault.instruction);
}

std::string Worker::waiting(const Thread& thread) const {
  if (thread.what == nullptr) return "finished";
  return std::string("waits in ") + thread.what + " at " + at(thread.site);
}

/* One thread of each group that got stuck elsewhere than the first. */
std::string Worker::describe_deadlock() const {
  std::string result = "a barrier that not every thread reaches:";
  std::vector<std::string> known;
  for (unsigned i = 0; i < count_ && known.size() < 4; i++) {
    const std::string state = waiting(threads_[i]);
    bool seen = false;
    for (const std::string& other : known) seen = seen || other == state;
    if (seen) continue;
    known.push_back(state);
    result += (known.size() > 1 ? "; thread " : " thread ") + place(threads_[i].place) + " " + state;
  }
  return result;
}

}  // namespace jukebox::emulator
