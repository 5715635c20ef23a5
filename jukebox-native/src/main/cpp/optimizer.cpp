// Adam and the norm of gradients, over pieces of all tensors at once; bound by memory. Products and
// sums are not fused: every backend rounds as the definition in single precision does.
#include "simd.h"
#include "tier.h"

namespace jk {
namespace JK_NAMESPACE {
namespace {

constexpr int64_t PIECE = 16384;  // elements of a task
constexpr float LARGEST_HALF = 65504.0f;
constexpr float SMALLEST_SCALE = 1e-8f;

int64_t pieces_of(const AdamTensor& tensor) { return (tensor.size + PIECE - 1) / PIECE; }

// What a piece found: the sum of squares, or the largest moments.
union Found {
  double squares;
  float largest[2];
};

// The pieces of all tensors, numbered through; lies in memory that threads share.
struct Pieces {
  const AdamTensor* tensors;
  int64_t count;
  int64_t* first;  // piece of each tensor, and the number of all
  Found* found;    // of each piece
  float* scales;   // of each tensor's moments before the step

  Pieces(const AdamTensor* all, int64_t n, char* shared)
      : tensors(all), count(n), first(reinterpret_cast<int64_t*>(shared)) {
    first[0] = 0;
    for (int64_t i = 0; i < n; i++) first[i + 1] = first[i] + pieces_of(all[i]);
    found = reinterpret_cast<Found*>(first + n + 1);
    scales = reinterpret_cast<float*>(found + first[n]);
  }
  int64_t total() const { return first[count]; }

  int64_t tensor_of(int64_t piece) const {
    int64_t low = 0;
    int64_t high = count;
    while (high - low > 1) {
      int64_t middle = (low + high) / 2;
      if (first[middle] <= piece) {
        low = middle;
      } else {
        high = middle;
      }
    }
    return low;
  }

  // Calls f(tensor, begin, end, piece) for every piece.
  template <class F>
  void each(const Workers& workers, const F& f) const {
    parallel(*workers.pool, total(), total() > 2, [&](int64_t piece, int) {
      int64_t t = tensor_of(piece);
      int64_t begin = (piece - first[t]) * PIECE;
      int64_t size = tensors[t].size;
      f(t, begin, begin + PIECE < size ? begin + PIECE : size, piece);
    });
  }
};

int64_t adam_shared(const AdamTensor* tensors, int64_t count) {
  int64_t pieces = 0;
  for (int64_t i = 0; i < count; i++) pieces += pieces_of(tensors[i]);
  return (count + 1 + pieces + count) * 8;
}

double squares(const float* p, int64_t n) {
  double lanes[L] = {};
  int64_t i = 0;
  for (; i + L <= n; i += L) {
    for (int j = 0; j < L; j++) {
      double x = static_cast<double>(p[i + j]);
      lanes[j] += x * x;
    }
  }
  double sum = 0.0;
  for (; i < n; i++) sum += static_cast<double>(p[i]) * static_cast<double>(p[i]);
  for (int j = 0; j < L; j++) sum += lanes[j];
  return sum;
}

void gradient_norm(const AdamTensor* tensors, int64_t count, char* shared, float* result,
                   const Workers& workers) {
  Pieces pieces(tensors, count, shared);
  pieces.each(workers, [&](int64_t t, int64_t begin, int64_t end, int64_t piece) {
    pieces.found[piece].squares = squares(tensors[t].gradient + begin, end - begin);
  });
  double sum = 0.0;
  for (int64_t i = 0; i < pieces.total(); i++) sum += pieces.found[i].squares;
  result[0] = static_cast<float>(__builtin_sqrt(sum));
  result[1] = __builtin_isfinite(sum) ? 0.0f : 1.0f;
}

struct Numbers {
  vf step_size, scale, beta1, rest1, beta2, rest2, epsilon, weight_decay, average_decay,
      average_rest;

  explicit Numbers(const AdamNumbers& n)
      : step_size(set1(n.step_size)), scale(set1(n.scale)), beta1(set1(n.beta1)),
        rest1(set1(n.rest1)), beta2(set1(n.beta2)), rest2(set1(n.rest2)), epsilon(set1(n.epsilon)),
        weight_decay(set1(n.weight_decay)), average_decay(set1(n.average_decay)),
        average_rest(set1(n.average_rest)) {}

  vf first(vf m, vf g) const { return beta1 * m + rest1 * g; }
  vf second(vf v, vf g) const { return beta2 * v + rest2 * g * g; }
  vf parameter(vf p, vf m, vf v) const {
    return p - step_size * (m / (sqrt(v) + epsilon) + weight_decay * p);
  }
  vf average(vf a, vf p) const { return average_decay * a + average_rest * p; }
};

// Moments as floats.
struct Singles {
  float* p;

  vf at(int64_t i) const { return load(p + i); }
  void put(int64_t i, vf v) const { store(p + i, v); }
  vf at(int64_t i, int n) const { return load(p + i, n); }
  void put(int64_t i, vf v, int n) const { store(p + i, v, n); }
};

// Moments as halves, multiplied by one scale when they are read and divided by another when put.
struct Halves {
  uint16_t* p;
  float before, after;

