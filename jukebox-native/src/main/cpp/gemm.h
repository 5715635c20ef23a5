// The product of rows with packed panels, shared by linear, conv and codebook.
//
// A packed matrix is a sequence of panels of NR columns, each [k][NR] and padded with zeros. Every
// element of a product is one chain of fused multiply-adds over k from zero; tiles of any height give
// the same bits.
#ifndef JUKEBOX_GEMM_H
#define JUKEBOX_GEMM_H

#include "calls.h"
#include "simd.h"

namespace jk {
namespace JK_NAMESPACE {

constexpr int NR = 2 * W;
#if defined(JK_TIER_AVX512)
constexpr int MR = 12;     // rows of a register tile
constexpr int FEW = 8;     // up to so many rows are read where they are, one pass over the weights
#else
constexpr int MR = 6;
constexpr int FEW = 6;
#endif
constexpr int PMAX = 4;    // panels read side by side for a single row
constexpr int TILE = (MR > PMAX ? MR : PMAX) * NR;

struct F32 {
  typedef float T;
  JK_INLINE vf at(const T* p) { return load(p); }
};
struct F16 {
  typedef uint16_t T;
  JK_INLINE vf at(const T* p) { return widen_f16(p); }
};
struct BF16 {
  typedef uint16_t T;
  JK_INLINE vf at(const T* p) { return widen_bf16(p); }
};
struct I8 {
  typedef int8_t T;
  JK_INLINE vf at(const T* p) { return widen_i8(p); }
};

JK_INLINE int64_t panels(int64_t columns) { return (columns + NR - 1) / NR; }

// c[p][r][NR] = rows a[r·lda ...] times P panels from b, the first NV vectors of each.
// `more` continues the chains that c holds.
template <class S, int M, int NV, int P>
static void micro(const float* a, int64_t lda, const typename S::T* b, int64_t panel, int64_t k,
                  float* c, bool more) {
  vf acc[P][M][NV];
  for (int p = 0; p < P; p++)
    for (int r = 0; r < M; r++)
      for (int v = 0; v < NV; v++) {
        acc[p][r][v] = more ? load(c + (p * M + r) * NR + v * W) : set1(0.0f);
      }
  // Three rows to a pointer: base, base + lda, base + 2·lda are single x86 addresses.
  constexpr int G = (M + 2) / 3;
  const float* rows[G];
  for (int g = 0; g < G; g++) rows[g] = a + 3 * g * lda;
  constexpr int64_t kAhead = 2048 / static_cast<int64_t>(sizeof(typename S::T));
  for (int64_t i = 0; i < k; i++) {
    vf w[P][NV];
#pragma GCC unroll 8
    for (int p = 0; p < P; p++) {
      const typename S::T* line = b + p * panel;
      if (M <= FEW) __builtin_prefetch(line + kAhead, 0, 3);
      if (M <= FEW && NR * sizeof(typename S::T) > 64) __builtin_prefetch(line + kAhead + W, 0, 3);
#pragma GCC unroll 2
      for (int v = 0; v < NV; v++) w[p][v] = S::at(line + v * W);
    }
#pragma GCC unroll 16
    for (int r = 0; r < M; r++) {
      vf x = set1(rows[r / 3][(r % 3) * lda + i]);
#pragma GCC unroll 8
      for (int p = 0; p < P; p++)
#pragma GCC unroll 2
        for (int v = 0; v < NV; v++) acc[p][r][v] = fma(x, w[p][v], acc[p][r][v]);
    }
    b += NR;
  }
  for (int p = 0; p < P; p++)
    for (int r = 0; r < M; r++)
      for (int v = 0; v < NV; v++) store(c + (p * M + r) * NR + v * W, acc[p][r][v]);
}

template <class S>
using Micro = void (*)(const float*, int64_t, const typename S::T*, int64_t, int64_t, float*, bool);

template <class S, int NV>
static Micro<S> micro_for(int rows) {
  switch (rows) {
    case 1: return micro<S, 1, NV, 1>;
    case 2: return micro<S, 2, NV, 1>;
    case 3: return micro<S, 3, NV, 1>;
    case 4: return micro<S, 4, NV, 1>;
    case 5: return micro<S, 5, NV, 1>;
    case 6: return micro<S, 6, NV, 1>;
#if defined(JK_TIER_AVX512)
    case 7: return micro<S, 7, NV, 1>;
    case 8: return micro<S, 8, NV, 1>;
    case 9: return micro<S, 9, NV, 1>;
    case 10: return micro<S, 10, NV, 1>;
    case 11: return micro<S, 11, NV, 1>;
    default: return micro<S, 12, NV, 1>;
#else
    default: return micro<S, 6, NV, 1>;
#endif
  }
}

// x·σ(1.702x)
JK_INLINE vf quick_gelu(vf x) { return x / (set1(1.0f) + exp(x * set1(-1.702f))); }

// Where a tile's columns go: y[row·stride + column], residual alike.
struct Target {
  float* y;
  const float* residual;
  int64_t stride;
};

JK_INLINE vf finish_vector(vf v, const Epilogue& e, int64_t column, const float* residual, int n) {
  // Whole vectors avoid masks; both give the same bits.
#define JK_AT(p) (n == W ? load(p) : load(p, n))
  if (e.scales != nullptr) v = v * JK_AT(e.scales + column);
  if (e.bias != nullptr) v = v + JK_AT(e.bias + column);
  if (e.gelu) v = quick_gelu(v);
  if (residual != nullptr) v = fma(set1(e.factor), v, JK_AT(residual));
#undef JK_AT
  return v;
}

// Writes `rows` rows of a finished tile, columns [column, column + columns).
static inline void finish(const float* c, int rows, int64_t column, int64_t columns,
                          const Epilogue& e, const Target& t) {
  for (int r = 0; r < rows; r++) {
    int64_t offset = r * t.stride + column;
    for (int64_t j = 0; j < columns; j += W) {
      int n = columns - j < W ? static_cast<int>(columns - j) : W;
      const float* residual = t.residual == nullptr ? nullptr : t.residual + offset + j;
      vf v = finish_vector(load(c + r * NR + j), e, column + j, residual, n);
      if (n == W) {
        store(t.y + offset + j, v);
      } else {
        store(t.y + offset + j, v, n);
      }
    }
  }
}

JK_INLINE int64_t columns_of(int64_t panel, int64_t out) {
  int64_t rest = out - panel * NR;
  return rest < NR ? rest : NR;
}

// A distance between rows that spreads them over all sets of a cache: an odd number of lines.
JK_INLINE int64_t spread(int64_t k) { return ((k + 31) / 32) * 32 + 16; }

// Rows times panels [begin, end) of a matrix of `out` columns, read where they are.
template <class S>
static void multiply_few(const float* a, int64_t lda, int rows, const typename S::T* packed,
                         int64_t k, int64_t out, int64_t begin, int64_t end, const Epilogue& e,
                         const Target& t) {
  alignas(64) float c[TILE];
  for (int64_t p = begin; p < end; p++) {
    int64_t columns = columns_of(p, out);
    auto kernel = columns > W ? micro_for<S, 2>(rows) : micro_for<S, 1>(rows);
    kernel(a, lda, packed + p * k * NR, 0, k, c, false);
    finish(c, rows, p * NR, columns, e, t);
  }
}

// How a block of rows is cut: KC deep slices of a panel stay in the first-level cache while they
// meet all rows of the block, whose slice stays in the second.
constexpr int64_t KC = 256;
constexpr int64_t ROWS_MOST = 240;

struct Cut {
  int64_t rows, depth, slices;

