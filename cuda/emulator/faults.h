/* Turns the faults of kernels, and of nothing else, into errors. */
#ifndef JUKEBOX_EMULATOR_FAULTS_H
#define JUKEBOX_EMULATOR_FAULTS_H

#include <signal.h>

namespace jukebox::emulator {

/* Puts our handler before the one in charge, which still gets all other faults. */
void install_fault_handler();

/*
 * While it lives, the calling thread's signal handlers have a stack of their own, as the overflow
 * of a kernel's stack needs; one that the thread had already stays.
 */
class FaultStack {
 public:
  FaultStack();
  ~FaultStack();
  FaultStack(const FaultStack&) = delete;
  FaultStack& operator=(const FaultStack&) = delete;

 private:
  bool installed_ = false;
};

}  // namespace jukebox::emulator

#endif
