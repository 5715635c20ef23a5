/* Streams and events: what is done when, and what a host may read when. */
#include "check.h"

using namespace jukebox;

namespace {

KERNEL(32) fill(int* x, int value) { x[threadIdx.x] = value; }
KERNEL(32) add(int* x, int value) { x[threadIdx.x] += value; }

/* A host that reads before it waits sees what was there: only if lazy. */
void check_host_read(bool lazy) {
  cudaStream_t stream;
  CHECK_OK(cudaStreamCreateWithFlags(&stream, cudaStreamNonBlocking));
  const Buffer<int> x(32);
  int* pinned;
  CHECK_OK(cudaHostAlloc(&pinned, 128, cudaHostAllocDefault));
  pinned[0] = -1;
  CHECK_OK(LAUNCH(fill, 1, 32, 0, stream, x.get(), 7));
  CHECK_OK(cudaMemcpyAsync(pinned, x.get(), 128, cudaMemcpyDeviceToHost, stream));
  CHECK(pinned[0] == (lazy ? -1 : 7));
  CHECK_ERROR(cudaStreamQuery(stream), lazy ? cudaErrorNotReady : cudaSuccess);
  CHECK_OK(cudaStreamSynchronize(stream));
  CHECK(pinned[0] == 7);
  CHECK_OK(cudaStreamQuery(stream));

  /* A copy in the default stream does not wait for a stream that does not block. */
  std::vector<int> host(32);
  CHECK_OK(LAUNCH(fill, 1, 32, 0, stream, x.get(), 8));
  CHECK_OK(cudaMemcpy(host.data(), x.get(), 128, cudaMemcpyDeviceToHost));
  CHECK(host[0] == (lazy ? 7 : 8));

  /* Pageable memory: taken along at the call, and waited for on the way back. */
  std::vector<int> source(32, 5);
  CHECK_OK(cudaMemcpyAsync(x.get(), source.data(), 128, cudaMemcpyHostToDevice, stream));
  source.assign(32, 6);
  CHECK_OK(LAUNCH(add, 1, 32, 0, stream, x.get(), 10));
  CHECK_OK(cudaMemcpyAsync(host.data(), x.get(), 128, cudaMemcpyDeviceToHost, stream));
  CHECK(host[31] == 15);

  /* Page-locked memory is read when the copy runs. */
  pinned[0] = 1;
  CHECK_OK(cudaMemcpyAsync(x.get(), pinned, 4, cudaMemcpyHostToDevice, stream));
  pinned[0] = 2;
  CHECK_OK(cudaMemcpyAsync(host.data(), x.get(), 4, cudaMemcpyDeviceToHost, stream));
  CHECK(host[0] == (lazy ? 2 : 1));
  CHECK_OK(cudaFreeHost(pinned));
  CHECK_OK(cudaStreamDestroy(stream));
}

void check_events(bool lazy) {
  cudaStream_t first;
  cudaStream_t second;
  cudaEvent_t event;
  cudaEvent_t end;
  CHECK_OK(cudaStreamCreateWithFlags(&first, cudaStreamNonBlocking));
  CHECK_OK(cudaStreamCreateWithFlags(&second, cudaStreamNonBlocking));
  CHECK_OK(cudaEventCreate(&event));
  CHECK_OK(cudaEventCreate(&end));
  CHECK_OK(cudaEventQuery(event));
  const Buffer<int> x(32);
  CHECK_OK(LAUNCH(fill, 1, 32, 0, first, x.get(), 1));
  CHECK_OK(cudaEventRecord(event, first));
  CHECK_OK(LAUNCH(add, 1, 32, 0, first, x.get(), 100));
  CHECK_OK(cudaStreamWaitEvent(second, event, 0));
  CHECK_OK(LAUNCH(add, 1, 32, 0, second, x.get(), 1));
  CHECK_ERROR(cudaEventQuery(event), lazy ? cudaErrorNotReady : cudaSuccess);
  CHECK_OK(cudaStreamSynchronize(second));
  CHECK_OK(cudaEventQuery(event));
  /* In lazy mode the first stream's last launch did not run yet: the copy must not wait for it. */
  CHECK(x.read()[0] == (lazy ? 2 : 102));
  CHECK_OK(cudaEventRecord(end, first));
  CHECK_OK(cudaEventSynchronize(end));
  CHECK(x.read()[0] == 102);
  float milliseconds = -1;
  CHECK_OK(cudaEventElapsedTime(&milliseconds, event, end));
  CHECK(milliseconds >= 0);
  CHECK_OK(cudaEventDestroy(event));
  CHECK_OK(cudaEventDestroy(end));
  CHECK_OK(cudaStreamDestroy(first));
  CHECK_OK(cudaStreamDestroy(second));
  CHECK_ERROR(cudaStreamSynchronize(first), cudaErrorInvalidResourceHandle);
  CHECK_ERROR(LAUNCH(fill, 1, 32, 0, first, x.get(), 1), cudaErrorInvalidResourceHandle);
}

void check_pool(bool lazy) {
  cudaStream_t stream;
  CHECK_OK(cudaStreamCreate(&stream));
  const int64_t before = jukebox_emulator_allocations();
  int* x;
  CHECK_OK(cudaMallocAsync(&x, 128, stream));
  CHECK_OK(LAUNCH(fill, 1, 32, 0, stream, x, 3));
  CHECK_OK(cudaFreeAsync(x, stream));
  CHECK(jukebox_emulator_allocations() == before + (lazy ? 1 : 0));
  CHECK_OK(LAUNCH(fill, 1, 32, 0, stream, x, 3));
  CHECK_ERROR(cudaStreamSynchronize(stream), cudaErrorIllegalAddress);
  CHECK_DIAGNOSIS("freed device allocation");
  jukebox_emulator_reset();
  jukebox_emulator_set_lazy(lazy);
  CHECK(jukebox_emulator_allocations() == before);
  CHECK_OK(cudaStreamDestroy(stream));
}

}  // namespace

void check_streams() {
  for (int lazy = 0; lazy < 2; lazy++) {
    jukebox_emulator_set_lazy(lazy);
    check_host_read(lazy != 0);
    check_events(lazy != 0);
    check_pool(lazy != 0);
  }
}
