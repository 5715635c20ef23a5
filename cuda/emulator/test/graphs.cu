/* Graphs: what is captured is what runs, again and again; what cannot be captured is refused. */
#include "check.h"

using namespace jukebox;

namespace {

/* The position lives on the device, so that every replay goes on where the last one stopped. */
KERNEL(32) step(int* position, int* out, int by) {
  if (threadIdx.x == 0) out[*position] = *position * by;
  sync_warp();
  if (threadIdx.x == 0) *position += 1;
}
KERNEL(32) add(int* x, int value) {
  if (threadIdx.x == 0) *x += value;
}

void check_replay() {
  cudaStream_t stream;
  CHECK_OK(cudaStreamCreateWithFlags(&stream, cudaStreamNonBlocking));
  const Buffer<int> position(std::vector<int>{0});
  const Buffer<int> out(20);
  int* pinned;
  CHECK_OK(cudaHostAlloc(&pinned, 4, cudaHostAllocDefault));
  CHECK_OK(cudaStreamBeginCapture(stream, cudaStreamCaptureModeThreadLocal));
  cudaStreamCaptureStatus status;
  CHECK_OK(cudaStreamIsCapturing(stream, &status));
  CHECK(status == cudaStreamCaptureStatusActive);
  int by = 3;
  CHECK_OK(LAUNCH(step, 1, 32, 0, stream, position.get(), out.get(), by));
  by = 4;
  CHECK_OK(LAUNCH(step, 1, 32, 0, stream, position.get(), out.get(), by));
  CHECK_OK(cudaMemcpyAsync(pinned, position.get(), 4, cudaMemcpyDeviceToHost, stream));
  by = 5;
  cudaGraph_t graph;
  CHECK_OK(cudaStreamEndCapture(stream, &graph));
  size_t nodes = 0;
  CHECK_OK(cudaGraphGetNodes(graph, nullptr, &nodes));
  CHECK(nodes == 3);
  cudaGraphExec_t executable;
  CHECK_OK(cudaGraphInstantiate(&executable, graph, 0));
  CHECK_OK(cudaGraphDestroy(graph));
  CHECK(position.read()[0] == 0);
  const int64_t kernels = jukebox_emulator_kernels();
  const int64_t launches = jukebox_emulator_launches();
  for (int i = 0; i < 10; i++) CHECK_OK(cudaGraphLaunch(executable, stream));
  CHECK_OK(cudaStreamSynchronize(stream));
  CHECK(jukebox_emulator_kernels() == kernels + 20);
  CHECK(jukebox_emulator_launches() == launches + 10);
  CHECK(position.read()[0] == 20 && *pinned == 20);
  const std::vector<int> result = out.read();
  for (int i = 0; i < 20; i++) CHECK(result[i] == i * (i % 2 == 0 ? 3 : 4));
  CHECK_OK(cudaGraphExecDestroy(executable));
  CHECK_OK(cudaFreeHost(pinned));
  CHECK_OK(cudaStreamDestroy(stream));
}

/* Two streams in one graph, forked and joined by events. */
void check_fork(bool join) {
  cudaStream_t first;
  cudaStream_t second;
  cudaEvent_t fork;
  cudaEvent_t joined;
  CHECK_OK(cudaStreamCreateWithFlags(&first, cudaStreamNonBlocking));
  CHECK_OK(cudaStreamCreateWithFlags(&second, cudaStreamNonBlocking));
  CHECK_OK(cudaEventCreateWithFlags(&fork, cudaEventDisableTiming));
  CHECK_OK(cudaEventCreateWithFlags(&joined, cudaEventDisableTiming));
  const Buffer<int> x(std::vector<int>{1});
  CHECK_OK(cudaStreamBeginCapture(first, cudaStreamCaptureModeGlobal));
  CHECK_OK(LAUNCH(add, 1, 32, 0, first, x.get(), 1));
  CHECK_OK(cudaEventRecord(fork, first));
  CHECK_OK(cudaStreamWaitEvent(second, fork, 0));
  CHECK_OK(LAUNCH(add, 1, 32, 0, second, x.get(), 10));
  CHECK_OK(cudaEventRecord(joined, second));
  if (join) CHECK_OK(cudaStreamWaitEvent(first, joined, 0));
  cudaGraph_t graph;
  if (!join) {
    CHECK_ERROR(cudaStreamEndCapture(first, &graph), cudaErrorStreamCaptureUnjoined);
  } else {
    CHECK_OK(cudaStreamEndCapture(first, &graph));
    cudaGraphExec_t executable;
    CHECK_OK(cudaGraphInstantiate(&executable, graph, 0));
    CHECK_OK(cudaGraphLaunch(executable, first));
    CHECK_OK(cudaGraphLaunch(executable, first));
    CHECK_OK(cudaStreamSynchronize(first));
    CHECK(x.read()[0] == 23);
    CHECK_OK(cudaGraphExecDestroy(executable));
    CHECK_OK(cudaGraphDestroy(graph));
  }
  CHECK_OK(cudaEventDestroy(fork));
  CHECK_OK(cudaEventDestroy(joined));
  CHECK_OK(cudaStreamDestroy(first));
  CHECK_OK(cudaStreamDestroy(second));
}

/* Runs something in a capture that must spoil it. */
template <typename Call>
void check_forbidden(cudaError_t error, Call call, int line) {
  cudaStream_t stream;
  CHECK_OK(cudaStreamCreateWithFlags(&stream, cudaStreamNonBlocking));
  const Buffer<int> x(std::vector<int>{1});
  CHECK_OK(cudaStreamBeginCapture(stream, cudaStreamCaptureModeGlobal));
  CHECK_OK(LAUNCH(add, 1, 32, 0, stream, x.get(), 1));
  check_error(call(stream, x.get()), error, "what is forbidden in a capture", __FILE__, line);
  check_diagnosis("while a graph is captured", __FILE__, line);
  CHECK_ERROR(LAUNCH(add, 1, 32, 0, stream, x.get(), 1), cudaErrorStreamCaptureInvalidated);
  cudaGraph_t graph;
  CHECK_ERROR(cudaStreamEndCapture(stream, &graph), cudaErrorStreamCaptureInvalidated);
  CHECK(graph == nullptr);
  CHECK_OK(LAUNCH(add, 1, 32, 0, stream, x.get(), 1));
  CHECK_OK(cudaStreamSynchronize(stream));
  CHECK(x.read()[0] == 2);
  CHECK_OK(cudaStreamDestroy(stream));
  cudaGetLastError();
}

}  // namespace

