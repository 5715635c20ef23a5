#include "norm.h"

#include "context.h"
#include "linear_rows.h"

namespace jukebox {

/* A chunk a warp in rows of 2048. */
constexpr int NORM_THREADS = 512;

/* A block a row. */
KERNEL(NORM_THREADS)
layer_norm(const float* x, const float* gain, const float* bias, float eps, int width, float* y) {
  DYNAMIC_SHARED(memory);
  RowStatistics* statistics = reinterpret_cast<RowStatistics*>(memory);
  wait_for_previous();
  let_next_begin();
  int64_t first = static_cast<int64_t>(blockIdx.x) * width;
  const float* row = x + first;
  block_statistics<1>(row, width, 1, eps, statistics);
  RowStatistics own = statistics[0];
  for (int i = threadIdx.x; i < width; i += NORM_THREADS) {
    y[first + i] = norm_element(row[i], own, gain[i], bias[i]);
  }
}

}  // namespace jukebox

using namespace jukebox;

extern "C" int jkc_layer_norm(jkc_context* context, const float* x, const float* gain,
                              const float* bias, float eps, int64_t rows, int64_t width,
                              float* y) {
  if (context == nullptr || rows < 0 || width < 0 || rows > INT32_MAX || width > INT32_MAX) {
    return JKC_BAD_ARGUMENT;
  }
  if (rows == 0 || width == 0) return JKC_OK;
  if (x == nullptr || gain == nullptr || bias == nullptr || y == nullptr) return JKC_BAD_ARGUMENT;
  size_t shared = statistics_bytes(1, static_cast<int>(width));
  if (shared > context->shared_limit) {
    return fail(context, JKC_BAD_ARGUMENT, "layer norm", "the rows are too wide");
  }
  EarlyStream on = early_stream(context, JKC_WROTE_ROWS, JKC_WROTE_ROWS | JKC_WROTE_CACHE);
  return check(context,
               LAUNCH_EARLY((layer_norm), static_cast<unsigned>(rows), NORM_THREADS, shared,
                            on.stream, on.early, x, gain, bias, eps, static_cast<int>(width), y),
               "layer norm");
}
