// Speeds of the host kernels, for people who change them; not part of the build.
//
//   make -C src/main/cpp OUT=/tmp/k
//   g++ -O2 -pthread -Isrc/main/cpp/include src/test/cpp/bench.cpp /tmp/k/libjukebox.a -o /tmp/k/bench
//   /tmp/k/bench [tier] [threads] [read|gemv|gemm|step|vqvae|attention|small ...]
#include <array>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <functional>
#include <string>
#include <thread>
#include <vector>

#include "jukebox.h"

namespace {

jk_engine* engine;
int threads;

void check(int status) {
  if (status != JK_OK) {
    std::fprintf(stderr, "status %d\n", status);
    std::exit(1);
  }
}

template <class T>
T* array(int64_t n) {
  void* block;
  check(jk_alloc(n * static_cast<int64_t>(sizeof(T)), &block));
  return static_cast<T*>(block);
}

float* random(int64_t n) {
  float* p = array<float>(n);
  uint32_t s = 12345;
  for (int64_t i = 0; i < n; i++) {
    s = s * 1664525 + 1013904223;
    p[i] = static_cast<float>(static_cast<int32_t>(s)) * (0.5f / 2147483648.0f);
  }
  return p;
}

double now() {
  // With one thread the processor's time: other programs then disturb less.
  timespec t;
  clock_gettime(threads == 1 ? CLOCK_PROCESS_CPUTIME_ID : CLOCK_MONOTONIC, &t);
  return static_cast<double>(t.tv_sec) + 1e-9 * static_cast<double>(t.tv_nsec);
}

// The best of `times` runs, in seconds.
double best(int times, const std::function<void()>& f) {
  f();
  double least = 1e9;
  for (int i = 0; i < times; i++) {
    double t0 = now();
    f();
    double t = now() - t0;
    if (t < least) least = t;
  }
  return least;
}

struct Linear {
  int64_t in, out;
  int storage;
  void* packed;
  float* scales;
  float* bias;

