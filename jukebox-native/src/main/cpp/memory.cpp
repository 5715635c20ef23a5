// Aligned, zeroed allocation outside the JVM's heap and outside JavaCPP's accounting.
#include <cstdlib>
#include <cstring>
#include <new>

#include "jukebox.h"

#if defined(__linux__)
#include <sys/mman.h>
#endif

namespace {

constexpr size_t kAlignment = 64;
constexpr size_t kHugePage = size_t{2} << 20;
constexpr size_t kLarge = 2 * kHugePage;

// Lies in the 64 bytes before each block.
struct Header {
  void* base;
  size_t mapped;  // bytes to unmap, or 0 for free()
};

Header* header(void* block) {
  return reinterpret_cast<Header*>(static_cast<char*>(block) - kAlignment);
}

void* place(void* base, size_t mapped, size_t alignment) {
  auto address = reinterpret_cast<uintptr_t>(base) + kAlignment;
  auto* block = reinterpret_cast<void*>((address + alignment - 1) / alignment * alignment);
  new (header(block)) Header{base, mapped};
  return block;
}

}  // namespace

extern "C" int jk_alloc(int64_t bytes, void** block) {
  if (bytes < 0 || block == nullptr) return JK_BAD_ARGUMENT;
  *block = nullptr;
  auto size = static_cast<size_t>(bytes);
  if (size > SIZE_MAX / 2) return JK_OUT_OF_MEMORY;
#if defined(__linux__)
  if (size >= kLarge) {
    size_t mapped = size + kHugePage + kAlignment;
    void* base =
        mmap(nullptr, mapped, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (base == MAP_FAILED) return JK_OUT_OF_MEMORY;
    *block = place(base, mapped, kHugePage);
    // Only advice: where the kernel has no huge pages, small ones do.
    (void)madvise(*block, size, MADV_HUGEPAGE);
    return JK_OK;
  }
#endif
  void* base = std::calloc(1, size + 2 * kAlignment);
  if (base == nullptr) return JK_OUT_OF_MEMORY;
  *block = place(base, 0, kAlignment);
  return JK_OK;
}

extern "C" int jk_free(void* block) {
  if (block == nullptr) return JK_OK;
  if (reinterpret_cast<uintptr_t>(block) % kAlignment != 0) return JK_BAD_ARGUMENT;
  Header found = *header(block);
#if defined(__linux__)
  if (found.mapped != 0) return munmap(found.base, found.mapped) == 0 ? JK_OK : JK_INTERNAL;
#endif
  std::free(found.base);
  return JK_OK;
}
