// Additions over rows; bound by memory.
#include "simd.h"
#include "tier.h"

namespace jk {
namespace JK_NAMESPACE {
namespace {

constexpr int64_t PIECE = 16384;  // elements of a task

void add_to(const float* a, const float* b, int64_t n, float* y) {
  int64_t i = 0;
  for (; i + L <= n; i += L) store16(y + i, load16(a + i) + load16(b + i));
  for (; i < n; i++) y[i] = a[i] + b[i];
}

// Runs f(begin, end) over rows in pieces of about PIECE elements.
template <class F>
void over_rows(const Workers& workers, int64_t rows, int64_t width, const F& f) {
  int64_t some = width >= PIECE ? 1 : PIECE / (width > 0 ? width : 1);
  parallel(*workers.pool, (rows + some - 1) / some, rows * width > 4 * PIECE,
           [&](int64_t chunk, int) {
    int64_t begin = chunk * some;
    int64_t end = begin + some < rows ? begin + some : rows;
    f(begin, end);
  });
}

void add_slice(const AddSliceCall& call, const Workers& workers) {
  over_rows(workers, call.batch * call.count, call.width, [&](int64_t begin, int64_t end) {
    for (int64_t row = begin; row < end; row++) {
      const float* table = call.table + row / call.count * call.table_item +
                           (call.start + row % call.count) * call.table_row;
      add_to(call.x + row * call.width, table, call.width, call.y + row * call.width);
    }
  });
}

void add_rows(const float* table, int64_t width, const int32_t* ids, int64_t count, float* out,
              const Workers& workers) {
  over_rows(workers, count, width, [&](int64_t begin, int64_t end) {
    for (int64_t row = begin; row < end; row++) {
      if (ids[row] < 0) continue;
      add_to(out + row * width, table + ids[row] * width, width, out + row * width);
    }
  });
}

void interpolate(const float* a, const float* b, float weight, int64_t size, float* y,
                 const Workers& workers) {
  int64_t pieces = (size + PIECE - 1) / PIECE;
  parallel(*workers.pool, pieces, pieces > 4, [&](int64_t piece, int) {
    int64_t end = (piece + 1) * PIECE < size ? (piece + 1) * PIECE : size;
    v16 w = set16(weight);
    for (int64_t i = piece * PIECE; i < end; i += L) {
      int n = end - i < L ? static_cast<int>(end - i) : L;
      v16 x = load16(a + i, n);
      store16(y + i, fma(w, load16(b + i, n) - x, x), n);
    }
  });
}

}  // namespace

void add_elementwise(Kernels& kernels) {
  kernels.add_slice = add_slice;
  kernels.add_rows = add_rows;
  kernels.interpolate = interpolate;
}

}  // namespace JK_NAMESPACE
}  // namespace jk
