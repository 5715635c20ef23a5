// Products of rows with a packed weight: decoding (few rows, bound by memory) and matrix products.
#include "gemm.h"
#include "tier.h"

namespace jk {
namespace JK_NAMESPACE {
namespace {

inline uint16_t to_bf16(float x) {
  uint32_t u;
  memcpy(&u, &x, sizeof u);
  if ((u & 0x7fffffff) > 0x7f800000) return static_cast<uint16_t>((u >> 16) | 0x40);
  return static_cast<uint16_t>((u + 0x7fff + ((u >> 16) & 1)) >> 16);
}

// Rounds ties to even; the largest magnitude becomes 127, what is no number 0.
inline int8_t to_i8(float x, float scale) {
  float q = x / scale;
  if (!(q >= -127.0f)) q = q < 0 ? -127.0f : 0.0f;
  if (q > 127.0f) q = 127.0f;
  return static_cast<int8_t>(__builtin_rintf(q));
}

inline float weight_at(const LinearPackCall& call, int64_t i, int64_t j) {
  return call.transposed ? call.weight[j * call.in + i] : call.weight[i * call.out + j];
}

template <class T, class F>
void pack_panel(const LinearPackCall& call, int64_t panel, const F& convert) {
  T* to = static_cast<T*>(call.packed) + panel * call.in * NR;
  int64_t column = panel * NR;
  int64_t columns = columns_of(panel, call.out);
  if (columns < NR) memset(to, 0, static_cast<size_t>(call.in * NR) * sizeof(T));
  if (call.transposed) {
    // Blocks of inputs keep both the rows that are read and the lines that are written in cache.
    for (int64_t i0 = 0; i0 < call.in; i0 += 64) {
      int64_t i1 = i0 + 64 < call.in ? i0 + 64 : call.in;
      for (int64_t j = 0; j < columns; j++) {
        const float* from = call.weight + (column + j) * call.in;
        for (int64_t i = i0; i < i1; i++) to[i * NR + j] = convert(from[i], column + j);
      }
    }
  } else {
    for (int64_t i = 0; i < call.in; i++) {
      const float* from = call.weight + i * call.out + column;
      for (int64_t j = 0; j < columns; j++) to[i * NR + j] = convert(from[j], column + j);
    }
  }
}

void find_scales(const LinearPackCall& call, int64_t panel) {
  int64_t column = panel * NR;
  for (int64_t j = column; j < column + columns_of(panel, call.out); j++) {
    float largest = 0.0f;
    for (int64_t i = 0; i < call.in; i++) {
      float w = weight_at(call, i, j);
      float magnitude = w < 0 ? -w : w;
      if (!(magnitude <= largest)) largest = magnitude;  // keeps a NaN
    }
    call.scales[j] = largest / 127.0f;
  }
}

void pack(const LinearPackCall& call, const Workers& workers) {
  parallel(*workers.pool, panels(call.out), call.in * call.out > 65536, [&](int64_t p, int) {
    switch (call.storage) {
      case 0:
        pack_panel<float>(call, p, [](float w, int64_t) { return w; });
        break;
      case 1:
        pack_panel<uint16_t>(call, p, [](float w, int64_t) { return to_f16(w); });
        break;
      case 2:
        pack_panel<uint16_t>(call, p, [](float w, int64_t) { return to_bf16(w); });
        break;
      default:
        find_scales(call, p);
        pack_panel<int8_t>(call, p, [&](float w, int64_t j) {
          float scale = call.scales[j];
          return scale > 0.0f ? to_i8(w, scale) : int8_t{0};
        });
    }
  });
}

// One or two rows: several panels side by side keep enough chains and streams in flight.
template <class S, int M, int P>
void few_rows(const LinearCall& call, const Workers& workers, bool worthwhile) {
  int64_t count = panels(call.out);
  const auto* packed = static_cast<const typename S::T*>(call.packed);
  int64_t panel = call.in * NR;
  Target target = {call.y, call.epilogue.residual, call.out};
  parallel(*workers.pool, (count + P - 1) / P, worthwhile, [&](int64_t group, int) {
    int64_t begin = group * P;
    int64_t end = begin + P < count ? begin + P : count;
    if (end - begin < P) {
      multiply_few<S>(call.x, call.in, M, packed, call.in, call.out, begin, end, call.epilogue, target);
      return;
    }
    alignas(64) float c[P * M * NR];
    micro<S, M, 2, P>(call.x, call.in, packed + begin * panel, panel, call.in, c, false);
    for (int p = 0; p < P; p++) {
      finish(c + p * M * NR, M, (begin + p) * NR, columns_of(begin + p, call.out), call.epilogue,
             target);
    }
  });
}

// How many rows are divided into tasks: blocks of rows, and groups of panels where blocks are few.
struct Plan {
  Cut cut;
  int64_t blocks, rows, groups, count;

