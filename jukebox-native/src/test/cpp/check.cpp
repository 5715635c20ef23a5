// Runs every kernel of every instruction set on arrays between inaccessible pages. `make check` builds
// and runs it.
#include <csignal>

#include "check_training.h"
#include "conv_terms.h"

namespace {

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
  const ConvTerms terms = {in, out, kernel, stride, padding, dilation, transposed != 0, time};
  int64_t length = terms.length();
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
  terms.each(2, [&](int64_t input, int64_t weight, int64_t output) {
    expected[static_cast<size_t>(output)] += static_cast<double>(x[input]) * w[weight];
  });
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
