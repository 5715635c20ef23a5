/* What kernels call while they run: barriers, collectives, shared memory, background copies. */
#include <cstdarg>
#include <cstdio>
#include <cstring>

#include "emulated_types.h"
#include "execution.h"
#include "worker.h"

namespace jukebox::emulator {
namespace {

constexpr int ROWS = 16;
constexpr int COLUMNS = 8;
constexpr int DEPTH = 16;

struct Tiles {
  alignas(32) float d[ROWS][COLUMNS];
  alignas(32) float a[ROWS][DEPTH];
  alignas(32) float b[DEPTH][COLUMNS];
};

void multiply_tiles(Tiles& tiles) {
  for (int row = 0; row < ROWS; row++) {
    for (int k = 0; k < DEPTH; k++) {
      for (int column = 0; column < COLUMNS; column++) {
        tiles.d[row][column] += tiles.a[row][k] * tiles.b[k][column];
      }
    }
  }
}

/* Lane by lane into matrices and back, as PTX lays out the fragments of m16n8k16. */
template <float (*value)(uint16_t)>
void multiply(void* const* lanes) {
  Tiles tiles;
  for (int lane = 0; lane < 32; lane++) {
    const Product& own = *static_cast<const Product*>(lanes[lane]);
    const int group = lane / 4;
    const int pair = lane % 4 * 2;
    for (int i = 0; i < 4; i++) {
      const int row = group + i % 2 * 8;
      const int k = pair + i / 2 * 8;
      tiles.a[row][k] = value(static_cast<uint16_t>(own.a[i]));
      tiles.a[row][k + 1] = value(static_cast<uint16_t>(own.a[i] >> 16));
      tiles.d[group + i / 2 * 8][pair + i % 2] = own.d[i];
    }
    for (int i = 0; i < 2; i++) {
      tiles.b[pair + i * 8][group] = value(static_cast<uint16_t>(own.b[i]));
      tiles.b[pair + i * 8 + 1][group] = value(static_cast<uint16_t>(own.b[i] >> 16));
    }
  }
  multiply_tiles(tiles);
  for (int lane = 0; lane < 32; lane++) {
    const Product& own = *static_cast<const Product*>(lanes[lane]);
    for (int i = 0; i < 4; i++) own.d[i] = tiles.d[lane / 4 + i / 2 * 8][lane % 4 * 2 + i % 2];
  }
}

void gather(void* const* lanes, bool transposed) {
  uint16_t matrices[4][8][8];
  for (int lane = 0; lane < 32; lane++) {
    const void* row = static_cast<const MatrixRows*>(lanes[lane])->row;
    if (reinterpret_cast<uintptr_t>(row) % 16 != 0) {
      fail_kernel(cudaErrorMisalignedAddress,
                  "lane %d gives load_matrices a row at %p, which is not aligned to 16", lane, row);
    }
    if (!running_worker()->shared().contains(row, 16)) {
      fail_kernel(cudaErrorIllegalAddress,
                  "lane %d gives load_matrices a row at %p outside the block's shared memory", lane,
                  row);
    }
    std::memcpy(matrices[lane / 8][lane % 8], row, 16);
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

void block_barrier(Site site) { running_worker()->barrier(site); }

void warp_collective(const char* what, Site site, void (*operation)(void* const*), void* brought) {
  running_worker()->collective(what, site, operation, brought);
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
  worker.current().copies.push_back({shared, source, valid});
}

void async_commit_group() {
  Thread& own = running_worker()->current();
  own.groups.push_back(own.copies.size());
}

void async_wait_groups(size_t pending) {
  Thread& own = running_worker()->current();
  if (own.groups.size() <= pending) return;
  const size_t groups = own.groups.size() - pending;
  const size_t copies = own.groups[groups - 1];
  for (size_t i = 0; i < copies; i++) {
    const Copy& copy = own.copies[i];
    if (copy.valid) {
      std::memcpy(copy.target, copy.source, 16);
    } else {
      std::memset(copy.target, 0, 16);
    }
  }
  own.copies.erase(own.copies.begin(), own.copies.begin() + static_cast<ptrdiff_t>(copies));
  own.groups.erase(own.groups.begin(), own.groups.begin() + static_cast<ptrdiff_t>(groups));
  for (size_t& end : own.groups) end -= copies;
}

void multiply_half(void* const* lanes) { multiply<half_value>(lanes); }
void multiply_brain(void* const* lanes) { multiply<brain_value>(lanes); }
void gather_matrices(void* const* lanes) { gather(lanes, false); }
void gather_transposed(void* const* lanes) { gather(lanes, true); }

}  // namespace jukebox::emulator
