// Products of two matrices that change from call to call, shared by matmul and conv_gradient: slices
// of both are copied into the layout that the register tiles read, and a block of the result waits
// for its next slice.
//
// A product with a small result and a deep sum is cut along the sum into parts of a length that the
// shape alone decides; parts are added in order. So the bits do not depend on the number of threads.
#ifndef JUKEBOX_PRODUCT_H
#define JUKEBOX_PRODUCT_H

#include "gemm.h"

namespace jk {
namespace JK_NAMESPACE {
namespace {

// c[r][NR] = columns r of a, whose rows of one k are lda apart, times a panel; `more` continues the
// chains that c holds.
template <int M, int NV>
void micro_deep(const float* a, int64_t lda, const float* b, int64_t k, float* c, bool more) {
  vf acc[M][NV];
  for (int r = 0; r < M; r++)
    for (int v = 0; v < NV; v++) acc[r][v] = more ? load(c + r * NR + v * W) : set1(0.0f);
  for (int64_t i = 0; i < k; i++) {
    vf w[NV];
#pragma GCC unroll 2
    for (int v = 0; v < NV; v++) w[v] = load(b + v * W);
#pragma GCC unroll 16
    for (int r = 0; r < M; r++) {
      vf x = set1(a[r]);
#pragma GCC unroll 2
      for (int v = 0; v < NV; v++) acc[r][v] = fma(x, w[v], acc[r][v]);
    }
    a += lda;
    b += NR;
  }
  for (int r = 0; r < M; r++)
    for (int v = 0; v < NV; v++) store(c + r * NR + v * W, acc[r][v]);
}

using MicroDeep = void (*)(const float*, int64_t, const float*, int64_t, float*, bool);

template <int NV>
MicroDeep micro_deep_for(int rows) {
  switch (rows) {
    case 1: return micro_deep<1, NV>;
    case 2: return micro_deep<2, NV>;
    case 3: return micro_deep<3, NV>;
    case 4: return micro_deep<4, NV>;
    case 5: return micro_deep<5, NV>;
#if defined(JK_TIER_AVX512)
    case 6: return micro_deep<6, NV>;
    case 7: return micro_deep<7, NV>;
    case 8: return micro_deep<8, NV>;
    case 9: return micro_deep<9, NV>;
    case 10: return micro_deep<10, NV>;
    case 11: return micro_deep<11, NV>;
#endif
    default: return micro_deep<MR, NV>;
  }
}

JK_INLINE void copy_floats(float* to, const float* from, int64_t n) {
  int64_t i = 0;
  for (; i + W <= n; i += W) store(to + i, load(from + i));
  if (i < n) store(to + i, load(from + i, static_cast<int>(n - i)), static_cast<int>(n - i));
}

// Rows of a result that one register tile makes.
struct Strip {
  int64_t row;
  int rows;
};

JK_INLINE int64_t strips_of(int64_t rows) { return (rows + MR - 1) / MR; }
JK_INLINE Strip strip_at(int64_t index, int64_t rows) {
  int64_t rest = rows - index * MR;
  return {index * MR, static_cast<int>(rest < MR ? rest : MR)};
}

// Left factors. slice(r0, rows, k0, depth, to) copies part of one, and multiply takes `m` of its
// rows from r on against a panel.

// Rows as they lie in memory.
struct RowsLeft {
  const float* a;
  int64_t stride;

  void slice(int64_t r0, int64_t rows, int64_t k0, int64_t depth, float* to) const {
    for (int64_t r = 0; r < rows; r++) {
      copy_floats(to + r * spread(depth), a + (r0 + r) * stride + k0, depth);
    }
  }
  void multiply(const float* slice, int64_t r, int m, int64_t depth, const float* b, int nv,
                float* c, bool more) const {
    auto kernel = nv == 2 ? micro_for<F32, 2>(m) : micro_for<F32, 1>(m);
    kernel(slice + r * spread(depth), spread(depth), b, 0, depth, c, more);
  }
};

// Columns that lie side by side, kept as strips [depth][MR]; G(k0, depth, r0, rows, to, lda) copies
// some of them.
template <class G>
struct ColumnsLeft {
  G columns;

