// Products of two matrices, either of them transposed.
#include "product.h"
#include "tier.h"

namespace jk {
namespace JK_NAMESPACE {
namespace {

ProductPlan plan_of(const MatmulCall& call, int threads) {
  return ProductPlan(call.m, call.n, call.k, threads);
}

// Columns of a matrix [k, stride].
struct Columns {
  const float* a;
  int64_t stride;

  void operator()(int64_t k0, int64_t depth, int64_t r0, int64_t rows, float* to,
                  int64_t lda) const {
    const float* from = a + k0 * stride + r0;
    for (int64_t i = 0; i < depth; i++) copy_floats(to + i * lda, from + i * stride, rows);
  }
};

// A panel of a matrix [n, k] turned.
void turn_panel(const MatmulCall& call, int64_t k0, int64_t depth, int64_t panel, float* to) {
  int64_t columns = columns_of(panel, call.n);
  const float* from = call.b + panel * NR * call.k + k0;
  // Blocks keep the rows that are read and the lines that are written in the first-level cache.
  constexpr int64_t some = 16;
  for (int64_t i0 = 0; i0 < depth; i0 += some) {
    int64_t i1 = i0 + some < depth ? i0 + some : depth;
    for (int64_t j = 0; j < NR; j++) {
      for (int64_t i = i0; i < i1; i++) to[i * NR + j] = j < columns ? from[j * call.k + i] : 0.0f;
    }
  }
}

template <class A>
void multiply_by(const A& left, const MatmulCall& call, const Workers& workers) {
  ProductPlan plan = plan_of(call, workers.threads());
  Result result = {call.c, call.add, call.bias};
  if (call.transpose_b) {
    product(plan, left, [&](int64_t k0, int64_t depth, int64_t panel, float* to) {
      turn_panel(call, k0, depth, panel, to);
    }, result, call.shared, workers);
  } else {
    product(plan, left, [&](int64_t k0, int64_t depth, int64_t panel, float* to) {
      copy_panel(call.b, call.n, k0, depth, panel, to);
    }, result, call.shared, workers);
  }
}

// An empty sum: the bias alone, or nothing.
void fill_empty(const MatmulCall& call) {
  if (call.add) return;
  for (int64_t r = 0; r < call.m; r++) {
    for (int64_t j = 0; j < call.n; j++) {
      call.c[r * call.n + j] = call.bias == nullptr ? 0.0f : call.bias[j];
    }
  }
}

void matmul(const MatmulCall& call, const Workers& workers) {
  if (call.m == 0 || call.n == 0) return;
  if (call.k == 0) {
    fill_empty(call);
  } else if (call.transpose_a) {
    multiply_by(ColumnsLeft<Columns>{{call.a, call.m}}, call, workers);
  } else {
    multiply_by(RowsLeft{call.a, call.k}, call, workers);
  }
}

int64_t shared(const MatmulCall& call, int threads) {
  return plan_of(call, threads).shared_floats();
}

size_t scratch(const MatmulCall& call, int threads) {
  return plan_of(call, threads).scratch_bytes();
}

}  // namespace

void add_matmul(Kernels& kernels) {
  kernels.matmul = matmul;
  kernels.matmul_shared = shared;
  kernels.matmul_scratch = scratch;
}

}  // namespace JK_NAMESPACE
}  // namespace jk
