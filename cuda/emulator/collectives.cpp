/* What kernels call while they run: barriers, collectives, shared memory, background copies. */
#include <cstdarg>
#include <cstdio>
#include <cstring>

#include "execution.h"
#include "races.h"
#include "worker.h"

namespace jukebox::emulator {
namespace {

void gather(void* const* lanes, bool transposed) {
  uint16_t matrices[4][8][8];
  for (int lane = 0; lane < 32; lane++) {
    std::memcpy(matrices[lane / 8][lane % 8], static_cast<const MatrixRows*>(lanes[lane])->row, 16);
  }
  for (int lane = 0; lane < 32; lane++) {
    const MatrixRows& own = *static_cast<const MatrixRows*>(lanes[lane]);
    const int i = lane / 4;
    const int j = lane % 4 * 2;
    for (int m = 0; m < 4; m++) {
      const uint32_t low = transposed ? matrices[m][j][i] : matrices[m][i][j];
      const uint32_t high = transposed ? matrices[m][j + 1][i] : matrices[m][i][j + 1];
      own.r[m] = low | high << 16;
    }
  }
}

}  // namespace

void fail_kernel(cudaError_t error, const char* format, ...) {
  char text[512];
  va_list arguments;
  va_start(arguments, format);
  std::vsnprintf(text, sizeof text, format, arguments);
  va_end(arguments);
  running_worker()->fail(error, text);
}

void* static_shared(const void* key, size_t bytes, size_t alignment) {
  void* start = running_worker()->shared().array(key, bytes, alignment);
  if (start == nullptr) {
    fail_kernel(cudaErrorLaunchOutOfResources,
                "more than %zu KB of shared arrays, or %zu KB of shared memory in all",
                SharedMemory::STATIC_LIMIT / 1024, SharedMemory::BLOCK_LIMIT / 1024);
  }
  return start;
}

unsigned char* dynamic_shared() { return running_worker()->shared().dynamic(); }

void check_matrix_row(const void* row) {
  if (reinterpret_cast<uintptr_t>(row) % 16 != 0) {
    fail_kernel(cudaErrorMisalignedAddress,
                "load_matrices of a row at %p, which is not aligned to 16", row);
  }
  if (!running_worker()->shared().contains(row, 16)) {
    fail_kernel(cudaErrorIllegalAddress,
                "load_matrices of a row at %p, which is outside the block's shared memory", row);
  }
}

void count_poll() {
  constexpr uint64_t TOO_OFTEN = 200000000;
  if (running_worker()->poll() > TOO_OFTEN) {
    fail_kernel(cudaErrorLaunchTimeout,
                "reads or counts again and again, probably waiting for a block that is not running");
  }
}

/* The bytes arrive at the wait: whoever looks earlier finds poison. */
void async_copy(void* shared, const void* source, bool valid) {
  Worker& worker = *running_worker();
  if (reinterpret_cast<uintptr_t>(shared) % 16 != 0) {
    fail_kernel(cudaErrorMisalignedAddress, "async_copy16 to %p, which is not aligned to 16",
                shared);
  }
  if (!worker.shared().contains(shared, 16)) {
    fail_kernel(cudaErrorIllegalAddress,
                "async_copy16 to %p, which is outside the block's shared memory: %s", shared,
                worker.shared().describe(shared).c_str());
  }
  if (valid) {
    if (reinterpret_cast<uintptr_t>(source) % 16 != 0) {
      fail_kernel(cudaErrorMisalignedAddress, "async_copy16 from %p, which is not aligned to 16",
                  source);
    }
    if (worker.shared().contains(source, 16)) {
      fail_kernel(cudaErrorIllegalAddress, "async_copy16 from shared memory");
    }
    static_cast<void>(*static_cast<const volatile unsigned char*>(source));
  }
  std::memset(shared, worker.poison(), 16);
  worker.copies().issued.push_back({shared, source, valid});
}

void async_commit_group() {
  Copies& own = running_worker()->copies();
  own.groups.push_back(own.issued.size());
}

void async_wait_groups(size_t pending) {
  Copies& own = running_worker()->copies();
  if (own.groups.size() <= pending) return;
  const size_t groups = own.groups.size() - pending;
  const size_t copies = own.groups[groups - 1];
  for (size_t i = 0; i < copies; i++) {
    const Copy& copy = own.issued[i];
    note_write(copy.target, 16);
    if (copy.valid) {
      note_read(copy.source, 16);
      std::memcpy(copy.target, copy.source, 16);
    } else {
      std::memset(copy.target, 0, 16);
    }
  }
  own.issued.erase(own.issued.begin(), own.issued.begin() + static_cast<ptrdiff_t>(copies));
  own.groups.erase(own.groups.begin(), own.groups.begin() + static_cast<ptrdiff_t>(groups));
  for (size_t& end : own.groups) end -= copies;
}

void gather_matrices(void* const* lanes) { gather(lanes, false); }
void gather_transposed(void* const* lanes) { gather(lanes, true); }

}  // namespace jukebox::emulator
