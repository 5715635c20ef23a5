// How attention over a whole window is cut: a pattern divides the queries of an item and head into
// groups that read the same keys.
#ifndef JUKEBOX_WINDOW_H
#define JUKEBOX_WINDOW_H

#include "matrix.h"
#include "tier.h"

namespace jk {
namespace JK_NAMESPACE {
namespace {

constexpr int64_t SMALL = 256;   // queries and keys of a group that is one task
constexpr int64_t QUERIES = 64;  // queries of a tile of other groups
constexpr int64_t KEYS = 128;    // keys of a tile of other groups
constexpr int64_t STATS = 3;     // of a query: largest score, reciprocal of the sum, out·dout

struct Group {
  int64_t q_first, q_step, queries;
  int64_t k_first, k_step, keys;
};

// The shape of a call, and the rows of its groups.
struct Pattern {
  int kind;
  int64_t n_ctx, blocks, block, key_length;

  explicit Pattern(const WindowCall& c)
      : kind(c.pattern), n_ctx(c.n_ctx), blocks(c.blocks), block(c.n_ctx / c.blocks),
        key_length(c.key_length) {}

  int64_t groups() const {
    return kind == kBlock || kind == kPrevBlock ? blocks : kind == kTransposeBlock ? block : 1;
  }
  bool own_keys() const { return kind == kBlock || kind == kPrevBlock || kind == kTransposeBlock; }

  Group group(int64_t g) const {
    switch (kind) {
      case kBlock: return {g * block, 1, block, g * block, 1, block};
      case kTransposeBlock: return {g, block, blocks, g, block, blocks};
      case kPrevBlock: return {g * block, 1, block, (g - 1) * block, 1, g == 0 ? 0 : block};
      // The first key is zeros and lies nowhere.
      case kSummary: return {0, 1, n_ctx, -1, block, blocks};
      case kEncoder: return {0, 1, n_ctx, 0, 1, key_length};
      case kPrime: return {0, 1, n_ctx, 0, 1, key_length < n_ctx ? key_length : n_ctx};
      default: return {0, 1, n_ctx, 0, 1, n_ctx};
    }
  }

  // How many keys of its group a query reads.
  int64_t visible(const Group& g, int64_t i) const {
    if (kind == kPrevBlock || kind == kEncoder) return g.keys;
    int64_t n = kind == kSummary ? 1 + (i + 1) / block : i + 1;
    return n < g.keys ? n : g.keys;
  }
  // The first query of its group that reads a key.
  int64_t reader(int64_t j) const {
    if (kind == kPrevBlock || kind == kEncoder) return 0;
    return kind == kSummary ? (j == 0 ? 0 : j * block - 1) : j;
  }
};

int64_t least(int64_t a, int64_t b) { return a < b ? a : b; }

// One head of one item: where its rows lie.
struct Lane {
  const float *q, *k, *v, *out, *d_out;
  float *to, *d_q, *d_k, *d_v;

  Lane(const WindowCall& c, int64_t lane) {
    int64_t item = lane / c.heads;
    int64_t column = lane % c.heads * c.dim;
    int64_t q_at = item * c.n_ctx * c.q_row + column;
    int64_t k_at = item * c.keys * c.kv_row + column;
    int64_t o_at = item * c.n_ctx * c.heads * c.dim + column;
    q = c.q + q_at;
    k = c.k + k_at;
    v = c.v + k_at;
    to = c.to == nullptr ? nullptr : c.to + o_at;
    out = c.out == nullptr ? nullptr : c.out + o_at;
    d_out = c.d_out == nullptr ? nullptr : c.d_out + o_at;
    d_q = c.d_q == nullptr ? nullptr : c.d_q + q_at;
    d_k = c.d_k == nullptr ? nullptr : c.d_k + k_at;
    d_v = c.d_v == nullptr ? nullptr : c.d_v + k_at;
  }
};

void copy(const float* from, float* to, int64_t n) {
  memcpy(to, from, static_cast<size_t>(n) * sizeof(float));
}
void zero(float* x, int64_t n) { memset(x, 0, static_cast<size_t>(n) * sizeof(float)); }

// Rows first, first + step, … of a tensor into scratch; a row before the first is zeros.
void gather(const float* from, int64_t row, int64_t first, int64_t step, int64_t n, int64_t dim,
            float* to, int64_t ld) {
  for (int64_t j = 0; j < n; j++) {
    int64_t at = first + j * step;
    if (at < 0) {
      zero(to + j * ld, ld);
    } else {
      copy(from + at * row, to + j * ld, dim);
      zero(to + j * ld + dim, ld - dim);
    }
  }
}
void gather_turned(const float* from, int64_t row, int64_t first, int64_t step, int64_t n,
                   int64_t dim, float* to, int64_t ld) {
  int64_t skip = first < 0 && n > 0 ? 1 : 0;
  if (skip > 0)
    for (int64_t d = 0; d < dim; d++) to[d * ld] = 0.0f;
  transpose(from + (first + skip * step) * row, step * row, n - skip, dim, to + skip, ld);
}
void scatter(const float* from, int64_t ld, int64_t n, int64_t dim, float* to, int64_t row,
             int64_t first, int64_t step) {
  for (int64_t j = 0; j < n; j++) {
    int64_t at = first + j * step;
    if (at >= 0) copy(from + j * ld, to + at * row, dim);
  }
}

// What a call needs of scratch: groups of one task, or tiles of the others.
struct Sizes {
  bool small;
  int64_t dim, apart;    // of a head: elements, and floats between rows
  int64_t rows, keys;    // of a tile of queries; keys that one of them may read
  int64_t chunk;         // rows of a tile of keys, and at least those of queries

  explicit Sizes(const WindowCall& c) {
    Pattern p(c);
    Group g = p.group(p.groups() - 1);
    small = p.own_keys() && g.queries <= SMALL && g.keys <= SMALL;
    dim = c.dim;
    apart = padded(dim);
    rows = small ? g.queries : QUERIES;
    keys = g.keys < 1 ? 1 : g.keys;
    chunk = !small ? KEYS : rows > keys ? rows : keys;
  }
};

// Where a thread's matrices lie.
struct Scratch {
  float *q, *d, *rows, *turned, *turned_too, *weights, *d_weights, *result, *result_too;
  int64_t floats = 0;

  Scratch(const Sizes& s, float* base) {
    auto take = [&](int64_t n) {
      float* p = base == nullptr ? nullptr : base + floats;
      floats += (n + 15) / 16 * 16;
      return p;
    };
    q = take(s.rows * s.apart);
    d = take(s.rows * s.apart);
    rows = take(s.chunk * s.apart);
    turned = take(s.dim * padded(s.chunk));
    turned_too = take(s.dim * padded(s.chunk));
    weights = take(s.rows * padded(s.keys > s.chunk ? s.keys : s.chunk));
    d_weights = take(s.rows * padded(s.chunk));
    result = take(s.chunk * s.apart);
    result_too = take(s.chunk * s.apart);
  }
};

size_t scratch_bytes(const WindowCall& c) {
  return static_cast<size_t>(Scratch(Sizes(c), nullptr).floats) * sizeof(float);
}

}  // namespace
}  // namespace JK_NAMESPACE
}  // namespace jk

#endif
