// Arrays that end, or begin, at an inaccessible page: a read or write outside is a crash, which names
// what was being checked.
#ifndef JUKEBOX_PAGES_H
#define JUKEBOX_PAGES_H

#include <sys/mman.h>
#include <unistd.h>

#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <utility>
#include <vector>

inline char what[256] = "start";

inline void fault(int) {
  // Only what may be called in a signal handler.
  (void)!write(2, "access outside an array: ", 25);
  (void)!write(2, what, std::strlen(what));
  (void)!write(2, "\n", 1);
  _exit(1);
}

inline void require(bool holds, const char* why) {
  if (holds) return;
  std::fprintf(stderr, "%s: %s\n", what, why);
  std::exit(1);
}

// Arrays between inaccessible pages, against the one behind or the one before.
class Pages {
 public:
  explicit Pages(bool behind) : behind_(behind) {}
  ~Pages() {
    for (auto& block : blocks_) munmap(block.first, block.second);
  }
  Pages(const Pages&) = delete;
  Pages& operator=(const Pages&) = delete;

  template <class T>
  T* array(int64_t n) {
    auto page = static_cast<size_t>(sysconf(_SC_PAGESIZE));
    size_t bytes = static_cast<size_t>(n) * sizeof(T);
    size_t inner = (bytes + page - 1) / page * page;
    if (inner == 0) inner = page;
    void* base = mmap(nullptr, inner + 2 * page, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    require(base != MAP_FAILED, "no memory");
    char* begin = static_cast<char*>(base) + page;
    require(mprotect(begin, inner, PROT_READ | PROT_WRITE) == 0, "no protection");
    blocks_.push_back({base, inner + 2 * page});
    return reinterpret_cast<T*>(behind_ ? begin + inner - bytes : begin);
  }

  float* random(int64_t n) {
    float* p = array<float>(n);
    for (int64_t i = 0; i < n; i++) {
      state_ = state_ * 1664525 + 1013904223;
      p[i] = static_cast<float>(static_cast<int32_t>(state_)) / 2147483648.0f;
    }
    return p;
  }

 private:
  bool behind_;
  uint32_t state_ = 1;
  std::vector<std::pair<void*, size_t>> blocks_;
};

inline void near(const float* got, const std::vector<double>& expected, double bound) {
  for (size_t i = 0; i < expected.size(); i++) {
    if (!(std::fabs(got[i] - expected[i]) <= bound)) {
      std::fprintf(stderr, "%s: %g at %zu, expected %g\n", what, static_cast<double>(got[i]), i,
                   expected[i]);
      std::exit(1);
    }
  }
}

#endif
