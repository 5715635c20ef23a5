#include "norm.h"

#include "context.h"

namespace jukebox {

KERNEL(NORM_THREADS)
layer_norm(const float* x, const float* gain, const float* bias, float eps, int64_t width,
           float* y) {
  SHARED(float, partial, 2 * NORM_WARPS);
  wait_for_previous();
  let_next_begin();
  const float* row = x + blockIdx.x * width;
  float mean;
  float scale;
  norm_statistics(row, width, eps, partial, mean, scale);
  for (int64_t i = threadIdx.x; i < width; i += NORM_THREADS) {
    y[blockIdx.x * width + i] = norm_element(row[i], mean, scale, gain[i], bias[i]);
  }
}

}  // namespace jukebox

using namespace jukebox;

extern "C" int jkc_layer_norm(jkc_context* context, const float* x, const float* gain,
                              const float* bias, float eps, int64_t rows, int64_t width,
                              float* y) {
  if (context == nullptr || rows < 0 || width < 0 || rows > INT32_MAX) return JKC_BAD_ARGUMENT;
  if (rows == 0 || width == 0) return JKC_OK;
  if (x == nullptr || gain == nullptr || bias == nullptr || y == nullptr) return JKC_BAD_ARGUMENT;
  EarlyStream on = early_stream(context, JKC_WROTE_ROWS, JKC_WROTE_ROWS | JKC_WROTE_CACHE);
  return check(context,
               LAUNCH_EARLY((layer_norm), static_cast<unsigned>(rows), NORM_THREADS, 0, on.stream,
                            on.early, x, gain, bias, eps, width, y),
               "layer norm");
}