  void slice(int64_t r0, int64_t rows, int64_t k0, int64_t depth, float* to) const {
    for (int64_t r = 0; r < rows; r += MR) {
      columns(k0, depth, r0 + r, rows - r < MR ? rows - r : MR, to + r * depth, MR);
    }
  }
  void multiply(const float* slice, int64_t r, int m, int64_t depth, const float* b, int nv,
                float* c, bool more) const {
    auto kernel = nv == 2 ? micro_deep_for<2>(m) : micro_deep_for<1>(m);
    kernel(slice + r * depth, MR, b, depth, c, more);
  }
};

// How a product is cut. All but `groups` follows from the shape alone.
struct ProductPlan {
  static constexpr int64_t BLOCK = 1024;              // of the sum, for which b is packed at once
  static constexpr int64_t PART = 512;                // of the sum, at least, if that is cut
  static constexpr int64_t SMALL = int64_t{1} << 17;  // elements of a result whose sum is cut
  static constexpr int64_t PARTIAL = int64_t{1} << 23;

  int64_t m, n, k;
  int64_t count;  // panels
  int64_t part, parts;
  int64_t rows, blocks, groups;

  ProductPlan(int64_t m_, int64_t n_, int64_t k_, int threads) : m(m_), n(n_), k(k_) {
    count = panels(n);
    part = k;
    parts = 1;
    int64_t tile = padded_rows() * count * NR;
    if (k >= 2 * PART && tile <= SMALL) {
      int64_t least = (k * tile / PARTIAL + 63) / 64 * 64;
      part = least > PART ? least : PART;
      parts = (k + part - 1) / part;
    }
    int64_t strips = (m + MR - 1) / MR;
    int64_t most = ROWS_MOST / MR;
    blocks = (strips + most - 1) / most;
    rows = blocks == 0 ? 0 : (strips + blocks - 1) / blocks * MR;
    int64_t wanted = threads == 1 ? 1 : 4 * threads;
    constexpr int64_t widest = 512 / NR;
    groups = (count + widest - 1) / widest;
    if (blocks > 0 && blocks * groups < wanted) groups = (wanted + blocks - 1) / blocks;
    if (groups > count) groups = count;
    if (groups < 1) groups = 1;
  }

  bool cut() const { return parts > 1; }
  int64_t padded_rows() const { return (m + MR - 1) / MR * MR; }
  int64_t block() const { return k < BLOCK ? k : BLOCK; }

  // The last block's slices may be deeper than those of whole blocks.
  int64_t deepest() const {
    int64_t whole = Cut(block()).depth;
    int64_t rest = Cut(k % BLOCK).depth;
    return whole > rest ? whole : rest;
  }