  vf at(int64_t i) const { return widen_f16(p + i) * set1(before); }
  void put(int64_t i, vf v) const { narrow_f16(p + i, v / set1(after)); }
  vf at(int64_t i, int n) const {
    uint16_t some[W] = {};
    memcpy(some, p + i, static_cast<size_t>(n) * sizeof *p);
    return widen_f16(some) * set1(before);
  }
  void put(int64_t i, vf v, int n) const {
    uint16_t some[W];
    narrow_f16(some, v / set1(after));
    memcpy(p + i, some, static_cast<size_t>(n) * sizeof *p);
  }
};

template <class M>
void step(const Numbers& n, const AdamTensor& tensor, const M& first, const M& second,
          int64_t begin, int64_t end) {
  float* parameter = tensor.parameter;
  float* average = tensor.average;
  int64_t i = begin;
  for (; i + W <= end; i += W) {
    vf g = load(tensor.gradient + i) / n.scale;
    vf m = n.first(first.at(i), g);
    vf v = n.second(second.at(i), g);
    vf p = n.parameter(load(parameter + i), m, v);
    store(parameter + i, p);
    first.put(i, m);
    second.put(i, v);
    if (average != nullptr) store(average + i, n.average(load(average + i), p));
  }
  if (i == end) return;
  int rest = static_cast<int>(end - i);
  vf g = load(tensor.gradient + i, rest) / n.scale;
  vf m = n.first(first.at(i, rest), g);
  vf v = n.second(second.at(i, rest), g);
  vf p = n.parameter(load(parameter + i, rest), m, v);
  store(parameter + i, p, rest);
  first.put(i, m, rest);
  second.put(i, v, rest);
  if (average != nullptr) {
    store(average + i, n.average(load(average + i, rest), p), rest);
  }
}

Halves halves(void* p, float before, float after) {
  return {static_cast<uint16_t*>(p), before, after};
}

vf magnitude(vf v) { return max(v, set1(0.0f) - v); }

void find_largest(const Numbers& n, const AdamTensor& tensor, int64_t begin, int64_t end,
                  float* largest) {
  Halves first = halves(tensor.first, tensor.scales[0], 1.0f);
  Halves second = halves(tensor.second, tensor.scales[1], 1.0f);
  vf most[2] = {set1(0.0f), set1(0.0f)};
  int64_t i = begin;
  for (; i + W <= end; i += W) {
    vf g = load(tensor.gradient + i) / n.scale;
    most[0] = max(most[0], magnitude(n.first(first.at(i), g)));
    most[1] = max(most[1], magnitude(n.second(second.at(i), g)));
  }
  if (i < end) {
    int rest = static_cast<int>(end - i);
    vf g = load(tensor.gradient + i, rest) / n.scale;
    most[0] = max(most[0], magnitude(n.first(first.at(i, rest), g)));
    most[1] = max(most[1], magnitude(n.second(second.at(i, rest), g)));
  }
  for (int k = 0; k < 2; k++) {
    float lanes[W];
    store(lanes, most[k]);
    largest[k] = 0.0f;
    for (int j = 0; j < W; j++) largest[k] = lanes[j] > largest[k] ? lanes[j] : largest[k];
  }
}

// Moments as halves need the scales of their new values before the first is written.
void rescale(const Pieces& pieces, const Numbers& n, const Workers& workers) {
  bool any = false;
  for (int64_t t = 0; t < pieces.count; t++) any = any || pieces.tensors[t].scales != nullptr;
  if (!any) return;
  pieces.each(workers, [&](int64_t t, int64_t begin, int64_t end, int64_t piece) {
    const AdamTensor& tensor = pieces.tensors[t];
    if (tensor.scales == nullptr) return;
    find_largest(n, tensor, begin, end, pieces.found[piece].largest);
  });
  for (int64_t t = 0; t < pieces.count; t++) {
    float* scales = pieces.tensors[t].scales;
    if (scales == nullptr) continue;
    for (int k = 0; k < 2; k++) {
      float largest = 0.0f;
      for (int64_t i = pieces.first[t]; i < pieces.first[t + 1]; i++) {
        float one = pieces.found[i].largest[k];
        if (one > largest) largest = one;
      }
      pieces.scales[2 * t + k] = scales[k];
      scales[k] = largest / LARGEST_HALF + SMALLEST_SCALE;
    }
  }
}

void adam(const AdamTensor* tensors, int64_t count, const AdamNumbers& numbers, char* shared,
          const Workers& workers) {
  Pieces pieces(tensors, count, shared);
  Numbers n(numbers);
  rescale(pieces, n, workers);
  pieces.each(workers, [&](int64_t t, int64_t begin, int64_t end, int64_t) {
    const AdamTensor& tensor = tensors[t];
    if (tensor.scales == nullptr) {
      step(n, tensor, Singles{static_cast<float*>(tensor.first)},
           Singles{static_cast<float*>(tensor.second)}, begin, end);
    } else {
      const float* before = pieces.scales + 2 * t;
      step(n, tensor, halves(tensor.first, before[0], tensor.scales[0]),
           halves(tensor.second, before[1], tensor.scales[1]), begin, end);
    }
  });
}

}  // namespace

void add_optimizer(Kernels& kernels) {
  kernels.adam_shared = adam_shared;
  kernels.gradient_norm = gradient_norm;
  kernels.adam = adam;
}

}  // namespace JK_NAMESPACE
}  // namespace jk
