/* Copies of runs of bytes, and how far they have come: the words count the copies that arrived. */
#include <algorithm>
#include <cstring>

#include "execution.h"
#include "races.h"
#include "worker.h"

namespace jukebox::emulator {
namespace {

/* Above the count: tells a word that was begun from what memory happens to hold. */
constexpr uint64_t BEGUN = uint64_t{0xb0a7} << 48;
constexpr uint64_t COUNT = (uint64_t{1} << 48) - 1;

void require_begun(const uint64_t* arrival) {
  Worker& worker = *running_worker();
  if (!worker.shared().contains(arrival, sizeof *arrival) || (*arrival & ~COUNT) != BEGUN) {
    fail_kernel(cudaErrorIllegalAddress, "an arrival at %p that was not begun in shared memory",
                static_cast<const void*>(arrival));
  }
}

auto pending(const uint64_t* arrival) {
  std::vector<BulkCopy>& copies = running_worker()->bulk_copies();
  return std::find_if(copies.begin(), copies.end(),
                      [arrival](const BulkCopy& copy) { return copy.arrival == arrival; });
}

}  // namespace

void begin_arrival(uint64_t* arrival) {
  note_write(arrival, sizeof *arrival);
  *arrival = BEGUN;
}

void done_with_copy() {
  std::vector<BulkUse>& uses = running_worker()->bulk_uses();
  const uint32_t own = running_worker()->thread();
  uses.erase(std::remove_if(uses.begin(), uses.end(),
                            [own](const BulkUse& use) { return use.thread == own; }),
             uses.end());
}

/* The bytes arrive at the wait: whoever looks earlier finds poison. */
void bulk_copy(void* shared, const void* source, size_t bytes, uint64_t* arrival) {
  Worker& worker = *running_worker();
  require_begun(arrival);
  if (bytes == 0 || bytes % 16 != 0 || reinterpret_cast<uintptr_t>(shared) % 16 != 0 ||
      reinterpret_cast<uintptr_t>(source) % 16 != 0) {
    fail_kernel(cudaErrorMisalignedAddress, "bulk_copy of %zu bytes from %p to %p, not all of 16",
                bytes, source, shared);
  }
  if (!worker.shared().contains(shared, bytes) || worker.shared().contains(source, 1)) {
    fail_kernel(cudaErrorIllegalAddress, "bulk_copy of %zu bytes from %p to %p: %s", bytes, source,
                shared, worker.shared().describe(shared).c_str());
  }
  if (pending(arrival) != worker.bulk_copies().end()) {
    fail_kernel(cudaErrorLaunchFailure, "bulk_copy before the one before it has arrived");
  }
  for (const BulkUse& use : worker.bulk_uses()) {
    if (use.arrival == arrival) {
      fail_kernel(cudaErrorLaunchFailure,
                  "bulk_copy to what thread %u may read, as it called no done_with_copy", use.thread);
    }
  }
  const auto* first = static_cast<const volatile unsigned char*>(source);
  static_cast<void>(first[0]);
  static_cast<void>(first[bytes - 1]);
  std::memset(shared, worker.poison(), bytes);
  worker.bulk_copies().push_back({shared, source, bytes, arrival});
}

void wait_arrival(uint64_t* arrival, int parity) {
  require_begun(arrival);
  running_worker()->bulk_uses().push_back({arrival, running_worker()->thread()});
  if (static_cast<int>(*arrival & 1) != parity) return;
  const auto copy = pending(arrival);
  if (copy == running_worker()->bulk_copies().end()) {
    fail_kernel(cudaErrorLaunchTimeout, "waits for a bulk_copy that nobody started");
  }
  note_read(copy->source, copy->bytes);
  note_write(copy->target, copy->bytes);
  std::memcpy(copy->target, copy->source, copy->bytes);
  running_worker()->bulk_copies().erase(copy);
  (*arrival)++;
}

}  // namespace jukebox::emulator
