#include "memory.h"

#include <sys/mman.h>

#include <cstdio>
#include <cstring>
#include <deque>
#include <map>
#include <mutex>

#include "context.h"
#include "settings.h"

namespace jukebox::emulator {
namespace {

constexpr size_t PAGE = 4096;
/* Inaccessible on both sides; address space costs nothing. */
constexpr size_t GUARD = size_t{16} << 20;
constexpr unsigned char CANARY = 0xa5;
constexpr size_t QUARANTINE = 4096;
constexpr size_t QUARANTINE_BYTES = size_t{1} << 40;

struct Allocation {
  uint64_t number;
  unsigned char* start;
  size_t bytes;
  /* Empty for host memory that the emulator did not allocate. */
  unsigned char* mapping;
  size_t mapped;
  Place place;

  unsigned char* end() const { return start + bytes; }
  unsigned char* pages() const { return mapping + GUARD; }
  unsigned char* pages_end() const { return mapping + mapped - GUARD; }
};

struct Memory {
  std::mutex lock;
  std::map<uintptr_t, Allocation> live;
  std::deque<Allocation> freed;
  size_t freed_bytes = 0;
  size_t used = 0;
  uint64_t count = 0;
};

Memory& memory() {
  static Memory* const only = new Memory();
  return *only;
}

uintptr_t number(const void* address) { return reinterpret_cast<uintptr_t>(address); }

bool intact(const unsigned char* from, const unsigned char* to) {
  for (; from < to; from++) {
    if (*from != CANARY) return false;
  }
  return true;
}

bool intact(const Allocation& known) {
  return known.mapping == nullptr || (intact(known.pages(), known.start) &&
                                      intact(known.end(), known.pages_end()));
}

std::string name(const Allocation& known) {
  char text[96];
  std::snprintf(text, sizeof text, "%s allocation %llu of %zu bytes",
                known.place == Place::HOST ? "host" : "device",
                static_cast<unsigned long long>(known.number), known.bytes);
  return text;
}

/* The live allocation that starts last at or before an address. */
const Allocation* before(const void* address) {
  auto after = memory().live.upper_bound(number(address));
  return after == memory().live.begin() ? nullptr : &std::prev(after)->second;
}

bool inside(const Allocation& known, const void* address) {
  return number(address) >= number(known.mapping) &&
         number(address) < number(known.mapping) + known.mapped;
}

void unmap_oldest() {
  Memory& all = memory();
  while (all.freed.size() > QUARANTINE || all.freed_bytes > QUARANTINE_BYTES) {
    munmap(all.freed.front().mapping, all.freed.front().mapped);
    all.freed_bytes -= all.freed.front().mapped;
    all.freed.pop_front();
  }
}

}  // namespace

void* allocate(size_t bytes, Place place) {
  Memory& all = memory();
  const std::lock_guard<std::mutex> hold(all.lock);
  if (place == Place::DEVICE) {
    const auto total = static_cast<size_t>(settings().memory.load());
    if (bytes > total || all.used > total - bytes) return nullptr;
  }
  const size_t rounded = (bytes + 15) / 16 * 16;
  const size_t pages = (rounded + PAGE - 1) / PAGE * PAGE;
  const size_t mapped = pages + 2 * GUARD;
  void* mapping = mmap(nullptr, mapped, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE,
                       -1, 0);
  if (mapping == MAP_FAILED) return nullptr;
  auto* base = static_cast<unsigned char*>(mapping);
  if (mprotect(base + GUARD, pages, PROT_READ | PROT_WRITE) != 0) {
    munmap(mapping, mapped);
    return nullptr;
  }
  unsigned char* start =
      settings().align_start != 0 ? base + GUARD : base + GUARD + pages - rounded;
  const Allocation fresh{++all.count, start, bytes, base, mapped, place};
  std::memset(fresh.pages(), CANARY, static_cast<size_t>(start - fresh.pages()));
  std::memset(start, static_cast<int>(settings().poison.load()), bytes);
  std::memset(fresh.end(), CANARY, static_cast<size_t>(fresh.pages_end() - fresh.end()));
  if (place == Place::DEVICE) all.used += bytes;
  all.live.emplace(number(start), fresh);
  return start;
}

bool release(void* address, Place place) {
  Memory& all = memory();
  const std::lock_guard<std::mutex> hold(all.lock);
  const auto found = all.live.find(number(address));
  if (found == all.live.end() || found->second.place != place || !found->second.mapping) {
    return false;
  }
  const Allocation known = found->second;
  if (!intact(known)) set_diagnosis("something wrote outside " + name(known) + ", now freed");
  all.live.erase(found);
  if (place == Place::DEVICE) all.used -= known.bytes;
  /* A new mapping instead of a mere protection gives the pages back to the machine. */
  mmap(known.mapping, known.mapped, PROT_NONE,
       MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_FIXED, -1, 0);
  all.freed.push_back(known);
  all.freed_bytes += known.mapped;
  unmap_oldest();
  return true;
}

void note_host(void* address, size_t bytes) {
  Memory& all = memory();
  const std::lock_guard<std::mutex> hold(all.lock);
  all.live.emplace(number(address), Allocation{++all.count, static_cast<unsigned char*>(address),
                                               bytes, nullptr, 0, Place::HOST});
}

bool forget_host(void* address) {
  Memory& all = memory();
  const std::lock_guard<std::mutex> hold(all.lock);
  const auto found = all.live.find(number(address));
  if (found == all.live.end() || found->second.mapping != nullptr) return false;
  all.live.erase(found);
  return true;
}

Place place_of(const void* address, size_t bytes) {
  Memory& all = memory();
  const std::lock_guard<std::mutex> hold(all.lock);
  const Allocation* known = before(address);
  if (known != nullptr && number(address) + bytes <= number(known->end()) &&
      (bytes > 0 || number(address) < number(known->end()))) {
    return known->place;
  }
  if (known != nullptr && inside(*known, address)) return Place::FREED;
  for (const Allocation& old : all.freed) {
    if (inside(old, address)) return Place::FREED;
  }
  return Place::UNKNOWN;
}

bool known_address(const void* address) {
  Memory& all = memory();
  const std::lock_guard<std::mutex> hold(all.lock);
  const Allocation* known = before(address);
  if (known != nullptr && number(address) <= number(known->end())) return true;
  if (known != nullptr && inside(*known, address)) return true;
  for (const Allocation& old : all.freed) {
    if (inside(old, address)) return true;
  }
  return false;
}

std::string describe_address(const void* address) {
  Memory& all = memory();
  const std::lock_guard<std::mutex> hold(all.lock);
  for (const auto& entry : all.live) {
    const Allocation& known = entry.second;
    if (known.mapping == nullptr || !inside(known, address)) continue;
    const auto offset = static_cast<ptrdiff_t>(number(address) - number(known.start));
    char text[64];
    if (offset < 0) {
      std::snprintf(text, sizeof text, "%td bytes before ", -offset);
    } else if (number(address) < number(known.end())) {
      std::snprintf(text, sizeof text, "byte %td of ", offset);
    } else {
      std::snprintf(text, sizeof text, "%td bytes behind the end of ",
                    offset - static_cast<ptrdiff_t>(known.bytes));
    }
    return text + name(known);
  }
  for (auto old = all.freed.rbegin(); old != all.freed.rend(); ++old) {
    if (inside(*old, address)) return "in or next to freed " + name(*old);
  }
  return "far from all allocations";
}

size_t used_memory() {
  const std::lock_guard<std::mutex> hold(memory().lock);
  return memory().used;
}

int64_t live_allocations() {
  const std::lock_guard<std::mutex> hold(memory().lock);
  int64_t count = 0;
  for (const auto& entry : memory().live) count += entry.second.place == Place::DEVICE;
  return count;
}

int64_t damaged_allocations() {
  const std::lock_guard<std::mutex> hold(memory().lock);
  int64_t count = 0;
  for (const auto& entry : memory().live) {
    if (intact(entry.second)) continue;
    count++;
    set_diagnosis("something wrote outside " + name(entry.second));
  }
  return count;
}

}  // namespace jukebox::emulator
