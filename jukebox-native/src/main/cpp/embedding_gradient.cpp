// The gradient of look-ups: threads share the columns, so that each element is added to in the order
// of the ids.
#include "simd.h"
#include "tier.h"

namespace jk {
namespace JK_NAMESPACE {
namespace {

constexpr int64_t COLUMNS = 64;

void add_columns(const ScatterCall& call, int64_t begin, int64_t end) {
  for (int64_t i = 0; i < call.count; i++) {
    if (call.ids[i] < 0) continue;
    const float* from = call.d_out + i * call.width;
    float* to = call.d_table + call.ids[i] * call.width;
    int64_t c = begin;
    for (; c + L <= end; c += L) store16(to + c, load16(to + c) + load16(from + c));
    if (c < end) {
      int rest = static_cast<int>(end - c);
      store16(to + c, load16(to + c, rest) + load16(from + c, rest), rest);
    }
  }
}

void scatter_add(const ScatterCall& call, const Workers& workers) {
  parallel(*workers.pool, (call.width + COLUMNS - 1) / COLUMNS, call.count * call.width > 32768,
           [&](int64_t chunk, int) {
    int64_t begin = chunk * COLUMNS;
    add_columns(call, begin, begin + COLUMNS < call.width ? begin + COLUMNS : call.width);
  });
}

}  // namespace

void add_embedding_gradient(Kernels& kernels) { kernels.scatter_add = scatter_add; }

}  // namespace JK_NAMESPACE
}  // namespace jk
