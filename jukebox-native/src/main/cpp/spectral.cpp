// Short-time Fourier transforms and distances of magnitudes.
//
// W frames are transformed side by side, one in each lane: a real transform of N samples is a complex
// one of N/2, in passes of radix four that need no shuffles (Stockham's order). The gradient writes
// frames first and gathers those that overlap a sample in their order.
#include "matrix.h"
#include "tier.h"

namespace jk {
namespace JK_NAMESPACE {
namespace {

constexpr int64_t BLOCK = 4096;   // numbers of a spectrum that are summed in single precision
constexpr int64_t SAMPLES = 1024; // samples that a task gathers

int64_t least(int64_t a, int64_t b) { return a < b ? a : b; }

// A complex number of each lane.
struct Lanes {
  vf re, im;
};

JK_INLINE Lanes at(const float* data, int64_t i) {
  return {load(data + 2 * W * i), load(data + (2 * i + 1) * W)};
}
JK_INLINE void put(float* data, int64_t i, Lanes z) {
  store(data + 2 * W * i, z.re);
  store(data + (2 * i + 1) * W, z.im);
}
JK_INLINE Lanes operator+(Lanes a, Lanes b) { return {a.re + b.re, a.im + b.im}; }
JK_INLINE Lanes operator-(Lanes a, Lanes b) { return {a.re - b.re, a.im - b.im}; }
// (c + i·s)·z
JK_INLINE Lanes turn(Lanes z, vf c, vf s) {
  return {fma(c, z.re, set1(0.0f) - s * z.im), fma(c, z.im, s * z.re)};
}

// Σ_n z[n]·e^(-2πikn/size) for every k; answers which buffer holds it. turns[2j], turns[2j + 1] are
// the parts of e^(-2πij/(2·size)).
float* transform(float* from, float* to, int64_t size, const float* turns) {
  int64_t n = size;
  for (int64_t s = 1; n > 1; s *= 4, n /= 4) {
    if (n == 2) {
      for (int64_t q = 0; q < s; q++) {
        Lanes a = at(from, q);
        Lanes b = at(from, q + s);
        put(to, q, a + b);
        put(to, q + s, a - b);
      }
      return to;
    }
    int64_t m = n / 4;
    for (int64_t p = 0; p < m; p++) {
      const float* w = turns + 4 * p * s;
      vf c1 = set1(w[0]), s1 = set1(w[1]);
      const float* w2 = turns + 8 * p * s;
      vf c2 = set1(w2[0]), s2 = set1(w2[1]);
      const float* w3 = turns + 12 * p * s;
      vf c3 = set1(w3[0]), s3 = set1(w3[1]);
      for (int64_t q = 0; q < s; q++) {
        Lanes a = at(from, q + s * p);
        Lanes b = at(from, q + s * (p + m));
        Lanes c = at(from, q + s * (p + 2 * m));
        Lanes d = at(from, q + s * (p + 3 * m));
        Lanes sum = a + c;
        Lanes difference = a - c;
        Lanes other = b + d;
        Lanes e = b - d;
        Lanes quarter = {set1(0.0f) - e.im, e.re};  // i·(b - d)
        put(to, q + s * 4 * p, sum + other);
        put(to, q + s * (4 * p + 1), turn(difference - quarter, c1, s1));
        put(to, q + s * (4 * p + 2), turn(sum - other, c2, s2));
        put(to, q + s * (4 * p + 3), turn(difference + quarter, c3, s3));
      }
    }
    float* t = from;
    from = to;
    to = t;
  }
  return from;
}

// What a call needs again and again: e^(-2πij/N) for j < N, as pairs, and the window.
struct Tables {
  float* turns;
  float* window;

  Tables(float* at, const StftCall& c) : turns(at), window(at + 2 * c.n_fft) {}

  static int64_t floats(int64_t n_fft) { return 3 * n_fft; }

