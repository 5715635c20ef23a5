// Single-element functions, their gradients, and sums over rows; bound by memory.
#include "gemm.h"
#include "tier.h"

namespace jk {
namespace JK_NAMESPACE {
namespace {

constexpr int64_t PIECE = 16384;  // elements of a task

// Runs f(i, n) for vectors of n elements from i on.
template <class F>
void each(int64_t size, const Workers& workers, const F& f) {
  int64_t pieces = (size + PIECE - 1) / PIECE;
  parallel(*workers.pool, pieces, pieces > 4, [&](int64_t piece, int) {
    int64_t i = piece * PIECE;
    int64_t end = i + PIECE < size ? i + PIECE : size;
    for (; i + W <= end; i += W) f(i, W);
    if (i < end) f(i, static_cast<int>(end - i));
  });
}

JK_INLINE vf load_some(const float* p, int n) { return n == W ? load(p) : load(p, n); }
JK_INLINE void store_some(float* p, vf v, int n) {
  if (n == W) {
    store(p, v);
  } else {
    store(p, v, n);
  }
}

void fill(float* x, float value, int64_t size, const Workers& workers) {
  each(size, workers, [=](int64_t i, int n) { store_some(x + i, set1(value), n); });
}

void scale(const float* x, float a, bool add, int64_t size, float* y, const Workers& workers) {
  vf factor = set1(a);
  if (add) {
    each(size, workers, [=](int64_t i, int n) {
      store_some(y + i, fma(factor, load_some(x + i, n), load_some(y + i, n)), n);
    });
  } else {
    each(size, workers, [=](int64_t i, int n) {
      store_some(y + i, factor * load_some(x + i, n), n);
    });
  }
}

void sum(const float* a, const float* b, int64_t size, float* y, const Workers& workers) {
  each(size, workers, [=](int64_t i, int n) {
    store_some(y + i, load_some(a + i, n) + load_some(b + i, n), n);
  });
}

void gelu(const float* x, int64_t size, float* y, const Workers& workers) {
  each(size, workers, [=](int64_t i, int n) {
    store_some(y + i, quick_gelu(load_some(x + i, n)), n);
  });
}

// With s = σ(1.702x) the slope is s·(1 + 1.702x·(1 - s)).
void gelu_gradient(const float* x, const float* dy, int64_t size, float* dx,
                   const Workers& workers) {
  each(size, workers, [=](int64_t i, int n) {
    const vf one = set1(1.0f);
    vf z = load_some(x + i, n) * set1(1.702f);
    vf e = exp(set1(0.0f) - z);
    vf s = one / (one + e);
    vf slope = s * fma(z, e * s, one);
    store_some(dx + i, load_some(dy + i, n) * slope, n);
  });
}

void relu_gradient(const float* x, const float* dy, bool add, int64_t size, float* dx,
                   const Workers& workers) {
  each(size, workers, [=](int64_t i, int n) {
    const vf zero = set1(0.0f);
    vf passed = pick_less(zero, load_some(x + i, n), load_some(dy + i, n), zero);
    store_some(dx + i, add ? load_some(dx + i, n) + passed : passed, n);
  });
}

// Rows of one part of a sum: so that parts are many, but their sums small beside the rows.
int64_t part_rows(int64_t rows, int64_t width) {
  int64_t least = PIECE / (width > 0 ? width : 1) + 1;
  int64_t share = (rows + 63) / 64;
  return least > share ? least : share;
}

int64_t sum_rows_shared(int64_t rows, int64_t width) {
  int64_t some = part_rows(rows, width);
  return (rows + some - 1) / some * width;
}

void add_row(float* sums, const float* row, int64_t width) {
  int64_t j = 0;
  for (; j + W <= width; j += W) store(sums + j, load(sums + j) + load(row + j));
  for (; j < width; j++) sums[j] += row[j];
}

// Columns [0, NV·W) of some rows, `last` of the last vector, in registers.
template <int NV>
void sum_columns(const float* x, int64_t rows, int64_t width, int last, float* sums) {
  vf acc[NV];
  for (int v = 0; v < NV; v++) acc[v] = set1(0.0f);
  for (int64_t r = 0; r < rows; r++, x += width) {
    for (int v = 0; v < NV - 1; v++) acc[v] = acc[v] + load(x + v * W);
    acc[NV - 1] = acc[NV - 1] + load_some(x + (NV - 1) * W, last);
  }
  for (int v = 0; v < NV - 1; v++) store(sums + v * W, acc[v]);
  store_some(sums + (NV - 1) * W, acc[NV - 1], last);
}

void sum_part(const float* x, int64_t rows, int64_t width, float* sums) {
  for (int64_t j = 0; j < width; j += 4 * W) {
    int64_t rest = width - j < 4 * W ? width - j : 4 * W;
    int vectors = static_cast<int>((rest + W - 1) / W);
    int last = static_cast<int>(rest - (vectors - 1) * W);
    switch (vectors) {
      case 1: sum_columns<1>(x + j, rows, width, last, sums + j); break;
      case 2: sum_columns<2>(x + j, rows, width, last, sums + j); break;
      case 3: sum_columns<3>(x + j, rows, width, last, sums + j); break;
      default: sum_columns<4>(x + j, rows, width, last, sums + j);
    }
  }
}

void sum_rows(const float* x, int64_t rows, int64_t width, float factor, float* sums,
              float* shared, const Workers& workers) {
  int64_t some = part_rows(rows, width);
  int64_t parts = (rows + some - 1) / some;
  parallel(*workers.pool, parts, rows * width > 4 * PIECE, [&](int64_t part, int) {
    int64_t begin = part * some;
    int64_t count = rows - begin < some ? rows - begin : some;
    sum_part(x + begin * width, count, width, shared + part * width);
  });
  if (parts == 0) return;
  for (int64_t part = 1; part < parts; part++) add_row(shared, shared + part * width, width);
  for (int64_t j = 0; j < width; j++) sums[j] += factor * shared[j];
}

}  // namespace

void add_activation(Kernels& kernels) {
  kernels.fill = fill;
  kernels.scale = scale;
  kernels.add = sum;
  kernels.quick_gelu = gelu;
  kernels.quick_gelu_gradient = gelu_gradient;
  kernels.relu_gradient = relu_gradient;
  kernels.sum_rows = sum_rows;
  kernels.sum_rows_shared = sum_rows_shared;
}

}  // namespace JK_NAMESPACE
}  // namespace jk
