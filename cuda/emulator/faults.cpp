#include "faults.h"

#include <ucontext.h>

#include <cstdlib>
#include <utility>

#include "fibers.h"
#include "worker.h"

namespace jukebox::emulator {
namespace {

constexpr int SIGNALS[] = {SIGSEGV, SIGBUS, SIGFPE, SIGILL};
constexpr size_t SIGNAL_STACK = 128 * 1024;

/*
 * Whoever installs a handler after us may pass on to ours. So each time that another one is found
 * in charge, the next of these handlers goes before it, and every one passes on to its own
 * predecessor: no chain ever closes to a ring.
 */
constexpr int LAYERS = 16;
struct Layer {
  struct sigaction before[NSIG];
};
Layer layers[LAYERS];
int layers_used = 0;

void pass_on(const struct sigaction& other, int signal, siginfo_t* info, void* context) {
  if ((other.sa_flags & SA_SIGINFO) != 0) {
    other.sa_sigaction(signal, info, context);
  } else if (other.sa_handler != SIG_DFL && other.sa_handler != SIG_IGN) {
    other.sa_handler(signal);
  } else {
    /* The same instruction faults again, now as if there were no handler. */
    struct sigaction plain = {};
    plain.sa_handler = SIG_DFL;
    sigaction(signal, &plain, nullptr);
    if (info->si_code <= 0) raise(signal);
  }
}

template <int layer>
void handle(int signal, siginfo_t* info, void* context) {
  Worker* worker = running_worker();
  if (worker == nullptr || !worker->in_kernel() || info->si_code <= 0) {
    pass_on(layers[layer].before[signal], signal, info, context);
    return;
  }
  Fault fault;
  fault.signal = signal;
  fault.code = info->si_code;
  fault.address = info->si_addr;
#if defined(__x86_64__)
  const auto& registers = static_cast<const ucontext_t*>(context)->uc_mcontext.gregs;
  fault.instruction = reinterpret_cast<const void*>(registers[REG_RIP]);
  fault.write = (registers[REG_ERR] & 2) != 0;
#endif
  leave_signal(context, worker->fault(fault));
}

using Handler = void (*)(int, siginfo_t*, void*);

template <int... layer>
Handler handler_of(int number, std::integer_sequence<int, layer...>) {
  static constexpr Handler ALL[] = {handle<layer>...};
  return ALL[number];
}
Handler handler_of(int number) {
  return handler_of(number, std::make_integer_sequence<int, LAYERS>());
}

bool same(const struct sigaction& a, const struct sigaction& b) {
  return a.sa_sigaction == b.sa_sigaction && a.sa_flags == b.sa_flags;
}

struct SignalStack {
  void* memory = std::malloc(SIGNAL_STACK);
  ~SignalStack() { std::free(memory); }
};

}  // namespace

/* The four are installed together, by us as by others: the first tells of all. */
void install_fault_handler() {
  struct sigaction now = {};
  sigaction(SIGNALS[0], nullptr, &now);
  const int last = layers_used - 1;
  if (last >= 0 && now.sa_sigaction == handler_of(last)) return;
  const bool restored = last >= 0 && same(now, layers[last].before[SIGNALS[0]]);
  if (!restored && layers_used == LAYERS) return;
  const int layer = restored ? last : layers_used;
  for (const int signal : SIGNALS) {
    struct sigaction before = {};
    if (sigaction(signal, nullptr, &before) != 0) continue;
    if (before.sa_sigaction == handler_of(layer)) continue;
    layers[layer].before[signal] = before;
    struct sigaction ours = {};
    ours.sa_sigaction = handler_of(layer);
    ours.sa_mask = before.sa_mask;
    ours.sa_flags = SA_SIGINFO | SA_ONSTACK | SA_RESTART | (before.sa_flags & SA_NODEFER);
    sigaction(signal, &ours, nullptr);
  }
  layers_used = layer + 1;
}

FaultStack::FaultStack() {
  thread_local SignalStack memory;
  if (memory.memory == nullptr) return;
  stack_t known = {};
  stack_t ours = {};
  ours.ss_sp = memory.memory;
  ours.ss_size = SIGNAL_STACK;
  installed_ = sigaltstack(&ours, &known) == 0;
  if (!installed_ || (known.ss_flags & SS_DISABLE) != 0) return;
  sigaltstack(&known, nullptr);
  installed_ = false;
}

FaultStack::~FaultStack() {
  if (!installed_) return;
  stack_t none = {};
  none.ss_flags = SS_DISABLE;
  sigaltstack(&none, nullptr);
}

}  // namespace jukebox::emulator
