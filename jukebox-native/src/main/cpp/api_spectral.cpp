// The C ABI of short-time Fourier transforms and of distances between magnitudes.
#include "engine.h"

namespace {

jk::StftCall shape(int64_t n_fft, int64_t hop, int64_t window, int64_t batch, int64_t time) {
  jk::StftCall call = {};
  call.n_fft = n_fft;
  call.hop = hop;
  call.window = window;
  call.batch = batch;
  call.time = time;
  call.frames = hop < 1 || time < 0 ? 0 : 1 + time / hop;
  return call;
}

bool sound(const jk::StftCall& c) {
  return c.n_fft >= 4 && (c.n_fft & (c.n_fft - 1)) == 0 && c.n_fft <= (int64_t{1} << 24) &&
         c.hop >= 1 && c.window >= 1 && c.window <= c.n_fft && c.time > c.n_fft / 2 &&
         jk::fits(c.batch, c.time) && jk::fits(c.frames, c.hop) &&
         jk::fits(c.batch, c.frames, c.n_fft + 2);
}

// Scratch and shared memory; false where there is none.
bool reserve(jk_engine* engine, jk::StftCall& call, bool gradient) {
  call.shared = engine->shared(engine->kernels->stft_shared(call, gradient));
  return call.shared != nullptr && engine->reserve(engine->kernels->stft_scratch(call));
}

bool sound(const jk::SpectralCall& c) {
  return jk::optional(c.target) && jk::given(c.spectrum) && jk::fits(c.batch, c.each, int64_t{2});
}

}  // namespace

extern "C" int jk_stft(jk_engine* engine, int64_t n_fft, int64_t hop, int64_t window,
                       const float* x, int64_t batch, int64_t time, float* spectrum) {
  jk::Claim claim(engine);
  if (claim.status() != JK_OK) return claim.status();
  jk::StftCall call = shape(n_fft, hop, window, batch, time);
  call.x = x;
  call.spectrum = spectrum;
  if (!sound(call) || !jk::given(x) || !jk::given(spectrum)) return JK_BAD_ARGUMENT;
  if (!reserve(engine, call, false)) return JK_OUT_OF_MEMORY;
  engine->kernels->stft(call, engine->workers());
  return JK_OK;
}

extern "C" int jk_stft_gradient(jk_engine* engine, int64_t n_fft, int64_t hop, int64_t window,
                                const float* d_spectrum, int64_t batch, int64_t time, float* dx) {
  jk::Claim claim(engine);
  if (claim.status() != JK_OK) return claim.status();
  jk::StftCall call = shape(n_fft, hop, window, batch, time);
  call.d_spectrum = d_spectrum;
  call.dx = dx;
  if (!sound(call) || !jk::given(d_spectrum) || !jk::given(dx)) return JK_BAD_ARGUMENT;
  if (!reserve(engine, call, true)) return JK_OUT_OF_MEMORY;
  engine->kernels->stft_gradient(call, engine->workers());
  return JK_OK;
}

extern "C" int jk_spectral_distance(jk_engine* engine, const float* target, const float* spectrum,
                                    int64_t batch, int64_t each, float* distances) {
  jk::Claim claim(engine);
  if (claim.status() != JK_OK) return claim.status();
  jk::SpectralCall call = {};
  call.target = target;
  call.spectrum = spectrum;
  call.batch = batch;
  call.each = each;
  call.result = distances;
  if (!sound(call) || !jk::given(distances)) return JK_BAD_ARGUMENT;
  int64_t sums = engine->kernels->spectral_sums(batch, each);
  call.sums = reinterpret_cast<double*>(engine->shared(2 * sums + 2));
  if (call.sums == nullptr) return JK_OUT_OF_MEMORY;
  engine->kernels->spectral_distance(call, engine->workers());
  return JK_OK;
}

extern "C" int jk_spectral_distance_gradient(jk_engine* engine, const float* target,
                                             const float* spectrum, int64_t batch, int64_t each,
                                             const float* distances, const float* weights,
                                             float* d_spectrum) {
  jk::Claim claim(engine);
  if (claim.status() != JK_OK) return claim.status();
  jk::SpectralCall call = {};
  call.target = target;
  call.spectrum = spectrum;
  call.batch = batch;
  call.each = each;
  call.distances = distances;
  call.weights = weights;
  call.d_spectrum = d_spectrum;
  if (!sound(call) || !jk::given(target) || !jk::given(distances) || !jk::given(weights) ||
      !jk::given(d_spectrum)) {
    return JK_BAD_ARGUMENT;
  }
  engine->kernels->spectral_distance_gradient(call, engine->workers());
  return JK_OK;
}
