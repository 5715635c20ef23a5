#include "fibers.h"

#include <sys/mman.h>
#include <ucontext.h>

#include <cstdint>

#if defined(__x86_64__)
/*
 * Only what the calling convention preserves is stored. Fibers that wait at the same place return
 * to the same addresses, so that the processor predicts even the returns of others.
 */
asm(R"(
  .text
  .p2align 4
  .globl jukebox_emulator_switch
  .hidden jukebox_emulator_resume
  .globl jukebox_emulator_resume
  .type jukebox_emulator_switch, @function
jukebox_emulator_switch:
  pushq %rbp
  pushq %rbx
  pushq %r12
  pushq %r13
  pushq %r14
  pushq %r15
  movq %rsp, (%rdi)
  movq %rsi, %rsp
jukebox_emulator_resume:
  popq %r15
  popq %r14
  popq %r13
  popq %r12
  popq %rbx
  popq %rbp
  ret
  .size jukebox_emulator_switch, .-jukebox_emulator_switch
)");
extern "C" __attribute__((visibility("hidden"))) void jukebox_emulator_resume();
#else
extern "C" void jukebox_emulator_switch(void** here, void* there) {
  ucontext_t own;
  *here = &own;
  swapcontext(&own, static_cast<ucontext_t*>(there));
}
#endif

namespace jukebox::emulator {
namespace {

constexpr size_t PAGE = 4096;
constexpr size_t STACK = 31 * PAGE;
constexpr size_t STACKS_AT_ONCE = 32;
constexpr size_t COLOUR = 192;
constexpr size_t COLOURS = 8192;

}  // namespace

void* new_fiber(unsigned char* top, void (*entry)()) {
#if defined(__x86_64__)
  /* Six registers, the entry, and a return address of zero, where a debugger's trace ends. */
  auto* words = reinterpret_cast<uint64_t*>(top - 64);
  for (int i = 0; i < 6; i++) words[i] = 0;
  words[6] = reinterpret_cast<uint64_t>(entry);
  words[7] = 0;
  return words;
#else
  auto* context = reinterpret_cast<ucontext_t*>(top - ((sizeof(ucontext_t) + 63) & ~size_t{63}));
  getcontext(context);
  context->uc_stack.ss_sp = top - STACK + COLOURS;
  context->uc_stack.ss_size =
      static_cast<size_t>(reinterpret_cast<unsigned char*>(context) - (top - STACK + COLOURS));
  context->uc_link = nullptr;
  makecontext(context, entry, 0);
  return context;
#endif
}

void leave_signal(void* signal_context, void* there) {
#if defined(__x86_64__)
  constexpr greg_t DIRECTION_FLAG = 0x400;
  auto* context = static_cast<ucontext_t*>(signal_context);
  context->uc_mcontext.gregs[REG_RSP] = reinterpret_cast<greg_t>(there);
  context->uc_mcontext.gregs[REG_RIP] = reinterpret_cast<greg_t>(&jukebox_emulator_resume);
  context->uc_mcontext.gregs[REG_EFL] &= ~DIRECTION_FLAG;
#else
  static_cast<void>(signal_context);
  setcontext(static_cast<ucontext_t*>(there));
#endif
}

unsigned char* StackPool::take() {
  if (free_.empty() && !grow()) return nullptr;
  unsigned char* top = free_.back();
  free_.pop_back();
  return top;
}

bool StackPool::near(const unsigned char* top, const void* address) {
  const auto place = reinterpret_cast<uintptr_t>(address);
  const auto end = reinterpret_cast<uintptr_t>(top);
  return place < end && place >= end - STACK - COLOURS - PAGE;
}

bool StackPool::grow() {
  constexpr size_t STEP = STACK + PAGE;
  void* mapping = mmap(nullptr, STACKS_AT_ONCE * STEP, PROT_READ | PROT_WRITE,
                       MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (mapping == MAP_FAILED) return false;
  auto* base = static_cast<unsigned char*>(mapping);
  all_.reserve(all_.size() + STACKS_AT_ONCE);
  for (size_t i = 0; i < STACKS_AT_ONCE; i++) {
    mprotect(base + i * STEP, PAGE, PROT_NONE);
    const size_t colour = all_.size() * COLOUR % COLOURS;
    all_.push_back(base + (i + 1) * STEP - colour);
  }
  free_.reserve(all_.size());
  free_.insert(free_.end(), all_.end() - STACKS_AT_ONCE, all_.end());
  return true;
}

}  // namespace jukebox::emulator
