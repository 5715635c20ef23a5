#include "faults.h"

#include <ucontext.h>

#include <atomic>
#include <cstdlib>
#include <memory>

#include "fibers.h"
#include "worker.h"

namespace jukebox::emulator {
namespace {

constexpr int SIGNALS[] = {SIGSEGV, SIGBUS, SIGFPE, SIGILL};
constexpr size_t SIGNAL_STACK = 128 * 1024;

/* The handler that ours replaced last, and the first of all; each kept for good. */
std::atomic<const struct sigaction*> previous[NSIG];
std::atomic<const struct sigaction*> original[NSIG];
__thread int passing JUKEBOX_EMULATOR_THREAD = 0;

void pass_on(int signal, siginfo_t* info, void* context) {
  /* One that was installed after ours may call ours again. */
  const struct sigaction* other = passing > 0 ? original[signal] : previous[signal];
  passing++;
  if ((other->sa_flags & SA_SIGINFO) != 0) {
    other->sa_sigaction(signal, info, context);
  } else if (other->sa_handler != SIG_DFL && other->sa_handler != SIG_IGN) {
    other->sa_handler(signal);
  } else {
    /* The same instruction faults again, now as if there were no handler. */
    struct sigaction plain = {};
    plain.sa_handler = SIG_DFL;
    sigaction(signal, &plain, nullptr);
    if (info->si_code <= 0) raise(signal);
  }
  passing--;
}

void handle(int signal, siginfo_t* info, void* context) {
  Worker* worker = running_worker();
  if (worker == nullptr || !worker->in_kernel() || info->si_code <= 0) {
    pass_on(signal, info, context);
    return;
  }
  Fault fault;
  fault.signal = signal;
  fault.address = info->si_addr;
#if defined(__x86_64__)
  const auto& registers = static_cast<const ucontext_t*>(context)->uc_mcontext.gregs;
  fault.instruction = reinterpret_cast<const void*>(registers[REG_RIP]);
  fault.write = (registers[REG_ERR] & 2) != 0;
#endif
  leave_signal(context, worker->fault(fault));
}

struct SignalStack {
  void* memory = std::malloc(SIGNAL_STACK);
  ~SignalStack() { std::free(memory); }
};

}  // namespace

void install_fault_handler() {
  for (const int signal : SIGNALS) {
    struct sigaction now = {};
    if (sigaction(signal, nullptr, &now) != 0) continue;
    if ((now.sa_flags & SA_SIGINFO) != 0 && now.sa_sigaction == handle) continue;
    const auto* kept = new struct sigaction(now);
    previous[signal] = kept;
    const struct sigaction* none = nullptr;
    original[signal].compare_exchange_strong(none, kept);
    struct sigaction ours = {};
    ours.sa_sigaction = handle;
    ours.sa_mask = now.sa_mask;
    ours.sa_flags = SA_SIGINFO | SA_ONSTACK | SA_RESTART | (now.sa_flags & SA_NODEFER);
    sigaction(signal, &ours, nullptr);
  }
}

FaultStack::FaultStack() {
  stack_t known = {};
  if (sigaltstack(nullptr, &known) != 0 || (known.ss_flags & SS_DISABLE) == 0) return;
  thread_local SignalStack memory;
  if (memory.memory == nullptr) return;
  stack_t ours = {};
  ours.ss_sp = memory.memory;
  ours.ss_size = SIGNAL_STACK;
  installed_ = sigaltstack(&ours, nullptr) == 0;
}

FaultStack::~FaultStack() {
  if (!installed_) return;
  stack_t none = {};
  none.ss_flags = SS_DISABLE;
  sigaltstack(&none, nullptr);
}

}  // namespace jukebox::emulator
