// Attention over a whole window and its gradient.
//
// Tiles of queries are copied into scratch with the keys they read; the softmax is computed anew in
// the gradient. Small groups with keys of their own are one task. Other groups take two steps: tiles
// of queries keep what the softmax needs and give dq, then tiles of keys meet the queries in their
// order and give dk and dv. No sum depends on the number of threads.
#include "window.h"

namespace jk {
namespace JK_NAMESPACE {
namespace {

float dot(const float* a, const float* b, int64_t n) {
  v16 sum = set16(0.0f);
  int64_t i = 0;
  for (; i + L <= n; i += L) sum = fma(load16(a + i), load16(b + i), sum);
  if (i < n) {
    int rest = static_cast<int>(n - i);
    sum = fma(load16(a + i, rest), load16(b + i, rest), sum);
  }
  return sum16(sum);
}

// Turns the first n scores into weights and those up to `end` into zeros; notes the statistics.
void softmax(float* s, int64_t n, int64_t end, float scale, float* stats) {
  int64_t whole = (n + L - 1) / L * L;
  for (int64_t j = n; j < whole; j++) s[j] = -3e38f;
  v16 factor = set16(scale);
  v16 top = set16(-3e38f);
  for (int64_t j = 0; j < whole; j += L) {
    v16 x = load16(s + j) * factor;
    store16(s + j, x);
    top = max16(x, top);
  }
  float t[L];
  store16(t, top);
  float most = t[0];
  for (int i = 1; i < L; i++) most = t[i] > most ? t[i] : most;
  v16 shift = set16(most);
  v16 sum = set16(0.0f);
  for (int64_t j = 0; j < whole; j += L) {
    v16 e = exp16(load16(s + j) - shift);
    store16(s + j, e);
    sum = sum + e;
  }
  float inverse = 1.0f / sum16(sum);
  v16 by = set16(inverse);
  for (int64_t j = 0; j < whole; j += L) store16(s + j, load16(s + j) * by);
  for (int64_t j = whole; j < end; j++) s[j] = 0.0f;
  stats[0] = most;
  stats[1] = inverse;
}

// The weights that the statistics of a query give; zeros from n on.
void weights_again(float* s, int64_t n, int64_t end, float scale, const float* stats) {
  v16 factor = set16(scale);
  v16 shift = set16(stats[0]);
  v16 by = set16(stats[1]);
  for (int64_t j = 0; j < n; j += L) store16(s + j, exp16(load16(s + j) * factor - shift) * by);
  for (int64_t j = n; j < end; j++) s[j] = 0.0f;
}

// d[j] = w[j]·(d[j] - delta)·scale for n entries, zeros up to `end`.
void score_gradient(const float* w, float* d, int64_t n, int64_t end, float delta, float scale) {
  v16 shift = set16(delta);
  v16 factor = set16(scale);
  for (int64_t j = 0; j < n; j += L) {
    store16(d + j, load16(w + j) * (load16(d + j) - shift) * factor);
  }
  for (int64_t j = n; j < end; j++) d[j] = 0.0f;
}

// The work of one group of one head of one item.
struct Task {
  const WindowCall& c;
  Pattern p;
  Group g;
  Lane lane;
  Sizes s;
  Scratch at;
  int64_t apart, ld, ld_chunk;
  float scale;

  Task(const WindowCall& call, int64_t lane_index, int64_t group, float* scratch)
      : c(call), p(call), g(p.group(group)), lane(call, lane_index), s(call), at(s, scratch),
        apart(s.apart), ld(padded(s.keys > s.chunk ? s.keys : s.chunk)), ld_chunk(padded(s.chunk)),
        scale(1.0f / __builtin_sqrtf(static_cast<float>(call.dim))) {}

  void queries(const float* from, int64_t row, int64_t i, int64_t n, float* to) const {
    gather(from, row, g.q_first + i * g.q_step, g.q_step, n, c.dim, to, apart);
  }
  void keys(const float* from, int64_t j, int64_t n) const {
    gather(from, c.kv_row, g.k_first + j * g.k_step, g.k_step, n, c.dim, at.rows, apart);
  }
  void keys_turned(const float* from, int64_t j, int64_t n, float* to) const {
    gather_turned(from, c.kv_row, g.k_first + j * g.k_step, g.k_step, n, c.dim, to, ld_chunk);
  }
  void put_queries(const float* from, int64_t i, int64_t n, float* to, int64_t row) const {
    scatter(from, apart, n, c.dim, to, row, g.q_first + i * g.q_step, g.q_step);
  }
  void put_keys(const float* from, int64_t j, int64_t n, float* to) const {
    scatter(from, apart, n, c.dim, to, c.kv_row, g.k_first + j * g.k_step, g.k_step);
  }

  // f(r, rows, keys) for strips of `n` queries from i on: all keys that one of them reads.
  template <class F>
  void strips(int64_t i, int64_t n, const F& f) const {
    for (int64_t r = 0; r < n; r += TALL) {
      int64_t m = least(TALL, n - r);
      f(r, m, p.visible(g, i + r + m - 1));
    }
  }

