// Attention of queries over contiguous ranges of cache rows.
//
// For each (query, head): scores are dot products over sixteen lanes, the softmax sums sixteen lanes
// counted from the query's first row, and the values are added row by row. Tiles of queries and
// pieces of long ranges only share loads; they do not change that order.
#include "simd.h"
#include "tier.h"

namespace jk {
namespace JK_NAMESPACE {
namespace {

constexpr int QUERIES = 4;  // queries of a tile
#if defined(JK_TIER_AVX512)
constexpr int KEYS_MANY = 4, KEYS_ONE = 8;    // keys of a tile for 4 queries and for 1
constexpr int SPAN_MANY = 4, SPAN_ONE = 8;    // vectors of values for 4 queries and for 1
#elif defined(JK_TIER_AVX2)
constexpr int KEYS_MANY = 1, KEYS_ONE = 4;
constexpr int SPAN_MANY = 1, SPAN_ONE = 4;
#else
constexpr int KEYS_MANY = 1, KEYS_ONE = 2;
constexpr int SPAN_MANY = 1, SPAN_ONE = 2;
#endif
constexpr int64_t ROWS = 64;  // rows of values that stay in cache while all columns are added

// scores[a·apart + b] = q_a·k_b·scale for A queries and B keys.
template <int A, int B>
void score_tile(const float* q, int64_t q_row, const float* k, int64_t k_row, int64_t dim,
                float scale, float* scores, int64_t apart) {
  v16 acc[A][B];
  for (int a = 0; a < A; a++)
    for (int b = 0; b < B; b++) acc[a][b] = set16(0.0f);
  int64_t d = 0;
  for (; d + L <= dim; d += L) {
    v16 key[B];
#pragma GCC unroll 8
    for (int b = 0; b < B; b++) key[b] = load16(k + b * k_row + d);
#pragma GCC unroll 8
    for (int a = 0; a < A; a++) {
      v16 query = load16(q + a * q_row + d);
#pragma GCC unroll 8
      for (int b = 0; b < B; b++) acc[a][b] = fma(query, key[b], acc[a][b]);
    }
  }
  if (d < dim) {
    int rest = static_cast<int>(dim - d);
    for (int a = 0; a < A; a++) {
      v16 query = load16(q + a * q_row + d, rest);
      for (int b = 0; b < B; b++) {
        acc[a][b] = fma(query, load16(k + b * k_row + d, rest), acc[a][b]);
      }
    }
  }
  for (int a = 0; a < A; a++)
    for (int b = 0; b < B; b++) scores[a * apart + b] = sum16(acc[a][b]) * scale;
}

template <int A, int B>
void score(const float* q, int64_t q_row, const float* keys, int64_t row, int64_t n, int64_t dim,
           float scale, float* scores, int64_t apart) {
  int64_t j = 0;
  for (; j + B <= n; j += B) {
    score_tile<A, B>(q, q_row, keys + j * row, row, dim, scale, scores + j, apart);
  }
  for (; j < n; j++) {
    score_tile<A, 1>(q, q_row, keys + j * row, row, dim, scale, scores + j, apart);
  }
}

// Turns scores into e^(s - max); answers the reciprocal's base, their sum.
float exponentials(float* s, int64_t n) {
  v16 top = set16(s[0]);
  int64_t j = 0;
  for (; j + L <= n; j += L) top = max16(load16(s + j), top);
  float t[L];
  store16(t, top);
  float most = t[0];
  for (int i = 1; i < L; i++) most = t[i] > most ? t[i] : most;
  for (int64_t i = j; i < n; i++) most = s[i] > most ? s[i] : most;
  v16 shift = set16(most);
  v16 sum = set16(0.0f);
  for (j = 0; j + L <= n; j += L) {
    v16 e = exp16(load16(s + j) - shift);
    store16(s + j, e);
    sum = sum + e;
  }
  if (j < n) {
    int rest = static_cast<int>(n - j);
    float e[L];
    store16(e, exp16(load16(s + j, rest) - shift));
    for (int i = rest; i < L; i++) e[i] = 0.0f;
    store16(s + j, load16(e), rest);
    sum = sum + load16(e);
  }
  return sum16(sum);
}

// out_a[0, 16·SPAN) += weights_a · rows, in the order of the rows; `rest` lanes in the last vector.
template <int A, int SPAN>
void add_values(const float* weights, int64_t apart, const float* rows, int64_t row, int64_t n,
                float* out, int64_t out_row, int rest) {
  v16 acc[A][SPAN];
  for (int a = 0; a < A; a++)
    for (int v = 0; v < SPAN; v++) {
      const float* from = out + a * out_row + v * L;
      acc[a][v] = v == SPAN - 1 ? load16(from, rest) : load16(from);
    }
  for (int64_t j = 0; j < n; j++) {
    v16 value[SPAN];
#pragma GCC unroll 8
    for (int v = 0; v < SPAN; v++) {
      const float* from = rows + j * row + v * L;
      value[v] = v == SPAN - 1 ? load16(from, rest) : load16(from);
    }
#pragma GCC unroll 8
    for (int a = 0; a < A; a++) {
      v16 weight = set16(weights[a * apart + j]);
#pragma GCC unroll 8
      for (int v = 0; v < SPAN; v++) acc[a][v] = fma(weight, value[v], acc[a][v]);
    }
  }
  for (int a = 0; a < A; a++)
    for (int v = 0; v < SPAN; v++) {
      float* to = out + a * out_row + v * L;
      if (v == SPAN - 1) {
        store16(to, acc[a][v], rest);
      } else {
        store16(to, acc[a][v]);
      }
    }
}

// Columns [begin, end) of A outputs.
template <int A, int SPAN>
void weigh(const float* weights, int64_t apart, const float* values, int64_t row, int64_t n,
           int64_t begin, int64_t end, float* out, int64_t out_row) {
  for (int64_t j = 0; j < n; j += ROWS) {
    int64_t some = n - j < ROWS ? n - j : ROWS;
    const float* rows = values + j * row;
    int64_t d = begin;
    for (; d + SPAN * L <= end; d += SPAN * L) {
      add_values<A, SPAN>(weights + j, apart, rows + d, row, some, out + d, out_row, L);
    }
    for (; d < end; d += L) {
      int rest = end - d < L ? static_cast<int>(end - d) : L;
      add_values<A, 1>(weights + j, apart, rows + d, row, some, out + d, out_row, rest);
    }
  }
}

void divide(float* x, int64_t n, float by) {
  v16 divisor = set16(by);
  int64_t i = 0;
  for (; i + L <= n; i += L) store16(x + i, load16(x + i) / divisor);
  if (i < n) {
    int rest = static_cast<int>(n - i);
    store16(x + i, load16(x + i, rest) / divisor, rest);
  }
}

struct Place {
  const float* q;
  const float* keys;
  const float* values;
  float* out;
  float* recorded;  // the row of weights of this query, or null
};

Place place(const AttendCall& call, int64_t item, int64_t head, int64_t query) {
  int64_t width = call.heads * call.dim;
  int64_t rows = (item * call.slots + call.first[query]) * width + head * call.dim;
  return {call.q + item * call.q_item + query * call.q_row + head * call.dim, call.keys + rows,
          call.values + rows, call.out + item * call.out_item + query * width + head * call.dim,
          call.weights != nullptr && head == call.recorded
              ? call.weights + item * call.weights_item + query * call.slots
              : nullptr};
}

void zero(float* x, int64_t n) { memset(x, 0, static_cast<size_t>(n) * sizeof(float)); }

void record(const AttendCall& call, const Place& at, int64_t query, const float* e, float sum) {
  if (at.recorded == nullptr) return;
  zero(at.recorded, call.slots);
  int64_t n = call.length[query];
  if (n == 0) return;
  float* to = at.recorded + call.first[query];
  memcpy(to, e, static_cast<size_t>(n) * sizeof(float));
  divide(to, n, sum);
}

float scale_of(const AttendCall& call) {
  return 1.0f / __builtin_sqrtf(static_cast<float>(call.dim));
}

void attend_one(const AttendCall& call, int64_t item, int64_t head, int64_t query, float* s) {
  Place at = place(call, item, head, query);
  int64_t n = call.length[query];
  int64_t width = call.heads * call.dim;
  zero(at.out, call.dim);
  float sum = 1.0f;
  if (n > 0) {
    score<1, KEYS_ONE>(at.q, 0, at.keys, width, n, call.dim, scale_of(call), s, 0);
    sum = exponentials(s, n);
    weigh<1, SPAN_ONE>(s, 0, at.values, width, n, 0, call.dim, at.out, 0);
    divide(at.out, call.dim, sum);
  }
  record(call, at, query, s, sum);
}

// Queries that start at the same row share what all of them read; the rest is each query's own.
void attend_tile(const AttendCall& call, int64_t item, int64_t head, int64_t query, float* s) {
  int64_t shared = call.length[query];
  for (int a = 1; a < QUERIES; a++) {
    int64_t n = call.length[query + a];
    if (n < shared) shared = n;
  }
  int64_t width = call.heads * call.dim;
  Place at = place(call, item, head, query);
  int64_t apart = call.longest;
  float scale = scale_of(call);
  score<QUERIES, KEYS_MANY>(at.q, call.q_row, at.keys, width, shared, call.dim, scale, s, apart);
  float sums[QUERIES];
  for (int a = 0; a < QUERIES; a++) {
    int64_t n = call.length[query + a];
    score<1, KEYS_ONE>(at.q + a * call.q_row, 0, at.keys + shared * width, width, n - shared,
                       call.dim, scale, s + a * apart + shared, 0);
    sums[a] = n > 0 ? exponentials(s + a * apart, n) : 1.0f;
    zero(at.out + a * width, call.dim);
  }
  weigh<QUERIES, SPAN_MANY>(s, apart, at.values, width, shared, 0, call.dim, at.out, width);
  for (int a = 0; a < QUERIES; a++) {
    int64_t n = call.length[query + a];
    float* out = at.out + a * width;
    weigh<1, SPAN_ONE>(s + a * apart + shared, 0, at.values + shared * width, width, n - shared, 0,
                       call.dim, out, 0);
    divide(out, call.dim, sums[a]);
    record(call, place(call, item, head, query + a), query + a, s + a * apart, sums[a]);
  }
}

// One long query on all threads: first rows are divided, then columns.
void attend_long(const AttendCall& call, const Workers& workers, int64_t item, int64_t head,
                 int64_t query) {
  Place at = place(call, item, head, query);
  int64_t n = call.length[query];
  int64_t width = call.heads * call.dim;
  float* s = workers.floats(0);
  float scale = scale_of(call);
  constexpr int64_t piece = 128;
  parallel(*workers.pool, (n + piece - 1) / piece, true, [&](int64_t chunk, int) {
    int64_t j = chunk * piece;
    int64_t some = n - j < piece ? n - j : piece;
    score<1, KEYS_ONE>(at.q, 0, at.keys + j * width, width, some, call.dim, scale, s + j, 0);
  });
  float sum = exponentials(s, n);
  zero(at.out, call.dim);
  constexpr int64_t span = SPAN_ONE * L;
  parallel(*workers.pool, (call.dim + span - 1) / span, true, [&](int64_t chunk, int) {
    int64_t begin = chunk * span;
    int64_t end = call.dim - begin < span ? call.dim : begin + span;
    weigh<1, SPAN_ONE>(s, 0, at.values, width, n, begin, end, at.out, 0);
  });
  divide(at.out, call.dim, sum);
  record(call, at, query, s, sum);
}

void attend(const AttendCall& call, const Workers& workers) {
  int64_t lanes = call.batch * call.heads;
  int64_t tiles = (call.count + QUERIES - 1) / QUERIES;
  bool worthwhile = call.total * lanes * call.dim > (int64_t{1} << 16);
  if (call.longest >= 1024 && lanes * call.count < 2 * workers.threads() && workers.threads() > 1) {
    for (int64_t lane = 0; lane < lanes; lane++) {
      for (int64_t query = 0; query < call.count; query++) {
        attend_long(call, workers, lane / call.heads, lane % call.heads, query);
      }
    }
    return;
  }
  parallel(*workers.pool, lanes * tiles, worthwhile, [&](int64_t task, int thread) {
    int64_t lane = task / tiles;
    int64_t query = task % tiles * QUERIES;
    int64_t item = lane / call.heads;
    int64_t head = lane % call.heads;
    float* s = workers.floats(thread);
    bool together = query + QUERIES <= call.count;
    for (int a = 1; together && a < QUERIES; a++) {
      together = call.first[query + a] == call.first[query];
    }
    if (together) {
      attend_tile(call, item, head, query, s);
    } else {
      for (int64_t i = query; i < query + QUERIES && i < call.count; i++) {
        attend_one(call, item, head, i, s);
      }
    }
  });
}

size_t scratch(const AttendCall& call) {
  return static_cast<size_t>(call.longest) * QUERIES * sizeof(float) + 64;
}

}  // namespace

void add_attention(Kernels& kernels) {
  kernels.attend = attend;
  kernels.attend_scratch = scratch;
}

}  // namespace JK_NAMESPACE
}  // namespace jk