  Linear(int64_t in, int64_t out, int storage, float* weight) : in(in), out(out), storage(storage) {
    int64_t width = jk_linear_panel_width(engine);
    int64_t bytes = (out + width - 1) / width * width * in * (storage == 0 ? 4 : storage < 3 ? 2 : 1);
    packed = array<char>(bytes);
    scales = storage == JK_I8 ? array<float>(out) : nullptr;
    bias = array<float>(out);
    check(jk_linear_pack(engine, weight, 0, in, out, storage, packed, bytes, scales));
  }
  void apply(const float* x, int64_t rows, float* y, int activation = 0,
             const float* residual = nullptr) const {
    check(jk_linear_apply(engine, packed, scales, bias, in, out, storage, x, rows, activation,
                          residual, y));
  }
};

void read_bandwidth() {
  int64_t n = int64_t{256} << 20;
  char* p = array<char>(n * 4);
  std::memset(p, 1, static_cast<size_t>(n) * 4);
  double t = best(5, [&] {
    std::vector<std::thread> all;
    std::vector<float> sums(static_cast<size_t>(threads) * 64);
    for (int i = 0; i < threads; i++) {
      all.emplace_back([&, i] {
        const auto* q = reinterpret_cast<const uint64_t*>(p + n * 4 / threads * i);
        uint64_t a = 0, b = 0, c = 0, d = 0, e = 0, f = 0, g = 0, h = 0;
        for (int64_t j = 0; j < n / 2 / threads; j += 8) {
          a += q[j], b += q[j + 1], c += q[j + 2], d += q[j + 3];
          e += q[j + 4], f += q[j + 5], g += q[j + 6], h += q[j + 7];
        }
        sums[static_cast<size_t>(i) * 64] = static_cast<float>(a + b + c + d + e + f + g + h);
      });
    }
    for (auto& thread : all) thread.join();
  });
  std::printf("read %.1f GB/s\n", 4.0 * static_cast<double>(n) / t / 1e9);
  check(jk_free(p));
}

void gemv() {
  int64_t k = 1920, n = 1920;
  float* w = random(k * n);
  const char* names[] = {"f32", "f16", "bf16", "i8"};
  for (int storage = 0; storage < 4; storage++) {
    // Enough layers to leave every cache behind.
    std::vector<Linear> layers;
    for (int i = 0; i < 40; i++) layers.emplace_back(k, n, storage, w);
    double bytes = static_cast<double>(k * n) * (storage == 0 ? 4 : storage < 3 ? 2 : 1) * 40;
    for (int64_t rows : {1, 2, 3, 4, 6, 8, 12, 16, 32}) {
      float* x = random(rows * k);
      float* y = array<float>(rows * n);
      double t = best(3, [&] {
        for (auto& layer : layers) layer.apply(x, rows, y);
      });
      std::printf("%-4s M=%-3lld %7.1f us/layer %6.1f GB/s %7.1f GFLOP/s\n", names[storage],
                  static_cast<long long>(rows), t / 40 * 1e6, bytes / t / 1e9,
                  2e-9 * static_cast<double>(rows * k * n) * 40 / t);
      check(jk_free(x));
      check(jk_free(y));
    }
    for (auto& layer : layers) {
      check(jk_free(layer.packed));
      check(jk_free(layer.scales));
    }
  }
}

void gemm() {
  for (auto [rows, k, n] : std::vector<std::array<int64_t, 3>>{
           {64, 1920, 1920}, {512, 1920, 1920}, {4096, 1920, 1920}, {2048, 2048, 2048},
           {1024, 4800, 4800}, {4096, 64, 64}, {4096, 480, 1920}, {512, 1000, 1001}}) {
    float* w = random(k * n);
    Linear layer(k, n, 0, w);
    float* x = random(rows * k);
    float* y = array<float>(rows * n);
    double t = best(3, [&] { layer.apply(x, rows, y); });
    std::printf("gemm %5lld x %5lld x %5lld %9.2f ms %7.1f GFLOP/s\n", static_cast<long long>(rows),
                static_cast<long long>(k), static_cast<long long>(n), t * 1e3,
                2e-9 * static_cast<double>(rows * k * n) / t);
    check(jk_free(w));
    check(jk_free(x));
    check(jk_free(y));
    check(jk_free(layer.packed));
  }
}

void step(int64_t width, int layers, int64_t block, const std::vector<int64_t>& batches,
          int storage) {
  int64_t state = width / 4;
  float* w = random(width * width);
  std::vector<Linear> qkv, proj, fc, out;
  for (int i = 0; i < layers; i++) {
    qkv.emplace_back(width, 3 * state, storage, w);
    proj.emplace_back(state, width, storage, w);
    fc.emplace_back(width, width, storage, w);
    out.emplace_back(width, width, storage, w);
  }
  float* gain = random(width);
  for (int64_t batch : batches) {
    float* x = random(batch * width);
    float* h = random(batch * width);
    float* g = random(batch * width);
    float* a = random(batch * 3 * state);
    float* o = random(batch * state);
    std::vector<float*> caches;
    for (int i = 0; i < 2 * layers; i++) caches.push_back(random(batch * block * state));
    std::vector<int32_t> slot = {static_cast<int32_t>(block - 1)}, first = {0},
                         length = {static_cast<int32_t>(block)};
    double t = best(5, [&] {
      for (size_t i = 0; i < static_cast<size_t>(layers); i++) {
        check(jk_layer_norm(engine, x, gain, gain, 1e-5f, batch, width, h));
        qkv[i].apply(h, batch, a);
        check(jk_attention_append(engine, a + state, a + 2 * state, 3 * state, 3 * state, batch, 1,
                                  state, slot.data(), caches[2 * i], caches[2 * i + 1], block));
        check(jk_attention_attend(engine, a, 3 * state, 3 * state, caches[2 * i],
                                  caches[2 * i + 1], block, batch, 1, 1, state, first.data(),
                                  length.data(), o, state, 0, nullptr, 0));
        proj[i].apply(o, batch, x, 0, x);
        check(jk_layer_norm(engine, x, gain, gain, 1e-5f, batch, width, h));
        fc[i].apply(h, batch, g, JK_QUICK_GELU);
        out[i].apply(g, batch, x, 0, x);
      }
    });
    double bytes = static_cast<double>(3 * state * width + state * width + 2 * width * width) * layers *
            (storage == 0 ? 4 : storage < 3 ? 2 : 1);
    std::printf("step width %lld layers %d batch %lld storage %d: %.2f ms, weights %.1f GB/s\n",
                static_cast<long long>(width), layers, static_cast<long long>(batch), storage,
                t * 1e3, bytes / t / 1e9);
    for (float* c : caches) check(jk_free(c));
  }
  for (auto* list : {&qkv, &proj, &fc, &out}) {
    for (auto& layer : *list) {
      check(jk_free(layer.packed));
      check(jk_free(layer.scales));
    }
  }
}

struct Conv {
  int64_t in, out, kernel, stride, padding, dilation;
  int transposed;
  float* packed;
  float* bias;
  Conv(int64_t in, int64_t out, int64_t kernel, int64_t stride, int64_t padding, int64_t dilation,
       int transposed)
      : in(in), out(out), kernel(kernel), stride(stride), padding(padding), dilation(dilation),
        transposed(transposed) {
    int64_t size = jk_conv_packed_size(engine, in, out, kernel);
    packed = array<float>(size);
    bias = random(out);
    float* w = random(in * out * kernel);
    for (int64_t i = 0; i < in * out * kernel; i++) w[i] *= 0.1f;
    check(jk_conv_pack(engine, w, in, out, kernel, stride, transposed, packed, size));
    check(jk_free(w));
  }
  int64_t length(int64_t t) const {
    return transposed ? (t - 1) * stride - 2 * padding + kernel
                      : (t + 2 * padding - dilation * (kernel - 1) - 1) / stride + 1;
  }
  void apply(const float* x, int64_t t, bool relu, const float* residual, float* y) const {
    check(jk_conv_apply(engine, packed, bias, in, out, kernel, stride, padding, dilation,
                        transposed, x, 1, t, relu, residual, 1.0f, y, length(t)));
  }
};

double flops;

// Runs a Resnet1D in place.
void resnet(float* x, float* h, int64_t width, int depth, int64_t t) {
  int64_t dilation = 1;
  for (int i = 0; i < depth; i++, dilation *= 3) {
    static std::vector<std::pair<std::array<int64_t, 2>, std::pair<Conv*, Conv*>>> known;
    Conv *a = nullptr, *b = nullptr;
    for (auto& entry : known) {
      if (entry.first == std::array<int64_t, 2>{width, dilation}) {
        a = entry.second.first;
        b = entry.second.second;
      }
    }
    if (a == nullptr) {
      a = new Conv(width, width, 3, 1, dilation, dilation, 0);
      b = new Conv(width, width, 1, 1, 0, 1, 0);
      known.push_back({{width, dilation}, {a, b}});
    }
    a->apply(x, t, true, nullptr, h);
    b->apply(h, t, true, x, x);
    flops += 2.0 * static_cast<double>(t * width * width * 4);
  }
}

void vqvae() {
  int64_t samples = 220416;
  float* a = random(samples * 64);
  float* b = random(samples * 64);
  float* c = random(samples * 64);
  const int downs[] = {3, 2, 2};
  const int64_t widths[] = {64, 32, 32};
  const int depths[] = {8, 4, 4};
  Conv in1(1, 64, 4, 2, 1, 1, 0), in64(64, 64, 4, 2, 1, 1, 0), in32(64, 32, 4, 2, 1, 1, 0),
      in3232(32, 32, 4, 2, 1, 1, 0), emb64(64, 64, 3, 1, 1, 1, 0), emb32(32, 64, 3, 1, 1, 1, 0);
  auto encode = [&](int level) {
    int64_t t = samples;
    for (int block = 0; block <= level; block++) {
      for (int d = 0; d < downs[block]; d++) {
        const Conv& down = block == 0 ? (d == 0 ? in1 : in64) : (d == 0 ? in32 : in3232);
        down.apply(a, t, false, nullptr, b);
        t = down.length(t);
        std::swap(a, b);
        resnet(a, c, widths[block], depths[block], t);
      }
      (block == 0 ? emb64 : emb32).apply(a, t, false, nullptr, b);
      std::swap(a, b);
    }
  };
  for (int level = 0; level < 3; level++) {
    double t = best(2, [&] {
      flops = 0;
      encode(level);
    });
    std::printf("encode level %d: %.3f s (resnets %.1f GFLOP/s)\n", level, t, flops / t / 1e9);
  }
  Conv proj(64, 64, 3, 1, 1, 1, 0), up(64, 64, 4, 2, 1, 1, 1), last(64, 1, 3, 1, 1, 1, 0);
  double t = best(2, [&] {
    flops = 0;
    int64_t n = samples / 8;
    proj.apply(a, n, false, nullptr, b);
    for (int d = 0; d < 3; d++) {
      resnet(b, c, 64, 8, n);
      up.apply(b, n, false, nullptr, a);
      n *= 2;
      std::swap(a, b);
    }
    last.apply(b, n, false, nullptr, a);
  });
  std::printf("decode level 0: %.3f s (resnets %.1f GFLOP/s)\n", t, flops / t / 1e9);
  float* codebook = random(2048 * 64);
  auto* codes = array<int32_t>(samples);
  t = best(2, [&] { check(jk_codebook_nearest(engine, a, samples / 8, 64, codebook, 2048, codes)); });
  std::printf("codes of level 0: %.4f s (%.1f GFLOP/s)\n", t,
              2e-9 * static_cast<double>(samples / 8 * 64 * 2048) / t);
  Conv wide(1024, 1024, 3, 1, 9, 9, 0);
  float* x = random(8192 * 1024);
  float* y = random(8192 * 1024);
  t = best(2, [&] { wide.apply(x, 8192, true, nullptr, y); });
  std::printf("conv 1024, T=8192: %.3f s (%.1f GFLOP/s)\n", t, 2e-9 * 8192. * 1024 * 1024 * 3 / t);
}

void attention() {
  int64_t slots = 8192, state = 480;
  float* k = random(slots * state);
  float* v = random(slots * state);
  float* q = random(slots * state);
  float* o = random(slots * state);
  std::vector<int32_t> first(8192), length(8192);
  for (int64_t n : {64, 128, 1024, 8192}) {
    first[0] = 0;
    length[0] = static_cast<int32_t>(n);
    double t = best(10, [&] {
      check(jk_attention_attend(engine, q, 0, 0, k, v, slots, 1, 1, 1, state, first.data(),
                                length.data(), o, 0, 0, nullptr, 0));
    });
    std::printf("attend 1 query, %lld rows: %.1f us %.1f GB/s\n", static_cast<long long>(n), t * 1e6,
                static_cast<double>(n * state) * 8 / t / 1e9);
  }
  for (int i = 0; i < 2048; i++) length[static_cast<size_t>(i)] = i + 1;
  double t = best(2, [&] {
    check(jk_attention_attend(engine, q, 0, state, k, v, slots, 1, 2048, 1, state, first.data(),
                              length.data(), o, 0, 0, nullptr, 0));
  });
  std::printf("attend 2048 queries, causal: %.1f ms %.1f GFLOP/s\n", t * 1e3,
              2048. * 2048 / 2 * 480 * 4 / t / 1e9);
}

}  // namespace

int main(int argc, char** argv) {
  int tier = argc > 1 ? std::atoi(argv[1]) : jk_best_tier();
  threads = argc > 2 ? std::atoi(argv[2]) : jk_processors();
  check(jk_engine_create(tier, threads, &engine));
  for (int i = 3; i < argc; i++) {
    std::string what = argv[i];
    if (what == "read") read_bandwidth();
    if (what == "gemv") gemv();
    if (what == "gemm") gemm();
    if (what == "step") step(1920, 72, 128, {1, 8}, JK_F32);
    if (what == "step16") step(1920, 72, 128, {1, 8}, JK_F16);
    if (what == "step8") step(1920, 72, 128, {1, 8}, JK_I8);
    if (what == "small") step(192, 12, 64, {1, 4}, JK_F32);
    if (what == "vqvae") vqvae();
    if (what == "attention") attention();
  }
  check(jk_engine_destroy(engine));
}