  // The weights of queries [i, i + n), which lie in at.q, over all keys they read.
  void weigh(int64_t i, int64_t n, float* stats) const {
    int64_t all = p.visible(g, i + n - 1);
    for (int64_t j = 0; j < all; j += s.chunk) {
      int64_t some = least(s.chunk, all - j);
      keys_turned(lane.k, j, some, at.turned);
      strips(i, n, [&](int64_t r, int64_t m, int64_t end) {
        if (end <= j) return;
        product<false>(at.q + r * apart, apart, at.turned, ld_chunk, m, least(some, end - j), c.dim,
                       at.weights + r * ld + j, ld, false);
      });
    }
    strips(i, n, [&](int64_t r, int64_t m, int64_t end) {
      for (int64_t row = r; row < r + m; row++) {
        softmax(at.weights + row * ld, p.visible(g, i + row), end, scale, stats + row * STATS);
      }
    });
  }

  void forward(int64_t i, int64_t n) const {
    int64_t all = p.visible(g, i + n - 1);
    int64_t width = c.heads * c.dim;
    if (all == 0) {
      zero(at.result, n * apart);
      put_queries(at.result, i, n, lane.to, width);
      return;
    }
    float stats[SMALL * STATS];
    queries(lane.q, c.q_row, i, n, at.q);
    weigh(i, n, stats);
    for (int64_t j = 0; j < all; j += s.chunk) {
      int64_t some = least(s.chunk, all - j);
      keys(lane.v, j, some);
      strips(i, n, [&](int64_t r, int64_t m, int64_t end) {
        if (end <= j) return;
        product<false>(at.weights + r * ld + j, ld, at.rows, apart, m, c.dim, least(some, end - j),
                       at.result + r * apart, apart, j > 0);
      });
    }
    put_queries(at.result, i, n, lane.to, width);
  }

  // dq of queries [i, i + n); leaves the weights, and the scores' gradient of the last tile of keys.
  void query_gradient(int64_t i, int64_t n, float* stats) const {
    int64_t all = p.visible(g, i + n - 1);
    int64_t width = c.heads * c.dim;
    if (all == 0) {
      zero(at.result, n * apart);
      put_queries(at.result, i, n, lane.d_q, c.q_row);
      return;
    }
    queries(lane.q, c.q_row, i, n, at.q);
    queries(lane.d_out, width, i, n, at.d);
    weigh(i, n, stats);
    for (int64_t row = 0; row < n; row++) {
      const float* out = lane.out + (g.q_first + (i + row) * g.q_step) * width;
      stats[row * STATS + 2] = dot(out, at.d + row * apart, c.dim);
    }
    for (int64_t j = 0; j < all; j += s.chunk) {
      int64_t some = least(s.chunk, all - j);
      keys_turned(lane.v, j, some, at.turned);
      keys(lane.k, j, some);
      strips(i, n, [&](int64_t r, int64_t m, int64_t last) {
        if (last <= j) return;
        int64_t end = least(some, last - j);
        float* d = at.d_weights + r * ld_chunk;
        product<false>(at.d + r * apart, apart, at.turned, ld_chunk, m, end, c.dim, d, ld_chunk,
                       false);
        for (int64_t row = r; row < r + m; row++) {
          score_gradient(at.weights + row * ld + j, at.d_weights + row * ld_chunk, end, end,
                         stats[row * STATS + 2], scale);
        }
        product<false>(d, ld_chunk, at.rows, apart, m, c.dim, end, at.result + r * apart, apart,
                       j > 0);
      });
    }
    put_queries(at.result, i, n, lane.d_q, c.q_row);
  }

  // The whole gradient of a small group.
  void gradient() const {
    float stats[SMALL * STATS];
    query_gradient(0, g.queries, stats);
    for (int64_t j = 0; j < g.keys; j += TALL) {
      int64_t m = least(TALL, g.keys - j);
      int64_t i = p.reader(j);
      int64_t n = g.queries - i;
      product<true>(at.d_weights + i * ld_chunk + j, ld_chunk, at.q + i * apart, apart, m, c.dim, n,
                    at.result + j * apart, apart, false);
      product<true>(at.weights + i * ld + j, ld, at.d + i * apart, apart, m, c.dim, n,
                    at.result_too + j * apart, apart, false);
    }
    put_keys(at.result, 0, g.keys, lane.d_k);
    put_keys(at.result_too, 0, g.keys, lane.d_v);
  }