  Plan(const LinearCall& call, int threads) : cut(call.in), count(panels(call.out)) {
    blocks = (call.rows + cut.rows - 1) / cut.rows;
    int64_t strips = (call.rows + MR - 1) / MR;
    rows = (strips + blocks - 1) / blocks * MR;
    groups = 1;
    int64_t wanted = threads == 1 ? 1 : 4 * threads;
    if (blocks < wanted) groups = (wanted + blocks - 1) / blocks;
    if (groups > count) groups = count;
  }
  size_t scratch() const {
    int64_t widest = (count + groups - 1) / groups;
    return static_cast<size_t>(cut.slice_floats() + cut.chain_floats(widest)) * sizeof(float);
  }
};

template <class S>
void many_rows(const LinearCall& call, const Workers& workers, bool worthwhile) {
  Plan plan(call, workers.threads());
  const auto* packed = static_cast<const typename S::T*>(call.packed);
  parallel(*workers.pool, plan.blocks * plan.groups, worthwhile, [&](int64_t task, int thread) {
    int64_t group = task % plan.groups;
    int64_t r0 = task / plan.groups * plan.rows;
    int64_t m = call.rows - r0 < plan.rows ? call.rows - r0 : plan.rows;
    if (m <= 0) return;
    auto gather = [&](int64_t k0, int64_t depth, float* to, int64_t lda) {
      const float* from = call.x + r0 * call.in + k0;
      for (int64_t r = 0; r < m; r++) {
        memcpy(to + r * lda, from + r * call.in, static_cast<size_t>(depth) * sizeof(float));
      }
    };
    int64_t at = r0 * call.out;
    const float* residual = call.epilogue.residual;
    Target target = {call.y + at, residual == nullptr ? nullptr : residual + at, call.out};
    multiply<S>(plan.cut, m, gather, packed, call.in, call.out, group * plan.count / plan.groups,
                (group + 1) * plan.count / plan.groups, call.epilogue, target,
                workers.floats(thread));
  });
}

template <class S>
void apply_as(const LinearCall& call, const Workers& workers) {
  // About 4 µs of memory traffic, or 10 µs of arithmetic.
  bool worthwhile =
      call.in * call.out * static_cast<int64_t>(sizeof(typename S::T)) > (int64_t{48} << 10) ||
      call.in * call.out * call.rows > (int64_t{1} << 18);
  if (call.rows == 1) {
    few_rows<S, 1, 2>(call, workers, worthwhile);
  } else if (call.rows == 2) {
    few_rows<S, 2, 2>(call, workers, worthwhile);
  } else if (call.rows <= FEW) {
    Target target = {call.y, call.epilogue.residual, call.out};
    const auto* packed = static_cast<const typename S::T*>(call.packed);
    parallel(*workers.pool, panels(call.out), worthwhile, [&](int64_t p, int) {
      multiply_few<S>(call.x, call.in, static_cast<int>(call.rows), packed, call.in, call.out, p,
                      p + 1, call.epilogue, target);
    });
  } else {
    many_rows<S>(call, workers, worthwhile);
  }
}

void apply(const LinearCall& call, const Workers& workers) {
  if (call.rows == 0 || call.out == 0) return;
  switch (call.storage) {
    case 0: return apply_as<F32>(call, workers);
    case 1: return apply_as<F16>(call, workers);
    case 2: return apply_as<BF16>(call, workers);
    default: return apply_as<I8>(call, workers);
  }
}

size_t scratch(const LinearCall& call, int threads) {
  return call.rows <= FEW ? 0 : Plan(call, threads).scratch();
}

}  // namespace

void add_linear(Kernels& kernels) {
  kernels.panel_width = NR;
  kernels.linear_pack = pack;
  kernels.linear = apply;
  kernels.linear_scratch = scratch;
}

}  // namespace JK_NAMESPACE
}  // namespace jk
