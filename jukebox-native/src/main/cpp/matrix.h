// Products of small matrices in scratch memory, and copies of rows into it.
//
// Scratch matrices are row-major with rows `spread` floats apart: whole vectors may be read and written
// beyond a row's end. Every element of a product is one chain of fused multiply-adds in the order of
// the inner extent; tiles of any height give the same bits.
#ifndef JUKEBOX_MATRIX_H
#define JUKEBOX_MATRIX_H

#include "simd.h"

namespace jk {
namespace JK_NAMESPACE {

#if defined(JK_TIER_AVX512)
constexpr int TALL = 12;  // rows of a register tile
#else
constexpr int TALL = 6;
#endif
constexpr int WIDE = 2 * W;  // its columns

// A distance between rows of n floats: an odd number of lines, room for whole tiles.
JK_INLINE int64_t padded(int64_t n) { return ((n + 31) / 32) * 32 + 16; }

// c[M][NV·W] = or += Σ_i a(r, i)·b[i], where a(r, i) is a[r·lda + i], or a[i·lda + r] if T.
template <int M, int NV, bool T>
static void product_tile(const float* a, int64_t lda, const float* b, int64_t ldb, int64_t k,
                         float* c, int64_t ldc, bool more) {
  vf acc[M][NV];
  for (int r = 0; r < M; r++)
    for (int v = 0; v < NV; v++) acc[r][v] = more ? load(c + r * ldc + v * W) : set1(0.0f);
  // Three rows to a pointer: base, base + lda, base + 2·lda are single x86 addresses.
  constexpr int G = (M + 2) / 3;
  const float* rows[G];
  for (int g = 0; g < G; g++) rows[g] = a + (T ? 0 : 3 * g * lda);
  for (int64_t i = 0; i < k; i++) {
    vf w[NV];
#pragma GCC unroll 2
    for (int v = 0; v < NV; v++) w[v] = load(b + v * W);
#pragma GCC unroll 16
    for (int r = 0; r < M; r++) {
      vf x = set1(T ? a[r] : rows[r / 3][(r % 3) * lda + i]);
#pragma GCC unroll 2
      for (int v = 0; v < NV; v++) acc[r][v] = fma(x, w[v], acc[r][v]);
    }
    b += ldb;
    if (T) a += lda;
  }
  for (int r = 0; r < M; r++)
    for (int v = 0; v < NV; v++) store(c + r * ldc + v * W, acc[r][v]);
}

template <int M, bool T>
static void product_rows(const float* a, int64_t lda, const float* b, int64_t ldb, int64_t n,
                         int64_t k, float* c, int64_t ldc, bool more) {
  for (int64_t j = 0; j < n; j += WIDE) {
    if (n - j > W) {
      product_tile<M, 2, T>(a, lda, b + j, ldb, k, c + j, ldc, more);
    } else {
      product_tile<M, 1, T>(a, lda, b + j, ldb, k, c + j, ldc, more);
    }
  }
}

// c[m][n] = or += a·b of inner extent k; with T the matrix a lies transposed, [k][m].
template <bool T>
static void product(const float* a, int64_t lda, const float* b, int64_t ldb, int64_t m, int64_t n,
                    int64_t k, float* c, int64_t ldc, bool more) {
  int64_t r = 0;
  auto at = [&](int64_t row) { return a + row * (T ? 1 : lda); };
  for (; r + TALL <= m; r += TALL) {
    product_rows<TALL, T>(at(r), lda, b, ldb, n, k, c + r * ldc, ldc, more);
  }
#if defined(JK_TIER_AVX512)
  for (; r + 8 <= m; r += 8) product_rows<8, T>(at(r), lda, b, ldb, n, k, c + r * ldc, ldc, more);
#endif
  for (; r + 4 <= m; r += 4) product_rows<4, T>(at(r), lda, b, ldb, n, k, c + r * ldc, ldc, more);
  for (; r < m; r++) product_rows<1, T>(at(r), lda, b, ldb, n, k, c + r * ldc, ldc, more);
}

// Four floats, whatever the tier.
typedef float f4 __attribute__((vector_size(16)));

JK_INLINE f4 load4(const float* p) {
  f4 v;
  memcpy(&v, p, sizeof v);
  return v;
}
JK_INLINE void store4(float* p, f4 v) { memcpy(p, &v, sizeof v); }

#if defined(__clang__)
#define JK_SHUFFLE(a, b, i, j, k, l) __builtin_shufflevector(a, b, i, j, k, l)
#else
typedef int32_t i4 __attribute__((vector_size(16)));
#define JK_SHUFFLE(a, b, i, j, k, l) __builtin_shuffle(a, b, i4{i, j, k, l})
#endif

// The rows become the columns.
JK_INLINE void turn4(f4& a, f4& b, f4& c, f4& d) {
  f4 e = JK_SHUFFLE(a, b, 0, 4, 1, 5);
  f4 f = JK_SHUFFLE(a, b, 2, 6, 3, 7);
  f4 g = JK_SHUFFLE(c, d, 0, 4, 1, 5);
  f4 h = JK_SHUFFLE(c, d, 2, 6, 3, 7);
  a = JK_SHUFFLE(e, g, 0, 1, 4, 5);
  b = JK_SHUFFLE(e, g, 2, 3, 6, 7);
  c = JK_SHUFFLE(f, h, 0, 1, 4, 5);
  d = JK_SHUFFLE(f, h, 2, 3, 6, 7);
}

// to[d][j] = from[j][d] for n rows, `apart` floats from each other, of `dim` elements.
static inline void transpose(const float* from, int64_t apart, int64_t n, int64_t dim, float* to,
                             int64_t ld) {
  int64_t j = 0;
  for (; j + 4 <= n; j += 4) {
    const float* r = from + j * apart;
    int64_t d = 0;
    for (; d + 4 <= dim; d += 4) {
      f4 a = load4(r + d);
      f4 b = load4(r + apart + d);
      f4 c = load4(r + 2 * apart + d);
      f4 e = load4(r + 3 * apart + d);
      turn4(a, b, c, e);
      store4(to + d * ld + j, a);
      store4(to + (d + 1) * ld + j, b);
      store4(to + (d + 2) * ld + j, c);
      store4(to + (d + 3) * ld + j, e);
    }
    for (; d < dim; d++)
      for (int i = 0; i < 4; i++) to[d * ld + j + i] = r[i * apart + d];
  }
  for (; j < n; j++)
    for (int64_t d = 0; d < dim; d++) to[d * ld + j] = from[j * apart + d];
}

}  // namespace JK_NAMESPACE
}  // namespace jk

#endif