void check_graphs() {
  for (int lazy = 0; lazy < 2; lazy++) {
    jukebox_emulator_set_lazy(lazy);
    check_replay();
    check_fork(true);
    check_fork(false);
    const cudaError_t unsupported = cudaErrorStreamCaptureUnsupported;
    int* fresh;
    int host = 0;
    check_forbidden(unsupported, [&](cudaStream_t, int*) { return cudaMalloc(&fresh, 4); },
                    __LINE__);
    check_forbidden(
        unsupported, [&](cudaStream_t stream, int*) { return cudaMallocAsync(&fresh, 4, stream); },
        __LINE__);
    check_forbidden(unsupported, [](cudaStream_t, int* x) { return cudaFree(x); }, __LINE__);
    check_forbidden(unsupported, [](cudaStream_t, int*) { return cudaDeviceSynchronize(); },
                    __LINE__);
    check_forbidden(
        unsupported, [](cudaStream_t stream, int*) { return cudaStreamSynchronize(stream); },
        __LINE__);
    check_forbidden(
        unsupported,
        [&](cudaStream_t stream, int* x) {
          return cudaMemcpyAsync(&host, x, 4, cudaMemcpyDeviceToHost, stream);
        },
        __LINE__);
    check_forbidden(
        unsupported,
        [&](cudaStream_t, int* x) { return cudaMemcpy(&host, x, 4, cudaMemcpyDeviceToHost); },
        __LINE__);
  }
}