  // dk and dv of keys [j, j + n) from what query_gradient noted of every query of the group.
  void key_gradient(int64_t j, int64_t n, const float* stats) const {
    keys_turned(lane.k, j, n, at.turned);
    keys_turned(lane.v, j, n, at.turned_too);
    zero(at.result, n * apart);
    zero(at.result_too, n * apart);
    for (int64_t i = p.reader(j); i < g.queries; i += QUERIES) {
      int64_t some = least(QUERIES, g.queries - i);
      queries(lane.q, c.q_row, i, some, at.q);
      queries(lane.d_out, c.heads * c.dim, i, some, at.d);
      product<false>(at.q, apart, at.turned, ld_chunk, some, n, c.dim, at.weights, ld_chunk, false);
      product<false>(at.d, apart, at.turned_too, ld_chunk, some, n, c.dim, at.d_weights, ld_chunk,
                     false);
      for (int64_t row = 0; row < some; row++) {
        const float* noted = stats + (i + row) * STATS;
        int64_t seen = p.visible(g, i + row) - j;
        seen = seen < 0 ? 0 : least(seen, n);
        float* w = at.weights + row * ld_chunk;
        weights_again(w, seen, n, scale, noted);
        score_gradient(w, at.d_weights + row * ld_chunk, seen, n, noted[2], scale);
      }
      product<true>(at.d_weights, ld_chunk, at.q, apart, n, c.dim, some, at.result, apart, true);
      product<true>(at.weights, ld_chunk, at.d, apart, n, c.dim, some, at.result_too, apart, true);
    }
    put_keys(at.result, j, n, lane.d_k);
    put_keys(at.result_too, j, n, lane.d_v);
  }
};

bool worthwhile(const WindowCall& c) { return c.batch * c.n_ctx * c.heads * c.dim > 4096; }

void attend_window(const WindowCall& c, const Workers& workers) {
  Pattern p(c);
  Sizes s(c);
  int64_t groups = p.groups();
  int64_t queries = p.group(0).queries;
  int64_t tiles = (queries + s.rows - 1) / s.rows;
  parallel(*workers.pool, c.batch * c.heads * groups * tiles, worthwhile(c),
           [&](int64_t chunk, int thread) {
    // Later tiles may read more keys: those first.
    int64_t i = (tiles - 1 - chunk % tiles) * s.rows;
    int64_t group = chunk / tiles;
    Task(c, group / groups, group % groups, workers.floats(thread))
        .forward(i, least(s.rows, queries - i));
  });
}

// Zeros for keys that no query may read.
void clear_unread(const WindowCall& c, const Pattern& p, int64_t lane_index) {
  int64_t from = p.kind == kPrevBlock ? c.n_ctx - p.block
                 : p.kind == kSummary ? 0
                 : p.kind == kPrime   ? p.group(0).keys
                                      : c.keys;
  Lane lane(c, lane_index);
  for (int64_t j = from; j < c.keys; j++) {
    zero(lane.d_k + j * c.kv_row, c.dim);
    zero(lane.d_v + j * c.kv_row, c.dim);
  }
}

void attend_window_gradient(const WindowCall& c, const Workers& workers) {
  Pattern p(c);
  Sizes s(c);
  Pool& pool = *workers.pool;
  int64_t lanes = c.batch * c.heads;
  int64_t groups = p.groups();
  parallel(pool, lanes, worthwhile(c), [&](int64_t lane, int) { clear_unread(c, p, lane); });
  if (s.small) {
    parallel(pool, lanes * groups, worthwhile(c), [&](int64_t chunk, int thread) {
      Task(c, chunk / groups, chunk % groups, workers.floats(thread)).gradient();
    });
    return;
  }
  int64_t queries = p.group(0).queries;
  int64_t tiles = (queries + QUERIES - 1) / QUERIES;
  parallel(pool, lanes * groups * tiles, worthwhile(c), [&](int64_t chunk, int thread) {
    int64_t i = (tiles - 1 - chunk % tiles) * QUERIES;
    int64_t group = chunk / tiles;
    Task(c, group / groups, group % groups, workers.floats(thread))
        .query_gradient(i, least(QUERIES, queries - i), c.stats + (group * queries + i) * STATS);
  });
  int64_t key_tiles = (s.keys + KEYS - 1) / KEYS;
  parallel(pool, lanes * groups * key_tiles, worthwhile(c), [&](int64_t chunk, int thread) {
    int64_t j = chunk % key_tiles * KEYS;
    int64_t group = chunk / key_tiles;
    Task task(c, group / groups, group % groups, workers.floats(thread));
    int64_t n = least(KEYS, task.g.keys - j);
    if (n > 0) task.key_gradient(j, n, c.stats + group * queries * STATS);
  });
}

int64_t stats_floats(const WindowCall& c) {
  return Sizes(c).small ? 0 : c.batch * c.heads * c.n_ctx * STATS;
}

}  // namespace

void add_attention_gradient(Kernels& kernels) {
  kernels.attend_window = attend_window;
  kernels.attend_window_gradient = attend_window_gradient;
  kernels.window_scratch = scratch_bytes;
  kernels.window_stats = stats_floats;
}

}  // namespace JK_NAMESPACE
}  // namespace jk