  void fill(const StftCall& c) const {
    const double circle = 6.283185307179586476925286766559;
    for (int64_t j = 0; j < c.n_fft; j++) {
      double angle = circle * static_cast<double>(j) / static_cast<double>(c.n_fft);
      turns[2 * j] = static_cast<float>(__builtin_cos(angle));
      turns[2 * j + 1] = static_cast<float>(-__builtin_sin(angle));
      window[j] = 0.0f;
    }
    int64_t first = (c.n_fft - c.window) / 2;
    for (int64_t i = 0; i < c.window; i++) {
      double angle = circle * static_cast<double>(i) / static_cast<double>(c.window);
      window[first + i] = static_cast<float>(0.5 - 0.5 * __builtin_cos(angle));
    }
  }
};

// The samples of a frame: where they lie, or a reflected copy.
const float* frame(const StftCall& c, const float* x, int64_t f, float* copy) {
  int64_t start = f * c.hop - c.n_fft / 2;
  if (start >= 0 && start + c.n_fft <= c.time) return x + start;
  for (int64_t i = 0; i < c.n_fft; i++) {
    int64_t p = start + i < 0 ? -(start + i) : start + i;
    copy[i] = x[p < c.time ? p : 2 * (c.time - 1) - p];
  }
  return copy;
}

int64_t tasks(const StftCall& c) { return (c.frames + W - 1) / W; }

// Frames into lanes, weighted by the window: to[n][lane].
void load_frames(const StftCall& c, const Tables& tables, const float* x, int64_t f0, float* copies,
                 float* to) {
  for (int lane = 0; lane < W; lane += 4) {
    const float* r[4];
    for (int i = 0; i < 4; i++) {
      // Lanes without a frame repeat the last one.
      int64_t f = least(f0 + lane + i, c.frames - 1);
      r[i] = frame(c, x, f, copies + i * c.n_fft);
    }
    for (int64_t n = 0; n < c.n_fft; n += 4) {
      f4 w = load4(tables.window + n);
      f4 a = load4(r[0] + n) * w;
      f4 b = load4(r[1] + n) * w;
      f4 d = load4(r[2] + n) * w;
      f4 e = load4(r[3] + n) * w;
      turn4(a, b, d, e);
      store4(to + n * W + lane, a);
      store4(to + (n + 1) * W + lane, b);
      store4(to + (n + 2) * W + lane, d);
      store4(to + (n + 3) * W + lane, e);
    }
  }
}

// The first `lanes` lanes of from[n][lane], n < count, into rows `apart` floats from each other.
void store_lanes(const float* from, int64_t count, int lanes, float* to, int64_t apart) {
  int lane = 0;
  for (; lane + 4 <= lanes; lane += 4) {
    float* r = to + lane * apart;
    int64_t n = 0;
    for (; n + 4 <= count; n += 4) {
      f4 a = load4(from + n * W + lane);
      f4 b = load4(from + (n + 1) * W + lane);
      f4 d = load4(from + (n + 2) * W + lane);
      f4 e = load4(from + (n + 3) * W + lane);
      turn4(a, b, d, e);
      store4(r + n, a);
      store4(r + apart + n, b);
      store4(r + 2 * apart + n, d);
      store4(r + 3 * apart + n, e);
    }
    for (; n < count; n++)
      for (int i = 0; i < 4; i++) r[i * apart + n] = from[n * W + lane + i];
  }
  for (; lane < lanes; lane++)
    for (int64_t n = 0; n < count; n++) to[lane * apart + n] = from[n * W + lane];
}

// As store_lanes the other way; lanes from `lanes` on are zeros.
void load_lanes(const float* from, int64_t apart, int64_t count, int lanes, float* to) {
  if (lanes < W) memset(to, 0, static_cast<size_t>(count * W) * sizeof(float));
  int lane = 0;
  for (; lane + 4 <= lanes; lane += 4) {
    transpose(from + lane * apart, apart, 4, count, to + lane, W);
  }
  for (; lane < lanes; lane++)
    for (int64_t n = 0; n < count; n++) to[n * W + lane] = from[lane * apart + n];
}

// The spectrum of N real numbers from the transform z of their pairs.
void split(const float* z, int64_t half, const float* turns, float* to) {
  vf ahalf = set1(0.5f);
  for (int64_t k = 0; k <= half; k++) {
    Lanes a = at(z, k == half ? 0 : k);
    Lanes b = at(z, k == 0 ? 0 : half - k);
    b.im = set1(0.0f) - b.im;
    Lanes sum = a + b;
    Lanes d = turn(a - b, set1(turns[2 * k]), set1(turns[2 * k + 1]));
    // sum/2 - i·d/2
    put(to, k, {ahalf * (sum.re + d.im), ahalf * (sum.im - d.re)});
  }
}

// The conjugate of what split undoes, for the real part of Σ_k y[k]·e^(2πikn/N) over k ≤ N/2.
void join(const float* y, int64_t half, const float* turns, float* to) {
  vf ahalf = set1(0.5f);
  for (int64_t k = 0; k < half; k++) {
    Lanes a = at(y, k);
    Lanes b = at(y, half - k);
    if (k == 0) {
      // These two stand alone: only their real parts count.
      a = {a.re + a.re, set1(0.0f)};
      b = {b.re + b.re, set1(0.0f)};
    }
    b.im = set1(0.0f) - b.im;
    Lanes even = a + b;
    Lanes odd = turn(a - b, set1(turns[2 * k]), set1(0.0f) - set1(turns[2 * k + 1]));
    put(to, k, {ahalf * (even.re - odd.im), set1(0.0f) - ahalf * (even.im + odd.re)});
  }
}

// Two buffers of W spectra and copies of four frames.
int64_t buffer(const StftCall& c) { return (c.n_fft + 2) * W; }
size_t scratch_bytes(const StftCall& c) {
  return static_cast<size_t>(2 * buffer(c) + 4 * c.n_fft) * sizeof(float);
}
int64_t shared_floats(const StftCall& c, bool gradient) {
  return Tables::floats(c.n_fft) + (gradient ? c.frames * c.n_fft : 0);
}

void stft(const StftCall& c, const Workers& workers) {
  Tables tables(c.shared, c);
  tables.fill(c);
  int64_t row = c.n_fft + 2;
  int64_t each = tasks(c);
  parallel(*workers.pool, c.batch * each, c.batch * c.frames * c.n_fft > 8192,
           [&](int64_t chunk, int thread) {
    float* one = workers.floats(thread);
    float* two = one + buffer(c);
    int64_t item = chunk / each;
    int64_t f = chunk % each * W;
    load_frames(c, tables, c.x + item * c.time, f, two + buffer(c), one);
    float* z = transform(one, two, c.n_fft / 2, tables.turns);
    float* spectrum = z == one ? two : one;
    split(z, c.n_fft / 2, tables.turns, spectrum);
    store_lanes(spectrum, row, static_cast<int>(least(W, c.frames - f)),
                c.spectrum + (item * c.frames + f) * row, row);
  });
}

// Frames of gradients of windowed samples, [frames][n_fft].
void frame_gradients(const StftCall& c, const Tables& tables, int64_t item, float* frames,
                     const Workers& workers) {
  int64_t row = c.n_fft + 2;
  parallel(*workers.pool, tasks(c), c.frames * c.n_fft > 8192, [&](int64_t chunk, int thread) {
    float* one = workers.floats(thread);
    float* two = one + buffer(c);
    int64_t f = chunk * W;
    int lanes = static_cast<int>(least(W, c.frames - f));
    load_lanes(c.d_spectrum + (item * c.frames + f) * row, row, row, lanes, one);
    join(one, c.n_fft / 2, tables.turns, two);
    float* x = transform(two, one, c.n_fft / 2, tables.turns);
    for (int64_t n = 0; n < c.n_fft; n++) {
      // The transform of the conjugates gives the odd samples with the other sign.
      vf w = set1(n % 2 == 0 ? tables.window[n] : -tables.window[n]);
      store(x + n * W, load(x + n * W) * w);
    }
    store_lanes(x, c.n_fft, lanes, frames + f * c.n_fft, c.n_fft);
  });
}

void add(const float* x, int64_t n, float* to) {
  int64_t i = 0;
  for (; i + L <= n; i += L) store16(to + i, load16(to + i) + load16(x + i));
  for (; i < n; i++) to[i] += x[i];
}

// Calls f(x, n, p) for the run of each frame's window at padded places [p, p + n) in [begin, end).
template <class F>
void overlapping(const StftCall& c, const float* frames, int64_t begin, int64_t end, const F& f) {
  int64_t skip = (c.n_fft - c.window) / 2;
  int64_t reach = skip + c.window;
  for (int64_t i = begin < reach ? 0 : (begin - reach) / c.hop + 1; i < c.frames; i++) {
    int64_t start = i * c.hop;
    if (start + skip >= end) return;
    int64_t from = start + skip > begin ? start + skip : begin;
    int64_t to = least(start + reach, end);
    if (to > from) f(frames + i * c.n_fft + (from - start), to - from, from);
  }
}

void gather_samples(const StftCall& c, const float* frames, int64_t begin, int64_t end,
                    float* dx) {
  float sums[SAMPLES];
  for (int64_t i = 0; i < end - begin; i++) sums[i] = 0.0f;
  int64_t pad = c.n_fft / 2;
  overlapping(c, frames, begin + pad, end + pad, [&](const float* x, int64_t n, int64_t p) {
    add(x, n, sums + (p - pad - begin));
  });
  // Sample t is also padded place pad - t, and pad + 2·(time - 1) - t, where those lie outside.
  auto reflected = [&](int64_t centre, int64_t low, int64_t high) {
    overlapping(c, frames, low, high, [&](const float* x, int64_t n, int64_t p) {
      for (int64_t i = 0; i < n; i++) sums[centre - (p + i) - begin] += x[i];
    });
  };
  int64_t first = begin < 1 ? 1 : begin;
  int64_t last = least(end - 1, pad);
  if (first <= last) reflected(pad, pad - last, pad - first + 1);
  int64_t mirror = pad + 2 * (c.time - 1);
  last = least(end - 1, c.time - 2);
  first = c.time - 1 - pad > begin ? c.time - 1 - pad : begin;
  if (first <= last) reflected(mirror, mirror - last, mirror - first + 1);
  add(sums, end - begin, dx + begin);
}

void stft_gradient(const StftCall& c, const Workers& workers) {
  Tables tables(c.shared, c);
  tables.fill(c);
  float* frames = c.shared + Tables::floats(c.n_fft);
  for (int64_t item = 0; item < c.batch; item++) {
    frame_gradients(c, tables, item, frames, workers);
    parallel(*workers.pool, (c.time + SAMPLES - 1) / SAMPLES, c.frames * c.n_fft > 32768,
             [&](int64_t chunk, int) {
      int64_t begin = chunk * SAMPLES;
      gather_samples(c, frames, begin, least(c.time, begin + SAMPLES), c.dx + item * c.time);
    });
  }
}

JK_INLINE float magnitude(const float* z) { return __builtin_sqrtf(z[0] * z[0] + z[1] * z[1]); }

// Σ (|z| - |target|)² over n numbers in sixteen lanes; a null target stands for zeros.
double squares(const float* z, const float* target, int64_t n) {
  float sums[L];
  for (int l = 0; l < L; l++) sums[l] = 0.0f;
  int64_t i = 0;
  for (; i + L <= n; i += L) {
    if (target == nullptr) {
      for (int l = 0; l < L; l++) {
        const float* p = z + 2 * (i + l);
        sums[l] += p[0] * p[0] + p[1] * p[1];
      }
    } else {
      for (int l = 0; l < L; l++) {
        float d = magnitude(z + 2 * (i + l)) - magnitude(target + 2 * (i + l));
        sums[l] += d * d;
      }
    }
  }
  for (int l = 0; i < n; i++, l++) {
    float d = magnitude(z + 2 * i) - (target == nullptr ? 0.0f : magnitude(target + 2 * i));
    sums[l] += d * d;
  }
  double sum = 0;
  for (int l = 0; l < L; l++) sum += static_cast<double>(sums[l]);
  return sum;
}

void spectral_distance(const SpectralCall& c, const Workers& workers) {
  int64_t blocks = (c.each + BLOCK - 1) / BLOCK;
  parallel(*workers.pool, c.batch * blocks, c.batch * c.each > 8192, [&](int64_t chunk, int) {
    int64_t begin = chunk % blocks * BLOCK;
    int64_t place = 2 * (chunk / blocks * c.each + begin);
    c.sums[chunk] = squares(c.spectrum + place, c.target == nullptr ? nullptr : c.target + place,
                            least(BLOCK, c.each - begin));
  });
  for (int64_t n = 0; n < c.batch; n++) {
    double sum = 0;
    for (int64_t b = 0; b < blocks; b++) sum += c.sums[n * blocks + b];
    c.result[n] = static_cast<float>(__builtin_sqrt(sum));
  }
}

void spectral_distance_gradient(const SpectralCall& c, const Workers& workers) {
  int64_t blocks = (c.each + BLOCK - 1) / BLOCK;
  parallel(*workers.pool, c.batch * blocks, c.batch * c.each > 8192, [&](int64_t chunk, int) {
    int64_t n = chunk / blocks;
    int64_t begin = chunk % blocks * BLOCK;
    int64_t place = 2 * (n * c.each + begin);
    const float* z = c.spectrum + place;
    const float* target = c.target + place;
    float* d = c.d_spectrum + place;
    float whole = c.distances[n];
    float factor = whole == 0.0f ? 0.0f : c.weights[n] / whole;
    int64_t count = least(BLOCK, c.each - begin);
    for (int64_t i = 0; i < count; i++) {
      float m = magnitude(z + 2 * i);
      float slope = factor * ((m - magnitude(target + 2 * i)) / (m == 0.0f ? 1.0f : m));
      slope = m == 0.0f ? 0.0f : slope;
      d[2 * i] = slope * z[2 * i];
      d[2 * i + 1] = slope * z[2 * i + 1];
    }
  });
}

int64_t sums_count(int64_t batch, int64_t each) { return batch * ((each + BLOCK - 1) / BLOCK); }

}  // namespace

void add_spectral(Kernels& kernels) {
  kernels.stft = stft;
  kernels.stft_gradient = stft_gradient;
  kernels.stft_scratch = scratch_bytes;
  kernels.stft_shared = shared_floats;
  kernels.spectral_distance = spectral_distance;
  kernels.spectral_distance_gradient = spectral_distance_gradient;
  kernels.spectral_sums = sums_count;
}

}  // namespace JK_NAMESPACE
}  // namespace jk
