// Runs every kernel of every instruction set on arrays that end, or begin, at an inaccessible page: a
// read or write outside is a crash, which names itself. `make check` builds and runs it.
#include <sys/mman.h>
#include <unistd.h>

#include <cmath>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <vector>

#include "jukebox.h"

namespace {

char what[256] = "start";

void fault(int) {
  // Only what may be called in a signal handler.
  (void)!write(2, "access outside an array: ", 25);
  (void)!write(2, what, std::strlen(what));
  (void)!write(2, "\n", 1);
  _exit(1);
}

void require(bool holds, const char* why) {
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

void near(const float* got, const std::vector<double>& expected, double bound) {
  for (size_t i = 0; i < expected.size(); i++) {
    if (!(std::fabs(got[i] - expected[i]) <= bound)) {
      std::fprintf(stderr, "%s: %g at %zu, expected %g\n", what, static_cast<double>(got[i]), i,
                   expected[i]);
      std::exit(1);
    }
  }
}

void linear(jk_engine* engine, bool behind, int64_t rows, int64_t in, int64_t out, int storage) {
  Pages pages(behind);
  int64_t width = jk_linear_panel_width(engine);
  int64_t bytes =
      (out + width - 1) / width * width * in * (storage == JK_F32 ? 4 : storage == JK_I8 ? 1 : 2);
  float* w = pages.random(in * out);
  float* x = pages.random(rows * in);
  float* b = pages.random(out);
  float* y = pages.array<float>(rows * out);
  float* scales = storage == JK_I8 ? pages.array<float>(out) : nullptr;
  char* packed = pages.array<char>(bytes);
  require(jk_linear_pack(engine, w, 0, in, out, storage, packed, bytes, scales) == 0, "pack");
  require(jk_linear_apply(engine, packed, scales, b, in, out, storage, x, rows, 0, nullptr, y) == 0,
          "apply");
  std::vector<double> expected;
  for (int64_t r = 0; r < rows; r++) {
    for (int64_t o = 0; o < out; o++) {
      double sum = static_cast<double>(b[o]);
      for (int64_t i = 0; i < in; i++) sum += static_cast<double>(x[r * in + i]) * w[i * out + o];
      expected.push_back(sum);
    }
  }
  double grain = storage == JK_F32 ? 1e-6 : storage == JK_F16 ? 5e-4 : 5e-3;
  near(y, expected, grain * static_cast<double>(in) + 1e-5);
}

void conv(jk_engine* engine, bool behind, int64_t in, int64_t out, int64_t kernel, int64_t stride,
          int64_t padding, int64_t dilation, int transposed, int64_t time) {
  Pages pages(behind);
  int64_t length = transposed ? (time - 1) * stride - 2 * padding + kernel
                              : (time + 2 * padding - dilation * (kernel - 1) - 1) / stride + 1;
  int64_t size = jk_conv_packed_size(engine, in, out, kernel);
  float* w = pages.random(in * out * kernel);
  float* x = pages.random(2 * time * in);
  float* b = pages.random(out);
  float* y = pages.array<float>(2 * length * out);
  float* packed = pages.array<float>(size);
  require(jk_conv_pack(engine, w, in, out, kernel, stride, transposed, packed, size) == 0, "pack");
  require(jk_conv_apply(engine, packed, b, in, out, kernel, stride, padding, dilation, transposed,
                        x, 2, time, 0, nullptr, 1.0f, y, length) == 0,
          "apply");
  std::vector<double> expected(static_cast<size_t>(2 * length * out));
  for (int64_t i = 0; i < 2 * length * out; i++) {
    expected[static_cast<size_t>(i)] = static_cast<double>(b[i % out]);
  }
  for (int64_t n = 0; n < 2; n++) {
    for (int64_t t = 0; t < time; t++) {
      for (int64_t k = 0; k < kernel; k++) {
        int64_t back = t + padding - k * dilation;
        if (!transposed && (back < 0 || back % stride != 0)) continue;
        int64_t o = transposed ? t * stride + k - padding : back / stride;
        if (o < 0 || o >= length) continue;
        for (int64_t c = 0; c < in; c++) {
          for (int64_t j = 0; j < out; j++) {
            int64_t at = transposed ? (c * out + j) * kernel + k : (j * in + c) * kernel + k;
            expected[static_cast<size_t>((n * length + o) * out + j)] +=
                static_cast<double>(x[(n * time + t) * in + c]) * w[at];
          }
        }
      }
    }
  }
  near(y, expected, 1e-6 * static_cast<double>(in * kernel) + 1e-5);
}

void attention(jk_engine* engine, bool behind, int64_t heads, int64_t dim, int64_t slots,
               int64_t count) {
  Pages pages(behind);
  int64_t width = heads * dim;
  float* qkv = pages.random(count * 3 * width);
  float* keys = pages.random(slots * width);
  float* values = pages.random(slots * width);
  float* out = pages.array<float>(count * width);
  float* weights = pages.array<float>(count * slots);
  auto* first = pages.array<int32_t>(count);
  auto* length = pages.array<int32_t>(count);
  auto* place = pages.array<int32_t>(count);
  for (int64_t i = 0; i < count; i++) {
    length[i] = static_cast<int32_t>(slots - i % 3 < 0 ? 0 : slots - i % 3);
    first[i] = static_cast<int32_t>(slots) - length[i];
    place[i] = i < slots ? static_cast<int32_t>(i) : -1;
  }
  require(jk_attention_append(engine, qkv + width, qkv + 2 * width, 3 * width * count, 3 * width, 1,
                              count, width, place, keys, values, slots) == 0,
          "append");
  require(jk_attention_attend(engine, qkv, 3 * width * count, 3 * width, keys, values, slots, 1,
                              count, heads, dim, first, length, out, count * width, heads - 1,
                              weights, count * slots) == 0,
          "attend");
  std::vector<double> expected;
  for (int64_t i = 0; i < count; i++) {
    for (int64_t h = 0; h < heads; h++) {
      std::vector<double> e;
      double sum = 0;
      for (int64_t j = first[i]; j < first[i] + length[i]; j++) {
        double dot = 0;
        for (int64_t d = 0; d < dim; d++) {
          dot += static_cast<double>(qkv[i * 3 * width + h * dim + d]) * keys[j * width + h * dim + d];
        }
        e.push_back(std::exp(dot / std::sqrt(static_cast<double>(dim))));
        sum += e.back();
      }
      for (int64_t d = 0; d < dim; d++) {
        double result = 0;
        for (size_t j = 0; j < e.size(); j++) {
          result += e[j] / sum *
                    values[(first[i] + static_cast<int64_t>(j)) * width + h * dim + d];
        }
        expected.push_back(result);
      }
    }
  }
  near(out, expected, 1e-5);
}

void rows(jk_engine* engine, bool behind, int64_t n, int64_t width) {
  Pages pages(behind);
  float* x = pages.random(n * width);
  float* gain = pages.random(width);
  float* bias = pages.random(width);
  float* y = pages.array<float>(n * width);
  require(jk_layer_norm(engine, x, gain, bias, 1e-5f, n, width, y) == 0, "norm");
  auto* codes = pages.array<int32_t>(n);
  require(jk_codebook_nearest(engine, x, n, width, x, n, codes) == 0, "nearest");
  for (int64_t i = 0; i < n; i++) {
    require(width == 1 || codes[i] == i, "a row is not nearest to itself");
    codes[i] = static_cast<int32_t>(n - 1 - i);
  }
  require(jk_gather(engine, x, n, width, codes, n, 0, y) == 0, "gather");
  require(jk_gather(engine, x, n, width, codes, n, 1, y) == 0, "gather and add");
  require(y[0] == 2 * x[(n - 1) * width], "gathered");
  require(jk_add_slice(engine, x, x, 0, width, 0, 1, n, width, y) == 0, "add slice");
  require(jk_interpolate(engine, x, y, 0.5f, n * width, y) == 0, "interpolate");
  require(jk_copy_strided(engine, x, 0, y, 0, 1, n * width * 4) == 0, "copy");
}

void window(jk_engine* engine, bool behind, int pattern, int64_t heads, int64_t dim, int64_t block,
            int64_t blocks) {
  Pages pages(behind);
  int64_t n = block * blocks;
  int64_t width = heads * dim;
  int64_t length = pattern == 6 || pattern == 7 ? 5 : 0;
  int64_t keys = pattern == 6 ? length : n;
  float* q = pages.random(n * width);
  float* k = pages.random(keys * width);
  float* v = pages.random(keys * width);
  float* d_out = pages.random(n * width);
  float* out = pages.array<float>(n * width);
  float* d_q = pages.array<float>(n * width);
  float* d_k = pages.array<float>(keys * width);
  float* d_v = pages.array<float>(keys * width);
  require(jk_window_attend(engine, pattern, heads, dim, n, blocks, length, 1, q, width, k, v, width,
                           out) == 0,
          "attend");
  require(jk_window_attend_gradient(engine, pattern, heads, dim, n, blocks, length, 1, q, width, k,
                                    v, width, out, d_out, d_q, d_k, d_v) == 0,
          "gradient");
  // Queries times a number and keys divided by it give the same scores.
  double sum = 0;
  for (int64_t i = 0; i < n * width; i++) sum += static_cast<double>(q[i]) * d_q[i];
  for (int64_t i = 0; i < keys * width; i++) sum -= static_cast<double>(k[i]) * d_k[i];
  require(std::fabs(sum) < 1e-3, "the gradients of queries and keys do not belong together");
}

void losses(jk_engine* engine, bool behind, int64_t n, int64_t width) {
  Pages pages(behind);
  float* x = pages.random(n * width);
  float* y = pages.random(n * width);
  float* d = pages.random(n * width);
  float* gain = pages.random(width);
  float* d_gain = pages.random(width);
  float* d_bias = pages.random(width);
  float* each = pages.random(n);
  auto* ids = pages.array<int32_t>(n);
  for (int64_t i = 0; i < n; i++) ids[i] = static_cast<int32_t>(width - 1);
  require(jk_layer_norm_gradient(engine, x, gain, 1e-5f, y, n, width, 1, d, d_gain, d_bias) == 0,
          "norm gradient");
  require(jk_cross_entropy(engine, x, ids, n, width, each) == 0, "cross-entropy");
  require(jk_cross_entropy_gradient(engine, x, ids, each, n, width, d) == 0, "its gradient");
  for (int64_t i = 0; i < n; i++) ids[i] = static_cast<int32_t>(n - 1 - i);
  require(jk_scatter_add(engine, y, ids, n, width, d, n) == 0, "scatter and add");
  for (int kind = 0; kind < 3; kind++) {
    require(jk_distance(engine, kind, 1, x, y, n, width, each) == 0, "distance");
    require(jk_distance_gradient(engine, kind, 1, x, y, n, width, each, d) == 0, "its gradient");
  }
}

void spectra(jk_engine* engine, bool behind, int64_t n_fft, int64_t hop, int64_t window,
             int64_t time) {
  Pages pages(behind);
  int64_t each = (1 + time / hop) * (n_fft / 2 + 1);
  float* x = pages.random(2 * time);
  float* spectrum = pages.array<float>(4 * each);
  float* target = pages.random(4 * each);
  float* distances = pages.array<float>(2);
  float* weights = pages.random(2);
  require(jk_stft(engine, n_fft, hop, window, x, 2, time, spectrum) == 0, "stft");
  require(jk_spectral_distance(engine, target, spectrum, 2, each, distances) == 0, "distance");
  require(jk_spectral_distance_gradient(engine, target, spectrum, 2, each, distances, weights,
                                        spectrum) == 0,
          "gradient of the distance");
  require(jk_stft_gradient(engine, n_fft, hop, window, spectrum, 2, time, x) == 0, "gradient");
}

void matmul(jk_engine* engine, bool behind, int64_t m, int64_t n, int64_t k) {
  Pages pages(behind);
  float* a = pages.random(m * k);
  float* b = pages.random(k * n);
  float* bias = pages.random(n);
  float* c = pages.array<float>(m * n);
  for (int form = 0; form < 4; form++) {
    bool ta = (form & 1) != 0, tb = (form & 2) != 0;
    require(jk_matmul(engine, a, ta, b, tb, m, n, k, bias, 0, c) == 0, "matmul");
    require(jk_matmul(engine, a, ta, b, tb, m, n, k, nullptr, 1, c) == 0, "matmul and add");
    std::vector<double> expected;
    for (int64_t i = 0; i < m; i++) {
      for (int64_t j = 0; j < n; j++) {
        double sum = 0;
        for (int64_t p = 0; p < k; p++) {
          sum += static_cast<double>(a[ta ? p * m + i : i * k + p]) * b[tb ? j * k + p : p * n + j];
        }
        expected.push_back(2 * sum + static_cast<double>(bias[j]));
      }
    }
    near(c, expected, 2e-6 * static_cast<double>(k) + 1e-5);
  }
}

void conv_gradient(jk_engine* engine, bool behind, int64_t in, int64_t out, int64_t kernel,
                   int64_t stride, int64_t padding, int64_t dilation, int transposed, int64_t time) {
  Pages pages(behind);
  int64_t length = transposed ? (time - 1) * stride - 2 * padding + kernel
                              : (time + 2 * padding - dilation * (kernel - 1) - 1) / stride + 1;
  float* x = pages.random(2 * time * in);
  float* dy = pages.random(2 * length * out);
  float* w = pages.array<float>(in * out * kernel);
  float* b = pages.array<float>(out);
  require(jk_conv_gradient(engine, in, out, kernel, stride, padding, dilation, transposed, x, 2,
                           time, 0, dy, length, 1.0f, w, b) == 0,
          "conv gradient");
  std::vector<double> expected(static_cast<size_t>(in * out * kernel));
  for (int64_t n = 0; n < 2; n++) {
    for (int64_t t = 0; t < time; t++) {
      for (int64_t k = 0; k < kernel; k++) {
        int64_t back = t + padding - k * dilation;
        if (!transposed && (back < 0 || back % stride != 0)) continue;
        int64_t o = transposed ? t * stride + k - padding : back / stride;
        if (o < 0 || o >= length) continue;
        for (int64_t c = 0; c < in; c++) {
          for (int64_t j = 0; j < out; j++) {
            int64_t at = transposed ? (c * out + j) * kernel + k : (j * in + c) * kernel + k;
            expected[static_cast<size_t>(at)] += static_cast<double>(x[(n * time + t) * in + c]) *
                                                 dy[(n * length + o) * out + j];
          }
        }
      }
    }
  }
  near(w, expected, 2e-6 * static_cast<double>(time) + 1e-5);
}

void training(jk_engine* engine, bool behind, int64_t n, int64_t width) {
  Pages pages(behind);
  int64_t size = n * width;
  float* x = pages.random(size);
  float* y = pages.random(size);
  float* sums = pages.array<float>(width);
  require(jk_fill(engine, y, 2.0f, size) == 0 && y[size - 1] == 2.0f, "fill");
  require(jk_scale(engine, x, 3.0f, 1, size, y) == 0 && jk_scale(engine, x, 3.0f, 0, size, y) == 0,
          "scale");
  require(jk_add(engine, x, y, size, y) == 0, "add");
  require(jk_quick_gelu(engine, x, size, y) == 0, "gelu");
  require(jk_quick_gelu_gradient(engine, x, y, size, y) == 0, "gelu gradient");
  require(jk_relu_gradient(engine, x, y, 1, size, y) == 0, "relu gradient");
  require(jk_sum_rows(engine, x, n, width, sums) == 0, "sum rows");
  float* p = pages.random(size);
  float* g = pages.random(size);
  float* average = pages.random(size);
  auto* m = pages.array<float>(size);
  auto* v = pages.array<float>(size);
  auto* half_m = pages.array<uint16_t>(size);
  auto* half_v = pages.array<uint16_t>(size);
  float* scales = pages.array<float>(2);
  float* result = pages.array<float>(2);
  jk_adam_tensor tensors[] = {{p, g, m, v, nullptr, average, size},
                              {x, g, half_m, half_v, scales, nullptr, size}};
  float numbers[] = {1e-3f, 1.0f, 0.9f, 0.1f, 0.999f, 0.001f, 1e-8f, 0.01f, 0.99f, 0.01f};
  require(jk_gradient_norm(engine, tensors, 2, result) == 0 && result[1] == 0, "norm");
  require(jk_adam(engine, tensors, 2, numbers) == 0 && scales[0] > 0, "adam");
}

void arguments(jk_engine* engine) {
  std::snprintf(what, sizeof what, "arguments");
  float x[64] = {}, y[64] = {};
  int32_t ids[2] = {0, 5};
  require(jk_linear_apply(engine, x, nullptr, nullptr, 0, 1, 0, x, 1, 0, nullptr, y) != 0, "in 0");
  require(jk_linear_apply(engine, x, nullptr, nullptr, 1, 1, 9, x, 1, 0, nullptr, y) != 0, "type");
  require(jk_linear_apply(engine, x, nullptr, nullptr, 1, 1, 3, x, 1, 0, nullptr, y) != 0, "scales");
  require(jk_linear_apply(engine, x, nullptr, nullptr, int64_t{1} << 62, 4, 0, x, 1, 0, nullptr, y),
          "overflow");
  require(jk_linear_apply(nullptr, x, nullptr, nullptr, 1, 1, 0, x, 1, 0, nullptr, y) != 0, "engine");
  require(jk_gather(engine, x, 5, 4, ids, 2, 0, y) == JK_BAD_ARGUMENT, "id");
  require(jk_layer_norm(engine, nullptr, x, x, 0, 1, 4, y) != 0, "null");
  require(jk_conv_apply(engine, x, x, 1, 1, 3, 1, 1, 1, 0, x, 1, 8, 0, nullptr, 1, y, 9) != 0,
          "length");
  require(jk_matmul(engine, x, 0, y, 0, 2, 2, 2, nullptr, 0, y) != 0, "c is b");
  require(jk_matmul(engine, x, 0, x, 0, 2, 2, 2, x, 1, y) != 0, "bias and add");
  require(jk_matmul(engine, x, 0, x, 0, int64_t{1} << 40, int64_t{1} << 40, 1, nullptr, 0, y) != 0,
          "matmul overflow");
  require(jk_conv_gradient(engine, 1, 1, 3, 1, 1, 1, 0, x, 1, 8, 0, y, 9, 1, x, x) != 0, "gradient");
  require(jk_sum_rows(engine, x, -1, 4, y) != 0 && jk_fill(engine, nullptr, 0, 4) != 0, "training");
  jk_adam_tensor none_given = {};
  require(jk_adam(engine, &none_given, 1, x) != 0 && jk_adam(engine, nullptr, 1, x) != 0, "adam");
  int32_t first = 3, length = 2;
  require(jk_attention_attend(engine, x, 0, 0, x, x, 4, 1, 1, 1, 4, &first, &length, y, 0, 0,
                              nullptr, 0) != 0,
          "range");
  require(jk_window_attend(engine, 5, 1, 4, 2, 1, 0, 1, x, 4, x, x, 4, y) != 0, "pattern");
  require(jk_window_attend(engine, 1, 1, 4, 3, 2, 0, 1, x, 4, x, x, 4, y) != 0, "blocks");
  require(jk_window_attend(engine, 1, 1, 4, 2, 1, 0, 1, x, 3, x, x, 4, y) != 0, "rows");
  require(jk_cross_entropy(engine, x, ids, 2, 5, y) == JK_BAD_ARGUMENT, "target");
  require(jk_scatter_add(engine, x, ids, 2, 4, y, 5) == JK_BAD_ARGUMENT, "id of a gradient");
  require(jk_distance(engine, 2, 9, x, x, 1, 8, y) != 0, "largest differences");
  require(jk_stft(engine, 6, 2, 4, x, 1, 32, y) != 0, "not a power of two");
  require(jk_stft(engine, 8, 2, 8, x, 1, 4, y) != 0, "too short to be reflected");
  void* block = nullptr;
  require(jk_alloc(-1, &block) != 0 && jk_alloc(int64_t{1} << 62, &block) != 0, "alloc");
  require(jk_alloc(5 << 20, &block) == 0 && reinterpret_cast<uintptr_t>(block) % 64 == 0, "large");
  require(static_cast<char*>(block)[(5 << 20) - 1] == 0 && jk_free(block) == 0, "free");
  jk_engine* none = nullptr;
  require(jk_engine_create(77, 1, &none) != 0 && jk_engine_create(0, 0, &none) != 0, "create");
}

}  // namespace

int main() {
  std::signal(SIGSEGV, fault);
  std::signal(SIGBUS, fault);
  int checked = 0;
  for (int tier = JK_BASELINE; tier <= JK_AVX512; tier++) {
    if (!jk_tier_supported(tier)) continue;
    for (int threads : {1, 3}) {
      jk_engine* engine = nullptr;
      require(jk_engine_create(tier, threads, &engine) == 0, "engine");
      arguments(engine);
      const int64_t odd[] = {1, 3, 7, 8, 9, 15, 16, 17, 31, 33, 65};
      for (bool behind : {true, false}) {
        for (int64_t n : odd) {
          for (int64_t m : odd) {
            std::snprintf(what, sizeof what, "tier %d, linear %d x %d", tier, static_cast<int>(n),
                          static_cast<int>(m));
            for (int storage = 0; storage < 4; storage++) {
              linear(engine, behind, (n * 5 + m) % 40 + 1, n, m, storage);
            }
            std::snprintf(what, sizeof what, "tier %d, conv %d to %d", tier, static_cast<int>(n),
                          static_cast<int>(m));
            conv(engine, behind, n, m, 3, 1, 3, 3, 0, m + 9);
            conv(engine, behind, n, m, 4, 2, 1, 1, 0, n + 9);
            conv(engine, behind, n, m, 4, 2, 1, 1, 1, n + 1);
            std::snprintf(what, sizeof what, "tier %d, attention %d of %d", tier,
                          static_cast<int>(n), static_cast<int>(m));
            attention(engine, behind, 1 + n % 2, n, m, 6);
            std::snprintf(what, sizeof what, "tier %d, rows %d of %d", tier, static_cast<int>(n),
                          static_cast<int>(m));
            rows(engine, behind, n, m);
            std::snprintf(what, sizeof what, "tier %d, losses %d of %d", tier, static_cast<int>(n),
                          static_cast<int>(m));
            losses(engine, behind, n, m);
            for (int pattern : {0, 1, 2, 3, 4, 6, 7}) {
              std::snprintf(what, sizeof what, "tier %d, window of pattern %d, %d, blocks of %d",
                            tier, pattern, static_cast<int>(n), static_cast<int>(m));
              window(engine, behind, pattern, 1 + n % 2, n, m, 1 + n % 3);
            }
            checked += 16;
            std::snprintf(what, sizeof what, "tier %d, matmul %d x %d", tier, static_cast<int>(n),
                          static_cast<int>(m));
            matmul(engine, behind, n, m, (n * 5 + m) % 40 + 1);
            std::snprintf(what, sizeof what, "tier %d, conv gradient %d to %d", tier,
                          static_cast<int>(n), static_cast<int>(m));
            conv_gradient(engine, behind, n, m, 3, 1, 3, 3, 0, m + 9);
            conv_gradient(engine, behind, n, m, 4, 2, 1, 1, 0, n + 9);
            conv_gradient(engine, behind, n, m, 4, 2, 1, 1, 1, n + 1);
            std::snprintf(what, sizeof what, "tier %d, training %d of %d", tier,
                          static_cast<int>(n), static_cast<int>(m));
            training(engine, behind, n, m);
            checked += 13;
          }
        }
        for (int64_t n_fft = 4; n_fft <= 4096; n_fft *= 2) {
          std::snprintf(what, sizeof what, "tier %d, spectra %d", tier, static_cast<int>(n_fft));
          spectra(engine, behind, n_fft, n_fft / 3, n_fft - 1, n_fft * 5 + 3);
          spectra(engine, behind, n_fft, n_fft, n_fft / 2, n_fft / 2 + 1);
          checked += 2;
        }
        std::snprintf(what, sizeof what, "tier %d, deep", tier);
        window(engine, behind, 1, 1, 17, 261, 2);
        window(engine, behind, 0, 2, 33, 333, 1);
        linear(engine, behind, 30, 900, 70, JK_F32);
        conv(engine, behind, 300, 40, 3, 1, 1, 1, 0, 20);
        attention(engine, behind, 1, 40, 1500, 1);
        matmul(engine, behind, 250, 70, 1300);
        matmul(engine, behind, 17, 35, 2100);
        conv_gradient(engine, behind, 32, 33, 3, 1, 9, 9, 0, 700);
        conv_gradient(engine, behind, 33, 32, 4, 2, 1, 1, 1, 700);
        conv_gradient(engine, behind, 32, 1, 3, 1, 1, 1, 0, 700);
        conv_gradient(engine, behind, 1, 32, 4, 2, 1, 1, 0, 1500);
      }
      require(jk_engine_destroy(engine) == 0, "destroy");
    }
  }
  require(checked > 0, "nothing was checked");
  std::printf("%d checks\n", checked);
}
