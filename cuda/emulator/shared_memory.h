/* The shared memory of one running block. */
#ifndef JUKEBOX_EMULATOR_SHARED_MEMORY_H
#define JUKEBOX_EMULATOR_SHARED_MEMORY_H

#include <cstddef>
#include <string>
#include <vector>

namespace jukebox::emulator {

/*
 * Arrays of fixed size grow downwards from an inaccessible page, with known bytes between them;
 * dynamic shared memory ends at another one. All of it is poisoned for every block.
 */
class SharedMemory {
 public:
  static constexpr size_t STATIC_LIMIT = 48 * 1024;
  static constexpr size_t BLOCK_LIMIT = 227 * 1024;

  SharedMemory();
  SharedMemory(const SharedMemory&) = delete;
  SharedMemory& operator=(const SharedMemory&) = delete;

  bool usable() const { return base_ != nullptr; }
  void begin_block(size_t dynamic_bytes, int poison);
  /* The array of a call site; null where the block's memory is exceeded. */
  void* array(const void* key, size_t bytes, size_t alignment);
  unsigned char* dynamic() const { return dynamic_; }
  bool contains(const void* address, size_t bytes) const;
  /* What was overwritten between or behind the arrays; empty if nothing was. */
  std::string damage() const;
  /* Where an address lies, for a diagnosis; empty if elsewhere. */
  std::string describe(const void* address) const;

 private:
  struct Array {
    const void* key;
    unsigned char* start;
    size_t bytes;
    unsigned char* gap_end;
  };

  unsigned char* base_ = nullptr;
  unsigned char* static_end_ = nullptr;
  unsigned char* dynamic_end_ = nullptr;
  unsigned char* dynamic_ = nullptr;
  size_t dynamic_bytes_ = 0;
  size_t static_bytes_ = 0;
  int poison_ = 0xff;
  std::vector<Array> arrays_;
};

}  // namespace jukebox::emulator

#endif