  explicit Cut(int64_t k) {
    slices = k <= KC + KC / 2 ? 1 : (k + KC - 1) / KC;
    depth = (k + slices - 1) / slices;
    rows = ROWS_MOST / MR * MR;
  }
  int64_t slice_floats() const { return rows * spread(depth); }
  // Chains of the block that wait for their next slice.
  int64_t chain_floats(int64_t panels) const { return slices == 1 ? 0 : rows * panels * NR; }
};

// `rows` rows times panels [begin, end). gather(k0, depth, to, lda) copies a slice of the rows;
// `scratch` holds slice_floats() + chain_floats(end - begin) floats.
template <class S, class G>
static void multiply(const Cut& cut, int64_t rows, const G& gather, const typename S::T* packed,
                     int64_t k, int64_t out, int64_t begin, int64_t end, const Epilogue& e,
                     const Target& t, float* scratch) {
  float* a = scratch;
  float* chains = scratch + cut.slice_floats();
  alignas(64) float tile[TILE];
  for (int64_t k0 = 0; k0 < k || k0 == 0; k0 += cut.depth) {
    int64_t depth = k - k0 < cut.depth ? k - k0 : cut.depth;
    bool last = k0 + depth >= k;
    int64_t lda = spread(depth);
    gather(k0, depth, a, lda);
    for (int64_t p = begin; p < end; p++) {
      int64_t columns = columns_of(p, out);
      const typename S::T* b = packed + (p * k + k0) * NR;
      for (int64_t r = 0; r < rows; r += MR) {
        int m = static_cast<int>(rows - r < MR ? rows - r : MR);
        float* c = cut.slices == 1 ? tile : chains + ((p - begin) * cut.rows + r) * NR;
        auto kernel = columns > W ? micro_for<S, 2>(m) : micro_for<S, 1>(m);
        kernel(a + r * lda, lda, b, 0, depth, c, k0 > 0);
        if (!last) continue;
        int64_t at = r * t.stride;
        Target place = {t.y + at, t.residual == nullptr ? nullptr : t.residual + at, t.stride};
        finish(c, m, p * NR, columns, e, place);
      }
    }
    if (last) return;
  }
}

}  // namespace JK_NAMESPACE
}  // namespace jk

#endif
