// Cross-entropy and distances of signals, and their gradients; sums end in double.
#include "simd.h"
#include "tier.h"

namespace jk {
namespace JK_NAMESPACE {
namespace {

constexpr int64_t BLOCK = 4096;  // elements that are summed in single precision over sixteen lanes

int64_t least(int64_t a, int64_t b) { return a < b ? a : b; }

// The largest of a row; a NaN may be passed over, and shows in the sum.
float largest(const float* x, int64_t n) {
  v16 top = set16(x[0]);
  int64_t i = 0;
  for (; i + L <= n; i += L) top = max16(load16(x + i), top);
  float t[L];
  store16(t, top);
  float most = t[0];
  for (int j = 1; j < L; j++) most = t[j] > most ? t[j] : most;
  for (; i < n; i++) most = x[i] > most ? x[i] : most;
  return most;
}

// Σ e^(x - most); also written to `to` where that is not null.
double exponentials(const float* x, int64_t n, float most, float* to) {
  v16 shift = set16(most);
  double total = 0;
  for (int64_t b = 0; b < n; b += 256) {
    int64_t end = least(n, b + 256);
    v16 sum = set16(0.0f);
    int64_t i = b;
    for (; i + L <= end; i += L) {
      v16 e = exp16(load16(x + i) - shift);
      if (to != nullptr) store16(to + i, e);
      sum = sum + e;
    }
    if (i < end) {
      int rest = static_cast<int>(end - i);
      float e[L];
      store16(e, exp16(load16(x + i, rest) - shift));
      for (int j = rest; j < L; j++) e[j] = 0.0f;
      if (to != nullptr) store16(to + i, load16(e), rest);
      sum = sum + load16(e);
    }
    total += static_cast<double>(sum16(sum));
  }
  return total;
}

void cross_entropy(const EntropyCall& call, const Workers& workers) {
  parallel(*workers.pool, call.rows, call.rows * call.bins > 8192, [&](int64_t r, int) {
    const float* x = call.logits + r * call.bins;
    float most = largest(x, call.bins);
    double sum = exponentials(x, call.bins, most, nullptr);
    double target = static_cast<double>(x[call.targets[r]]) - static_cast<double>(most);
    call.losses[r] = static_cast<float>(__builtin_log(sum) - target);
  });
}

void cross_entropy_gradient(const EntropyCall& call, const Workers& workers) {
  parallel(*workers.pool, call.rows, call.rows * call.bins > 8192, [&](int64_t r, int) {
    const float* x = call.logits + r * call.bins;
    float* d = call.d_logits + r * call.bins;
    float most = largest(x, call.bins);
    double sum = exponentials(x, call.bins, most, d);
    double weight = static_cast<double>(call.weights[r]);
    double target = static_cast<double>(d[call.targets[r]]) / sum - 1.0;
    v16 factor = set16(static_cast<float>(weight / sum));
    int64_t i = 0;
    for (; i + L <= call.bins; i += L) store16(d + i, load16(d + i) * factor);
    if (i < call.bins) {
      int rest = static_cast<int>(call.bins - i);
      store16(d + i, load16(d + i, rest) * factor, rest);
    }
    d[call.targets[r]] = static_cast<float>(weight * target);
  });
}

// The bits of |x - target|: in the order of the differences, NaNs last.
JK_INLINE uint32_t rank(float x, float target) {
  float d = x - target;
  uint32_t b;
  memcpy(&b, &d, sizeof b);
  return b & 0x7fffffffu;
}

// What LINF takes: all differences above a rank, and the first ones that have it.
struct Taken {
  uint32_t above;
  int64_t equal;
};

// The k-th largest rank, eleven bits at a time from the top.
Taken select(const float* x, const float* target, int64_t n, int64_t k, int64_t* counts) {
  uint32_t prefix = 0;
  uint32_t mask = 0;
  int shift = 31;
  while (shift > 0) {
    int bits = shift > 11 ? 11 : shift;
    shift -= bits;
    uint32_t low = (1u << bits) - 1;
    for (uint32_t b = 0; b <= low; b++) counts[b] = 0;
    for (int64_t i = 0; i < n; i++) {
      uint32_t r = rank(x[i], target[i]);
      if ((r & mask) == prefix) counts[(r >> shift) & low]++;
    }
    uint32_t bin = low;
    while (counts[bin] < k) k -= counts[bin--];
    prefix |= bin << shift;
    mask |= low << shift;
  }
  return {prefix, k};
}

// Calls f(i) for each of the k largest differences.
template <class F>
void each_taken(const float* x, const float* target, int64_t n, Taken taken, const F& f) {
  for (int64_t i = 0; i < n; i++) {
    uint32_t r = rank(x[i], target[i]);
    if (r < taken.above || (r == taken.above && taken.equal-- <= 0)) continue;
    f(i);
  }
}

double block_sum(int kind, const float* x, const float* target, int64_t n) {
  v16 sum = set16(0.0f);
  const v16 zero = set16(0.0f);
  for (int64_t i = 0; i < n; i += L) {
    int m = static_cast<int>(least(L, n - i));
    v16 d = load16(x + i, m) - load16(target + i, m);
    if (kind == kL1) {
      // The operand that may be a NaN stands second, where it is kept.
      sum = sum + max16(zero - d, d);
    } else {
      sum = fma(d, d, sum);
    }
  }
  return static_cast<double>(sum16(sum));
}

double linf(const float* x, const float* target, int64_t n, int64_t k, int64_t* counts) {
  double sum = 0;
  each_taken(x, target, n, select(x, target, n, k, counts), [&](int64_t i) {
    double d = static_cast<double>(x[i] - target[i]);
    sum += d * d;
  });
  return sum / static_cast<double>(k);
}

void distance(const DistanceCall& call, const Workers& workers) {
  Pool& pool = *workers.pool;
  bool worthwhile = call.batch * call.each > 16384;
  if (call.kind == kLinf) {
    parallel(pool, call.batch, worthwhile, [&](int64_t n, int thread) {
      int64_t at = n * call.each;
      auto counts = reinterpret_cast<int64_t*>(workers.floats(thread));
      call.distances[n] =
          static_cast<float>(linf(call.x + at, call.target + at, call.each, call.k, counts));
    });
    return;
  }
  int64_t blocks = (call.each + BLOCK - 1) / BLOCK;
  parallel(pool, call.batch * blocks, worthwhile, [&](int64_t chunk, int) {
    int64_t begin = chunk % blocks * BLOCK;
    int64_t at = chunk / blocks * call.each + begin;
    call.sums[chunk] =
        block_sum(call.kind, call.x + at, call.target + at, least(BLOCK, call.each - begin));
  });
  for (int64_t n = 0; n < call.batch; n++) {
    double sum = 0;
    for (int64_t b = 0; b < blocks; b++) sum += call.sums[n * blocks + b];
    call.distances[n] = static_cast<float>(sum / static_cast<double>(call.each));
  }
}

void block_gradient(int kind, const float* x, const float* target, int64_t n, float factor,
                    float* dx) {
  if (kind == kL1) {
    for (int64_t i = 0; i < n; i++) {
      float d = x[i] - target[i];
      dx[i] += d > 0.0f ? factor : d < 0.0f ? -factor : d * factor;
    }
  } else {
    for (int64_t i = 0; i < n; i++) dx[i] += (x[i] - target[i]) * factor;
  }
}

void distance_gradient(const DistanceCall& call, const Workers& workers) {
  Pool& pool = *workers.pool;
  bool worthwhile = call.batch * call.each > 16384;
  if (call.kind == kLinf) {
    parallel(pool, call.batch, worthwhile, [&](int64_t n, int thread) {
      int64_t at = n * call.each;
      const float* x = call.x + at;
      const float* target = call.target + at;
      auto counts = reinterpret_cast<int64_t*>(workers.floats(thread));
      float factor = static_cast<float>(2.0 * static_cast<double>(call.weights[n]) /
                                        static_cast<double>(call.k));
      each_taken(x, target, call.each, select(x, target, call.each, call.k, counts),
                 [&](int64_t i) { call.dx[at + i] += factor * (x[i] - target[i]); });
    });
    return;
  }
  int64_t blocks = (call.each + BLOCK - 1) / BLOCK;
  parallel(pool, call.batch * blocks, worthwhile, [&](int64_t chunk, int) {
    int64_t n = chunk / blocks;
    int64_t begin = chunk % blocks * BLOCK;
    int64_t at = n * call.each + begin;
    double weight = static_cast<double>(call.weights[n]) / static_cast<double>(call.each);
    float factor = static_cast<float>(call.kind == kL1 ? weight : 2.0 * weight);
    block_gradient(call.kind, call.x + at, call.target + at, least(BLOCK, call.each - begin),
                   factor, call.dx + at);
  });
}

size_t distance_scratch() { return 2048 * sizeof(int64_t); }

int64_t distance_sums(int64_t batch, int64_t each) { return batch * ((each + BLOCK - 1) / BLOCK); }

}  // namespace

void add_loss(Kernels& kernels) {
  kernels.cross_entropy = cross_entropy;
  kernels.cross_entropy_gradient = cross_entropy_gradient;
  kernels.distance = distance;
  kernels.distance_gradient = distance_gradient;
  kernels.distance_scratch = distance_scratch;
  kernels.distance_sums = distance_sums;
}

}  // namespace JK_NAMESPACE
}  // namespace jk
