#include "shared_memory.h"

#include <sys/mman.h>

#include <cstdint>
#include <cstdio>
#include <cstring>

#include "races.h"

namespace jukebox::emulator {
namespace {

/* Inaccessible before, between and behind the two areas; address space costs nothing. */
constexpr size_t GUARD = size_t{16} << 20;
constexpr size_t STATIC_AREA = 64 * 1024;
constexpr size_t DYNAMIC_AREA = 256 * 1024;
constexpr size_t GAP = 32;
constexpr unsigned char CANARY = 0xa5;

bool intact(const unsigned char* start, const unsigned char* end) {
  for (; start < end; start++) {
    if (*start != CANARY) return false;
  }
  return true;
}

}  // namespace

SharedMemory::SharedMemory() {
  const size_t bytes = STATIC_AREA + DYNAMIC_AREA + 3 * GUARD;
  void* mapping = mmap(nullptr, bytes, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (mapping == MAP_FAILED) return;
  auto* base = static_cast<unsigned char*>(mapping);
  mprotect(base + GUARD, STATIC_AREA, PROT_READ | PROT_WRITE);
  mprotect(base + 2 * GUARD + STATIC_AREA, DYNAMIC_AREA, PROT_READ | PROT_WRITE);
  base_ = base;
  static_end_ = base + GUARD + STATIC_AREA;
  dynamic_end_ = static_end_ + GUARD + DYNAMIC_AREA;
  dynamic_ = dynamic_end_;
}

void SharedMemory::begin_block(size_t dynamic_bytes, int poison) {
  arrays_.clear();
  static_bytes_ = 0;
  poison_ = poison;
  dynamic_bytes_ = dynamic_bytes;
  dynamic_ = dynamic_end_ - (dynamic_bytes + 15) / 16 * 16;
  std::memset(dynamic_ - GAP, CANARY, GAP);
  std::memset(dynamic_, poison, dynamic_bytes);
  std::memset(dynamic_ + dynamic_bytes, CANARY,
              static_cast<size_t>(dynamic_end_ - dynamic_) - dynamic_bytes);
}

void* SharedMemory::array(const void* key, size_t bytes, size_t alignment) {
  for (const Array& known : arrays_) {
    if (known.key == key) return known.start;
  }
  static_bytes_ += bytes;
  if (static_bytes_ > STATIC_LIMIT || static_bytes_ + dynamic_bytes_ > BLOCK_LIMIT) return nullptr;
  unsigned char* end = arrays_.empty() ? static_end_ : arrays_.back().start - GAP;
  auto place = (reinterpret_cast<uintptr_t>(end) - bytes) / alignment * alignment;
  /* No better aligned than asked for, so that nothing works by luck. */
  if (place % (2 * alignment) == 0 && !arrays_.empty()) place -= alignment;
  auto* start = reinterpret_cast<unsigned char*>(place);
  unsigned char* gap_end = arrays_.empty() ? static_end_ : arrays_.back().start;
  if (start - GAP < base_ + GUARD) return nullptr;
  hide_writes();
  std::memset(start - GAP, CANARY, GAP);
  std::memset(start, poison_, bytes);
  std::memset(start + bytes, CANARY, static_cast<size_t>(gap_end - start) - bytes);
  show_writes();
  arrays_.push_back({key, start, bytes, gap_end});
  return start;
}

bool SharedMemory::contains(const void* address, size_t bytes) const {
  const auto* place = static_cast<const unsigned char*>(address);
  if (place >= dynamic_ && place + bytes <= dynamic_ + dynamic_bytes_) return true;
  for (const Array& array : arrays_) {
    if (place >= array.start && place + bytes <= array.start + array.bytes) return true;
  }
  return false;
}

std::string SharedMemory::damage() const {
  char text[160];
  if (!intact(dynamic_ - GAP, dynamic_) || !intact(dynamic_ + dynamic_bytes_, dynamic_end_)) {
    std::snprintf(text, sizeof text, "wrote outside the %zu bytes of dynamic shared memory",
                  dynamic_bytes_);
    return text;
  }
  for (size_t i = 0; i < arrays_.size(); i++) {
    const Array& array = arrays_[i];
    if (!intact(array.start + array.bytes, array.gap_end) || !intact(array.start - GAP, array.start)) {
      std::snprintf(text, sizeof text, "wrote outside shared array %zu of the kernel, of %zu bytes",
                    i + 1, array.bytes);
      return text;
    }
  }
  return {};
}

std::string SharedMemory::describe(const void* address) const {
  const auto* place = static_cast<const unsigned char*>(address);
  if (place < base_ || place >= dynamic_end_ + GUARD) return {};
  char text[160];
  if (place >= static_end_ + GUARD) {
    std::snprintf(text, sizeof text, "byte %td of %zu bytes of dynamic shared memory",
                  place - dynamic_, dynamic_bytes_);
  } else if (arrays_.empty()) {
    std::snprintf(text, sizeof text, "shared memory, of which this block has none");
  } else {
    const Array* nearest = &arrays_.front();
    for (const Array& array : arrays_) {
      if (place >= array.start - GAP && place < array.gap_end) nearest = &array;
    }
    std::snprintf(text, sizeof text, "byte %td of a shared array of %zu bytes",
                  place - nearest->start, nearest->bytes);
  }
  return text;
}

}  // namespace jukebox::emulator