  // Floats that all threads share: the packed block of b, or the sums of all parts.
  int64_t shared_floats() const {
    return cut() ? parts * padded_rows() * count * NR : block() * count * NR;
  }
  // Floats of a slice of a, however it lies.
  int64_t slice_floats() const {
    int64_t depth = cut() ? KC : deepest();
    return (cut() ? padded_rows() : rows) * spread(depth) + L;
  }
  // Bytes of scratch of one thread: a slice of a, and a slice of b or chains that wait.
  size_t scratch_bytes() const {
    int64_t rest = cut() ? KC * NR : rows * ((count + groups - 1) / groups) * NR;
    return static_cast<size_t>(slice_floats() + rest + L) * sizeof(float);
  }
};

struct Result {
  float* c;
  bool add;
  const float* bias;  // per column, or null
};

// Adds up the sums of parts, each kept as tiles [panel][strip][MR][NR].
template <class S>
void add_parts(const ProductPlan& plan, int64_t strips, const S& strip, const Result& result,
               const float* partial, const Workers& workers) {
  int64_t size = strips * MR * plan.count * NR;
  parallel(*workers.pool, strips, size * plan.parts > 65536, [&](int64_t s, int) {
    Strip some = strip(s);
    for (int64_t i = 0; i < some.rows; i++) {
      for (int64_t p = 0; p < plan.count; p++) {
        int64_t columns = columns_of(p, plan.n);
        for (int64_t j = 0; j < columns; j += W) {
          int n = static_cast<int>(columns - j < W ? columns - j : W);
          const float* from = partial + ((p * strips + s) * MR + i) * NR + j;
          vf sum = load(from);
          for (int64_t part = 1; part < plan.parts; part++) sum = sum + load(from + part * size);
          int64_t column = p * NR + j;
          if (result.bias != nullptr) sum = sum + load(result.bias + column, n);
          float* to = result.c + (some.row + i) * plan.n + column;
          store(to, result.add ? sum + load(to, n) : sum, n);
        }
      }
    }
  });
}

// right(k0, depth, panel, to) copies a slice of a panel of b, zeros beyond its columns.
template <class A, class B>
void product_of_parts(const ProductPlan& plan, const A& left, const B& right, const Result& result,
                      float* partial, const Workers& workers) {
  int64_t strips = strips_of(plan.m);
  parallel(*workers.pool, plan.parts, true, [&](int64_t number, int thread) {
    float* sums = partial + number * strips * MR * plan.count * NR;
    float* a = workers.floats(thread);
    float* b = a + plan.slice_floats();
    int64_t begin = number * plan.part;
    int64_t end = begin + plan.part < plan.k ? begin + plan.part : plan.k;
    for (int64_t k0 = begin; k0 < end; k0 += KC) {
      int64_t depth = end - k0 < KC ? end - k0 : KC;
      left.slice(0, plan.m, k0, depth, a);
      for (int64_t p = 0; p < plan.count; p++) {
        right(k0, depth, p, b);
        int nv = columns_of(p, plan.n) > W ? 2 : 1;
        for (int64_t s = 0; s < strips; s++) {
          Strip some = strip_at(s, plan.m);
          float* tile = sums + (p * strips + s) * MR * NR;
          left.multiply(a, some.row, some.rows, depth, b, nv, tile, k0 > begin);
        }
      }
    }
  });
  add_parts(plan, strips, [&](int64_t s) { return strip_at(s, plan.m); }, result, partial, workers);
}

template <class A, class B>
void product_of_blocks(const ProductPlan& plan, const A& left, const B& right,
                              const Result& result, float* packed, const Workers& workers) {
  bool worthwhile = plan.m * plan.n * plan.k > (int64_t{1} << 18);
  for (int64_t base = 0; base < plan.k; base += ProductPlan::BLOCK) {
    int64_t length = plan.k - base < ProductPlan::BLOCK ? plan.k - base : ProductPlan::BLOCK;
    bool last = base + length >= plan.k;
    parallel(*workers.pool, plan.count, plan.n * length > 65536, [&](int64_t p, int) {
      right(base, length, p, packed + p * length * NR);
    });
    Cut cut(length);
    parallel(*workers.pool, plan.blocks * plan.groups, worthwhile, [&](int64_t task, int thread) {
      int64_t group = task % plan.groups;
      int64_t first = group * plan.count / plan.groups;
      int64_t behind = (group + 1) * plan.count / plan.groups;
      int64_t r0 = task / plan.groups * plan.rows;
      int64_t rows = plan.m - r0 < plan.rows ? plan.m - r0 : plan.rows;
      if (rows <= 0) return;
      float* a = workers.floats(thread);
      float* chains = a + plan.slice_floats();
      float* c = result.c + r0 * plan.n;
      bool add = result.add || base > 0;
      Epilogue epilogue = {nullptr, last ? result.bias : nullptr, false, add ? c : nullptr, 1.0f};
      for (int64_t k0 = 0; k0 < length; k0 += cut.depth) {
        int64_t depth = length - k0 < cut.depth ? length - k0 : cut.depth;
        left.slice(r0, rows, base + k0, depth, a);
        for (int64_t p = first; p < behind; p++) {
          int64_t columns = columns_of(p, plan.n);
          const float* b = packed + (p * length + k0) * NR;
          for (int64_t r = 0; r < rows; r += MR) {
            int m = static_cast<int>(rows - r < MR ? rows - r : MR);
            float* tile = chains + ((p - first) * plan.rows + r) * NR;
            left.multiply(a, r, m, depth, b, columns > W ? 2 : 1, tile, k0 > 0);
            if (k0 + depth < length) continue;
            Target target = {c + r * plan.n, add ? c + r * plan.n : nullptr, plan.n};
            finish(tile, m, p * NR, columns, epilogue, target);
          }
        }
      }
    });
  }
}

// c = a·b + bias, or c += a·b; the sum is not empty.
template <class A, class B>
void product(const ProductPlan& plan, const A& left, const B& right, const Result& result,
                    float* shared, const Workers& workers) {
  if (plan.cut()) {
    product_of_parts(plan, left, right, result, shared, workers);
  } else {
    product_of_blocks(plan, left, right, result, shared, workers);
  }
}

// Rows [k0, k0 + depth) of a panel of a matrix whose rows are n long.
JK_INLINE void copy_panel(const float* b, int64_t n, int64_t k0, int64_t depth, int64_t panel,
                          float* to) {
  int64_t columns = columns_of(panel, n);
  const float* from = b + k0 * n + panel * NR;
  if (columns == NR) {
    for (int64_t i = 0; i < depth; i++, from += n, to += NR) {
      store(to, load(from));
      store(to + W, load(from + W));
    }
    return;
  }
  for (int64_t i = 0; i < depth; i++, from += n, to += NR) {
    int low = static_cast<int>(columns < W ? columns : W);
    int high = static_cast<int>(columns - low);
    store(to, load(from, low));
    store(to + W, high > 0 ? load(from + W, high) : set1(0.0f));
  }
}

}  // namespace
}  // namespace JK_NAMESPACE
}  // namespace jk

#endif
