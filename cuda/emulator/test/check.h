/* Counts checks, prints those that fail, and wraps what every test of the emulator needs. */
#ifndef JUKEBOX_EMULATOR_TEST_CHECK_H
#define JUKEBOX_EMULATOR_TEST_CHECK_H

#include <cstdio>
#include <string>
#include <vector>

#include "device.h"
#include "emulator_control.h"

struct Checks {
  int done = 0;
  int failed = 0;
};
Checks& checks();

inline bool check(bool right, const std::string& what, const char* file, int line) {
  checks().done++;
  if (!right) {
    checks().failed++;
    std::printf("%s:%d: %s\n", file, line, what.c_str());
  }
  return right;
}

#define CHECK(condition) check(condition, #condition, __FILE__, __LINE__)
#define CHECK_OK(call) check_error(call, cudaSuccess, #call, __FILE__, __LINE__)
#define CHECK_ERROR(call, error) check_error(call, error, #call, __FILE__, __LINE__)
/* That the last diagnosis mentions something. */
#define CHECK_DIAGNOSIS(part) check_diagnosis(part, __FILE__, __LINE__)

inline std::string last_diagnosis() {
  char text[2048];
  jukebox_emulator_diagnosis(text, sizeof text);
  return text;
}

inline void check_error(cudaError_t got, cudaError_t wanted, const char* call, const char* file,
                        int line) {
  check(got == wanted,
        std::string(call) + " gave " + cudaGetErrorName(got) + ", not " + cudaGetErrorName(wanted) +
            "; last diagnosis: " + last_diagnosis(),
        file, line);
}

inline void check_diagnosis(const char* part, const char* file, int line) {
  check(last_diagnosis().find(part) != std::string::npos,
        std::string("no \"") + part + "\" in the diagnosis: " + last_diagnosis(), file, line);
}

/* An array on the device, for as long as it lives. */
template <typename T>
class Buffer {
 public:
  explicit Buffer(size_t count) : count_(count) {
    CHECK_OK(cudaMalloc(&data_, count * sizeof(T)));
  }
  explicit Buffer(const std::vector<T>& values) : Buffer(values.size()) {
    CHECK_OK(cudaMemcpy(data_, values.data(), count_ * sizeof(T), cudaMemcpyHostToDevice));
  }
  ~Buffer() { cudaFree(data_); }
  Buffer(const Buffer&) = delete;
  Buffer& operator=(const Buffer&) = delete;

  T* get() const { return data_; }
  std::vector<T> read() const {
    std::vector<T> values(count_);
    CHECK_OK(cudaMemcpy(values.data(), data_, count_ * sizeof(T), cudaMemcpyDeviceToHost));
    return values;
  }

 private:
  T* data_ = nullptr;
  size_t count_;
};

/* Small numbers with few bits, so that sums of products of them are exact. */
inline float small_number(unsigned i) {
  return static_cast<float>(static_cast<int>((i * 2654435761u >> 20) % 17) - 8) / 4;
}

void check_types();
void check_kernels();
void check_bulk();
void check_matrices();
void check_planted_memory();
void check_planted_threads();
void check_streams();
void check_graphs();
void check_together();
void check_settings();

#endif
