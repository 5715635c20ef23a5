/* Streams, events and captured graphs. */
#ifndef JUKEBOX_EMULATOR_STREAMS_H
#define JUKEBOX_EMULATOR_STREAMS_H

#include <chrono>
#include <deque>
#include <functional>
#include <memory>
#include <thread>
#include <vector>

#include "cuda_runtime.h"

namespace jukebox::emulator {

using Operation = std::function<cudaError_t()>;

struct Capture;

/* One use of cudaEventRecord. */
struct Mark {
  cudaStream_t stream = nullptr;
  bool done = false;
  std::chrono::steady_clock::time_point time;
  std::shared_ptr<Capture> capture;
  /* How many operations its stream had captured before it. */
  size_t captured = 0;
};

/* What a stream, and those that it was joined with by events, record instead of doing. */
struct Capture {
  cudaStream_t origin = nullptr;
  cudaStreamCaptureMode mode = cudaStreamCaptureModeGlobal;
  std::thread::id thread;
  bool invalid = false;
  std::vector<Operation> operations;
};

}  // namespace jukebox::emulator

struct CUstream_st {
  bool blocking = true;
  std::deque<jukebox::emulator::Operation> queue;
  std::shared_ptr<jukebox::emulator::Capture> capture;
  /* In a capture: operations so far, and how many of them the capture's first stream awaits. */
  size_t captured = 0;
  size_t awaited = 0;
};

struct CUevent_st {
  bool timed = true;
  std::shared_ptr<jukebox::emulator::Mark> mark;
};

struct CUgraph_st {
  std::vector<jukebox::emulator::Operation> operations;
};

struct CUgraphExec_st {
  std::vector<jukebox::emulator::Operation> operations;
};

namespace jukebox::emulator {

/* All of them under the context's lock. */

bool known(cudaStream_t stream);
/* The default stream for null. */
cudaStream_t resolve(cudaStream_t stream);

/* Records the operation in a capture, or does it: now or, if lazy, when something waits. */
cudaError_t enqueue(cudaStream_t stream, Operation operation);
/* Does what is left to do in a stream; in all of them; in those a default-stream call awaits. */
cudaError_t drain(cudaStream_t stream);
cudaError_t drain_all();
/* Does the next operation of a stream. */
cudaError_t advance(cudaStream_t stream);
void drain_for_default();
/* Forgets unfinished work and captures. */
void abandon_streams();

/* What a capture forbids in this thread: allocations, synchronisation. Spoils the capture. */
cudaError_t forbid_in_capture(const char* what);
/* The same for a call on one stream that cannot be captured. */
cudaError_t forbid_in_capture(cudaStream_t stream, const char* what);
cudaError_t spoil(Capture& capture, cudaError_t error, const char* what);

/* Captures under way, the first stream's each. */
std::vector<std::shared_ptr<Capture>>& captures();
std::vector<cudaStream_t>& streams();

}  // namespace jukebox::emulator

#endif
