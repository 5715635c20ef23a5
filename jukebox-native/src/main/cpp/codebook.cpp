// Nearest codes: argmin over k of ‖k‖² - 2x·k, which differs from the distance by ‖x‖² alone.
#include "gemm.h"
#include "tier.h"

namespace jk {
namespace JK_NAMESPACE {
namespace {

// Panels [width][NR] of codes, then the squared lengths; padding is infinitely far away.
void pack(const NearestCall& call, const Workers& workers) {
  int64_t count = panels(call.bins);
  float* lengths = call.packed + count * NR * call.width;
  parallel(*workers.pool, count, call.bins * call.width > 16384, [&](int64_t p, int) {
    float* to = call.packed + p * NR * call.width;
    for (int64_t j = 0; j < NR; j++) {
      int64_t bin = p * NR + j;
      const float* code = call.codebook + bin * call.width;
      float squared = 0.0f;
      for (int64_t d = 0; d < call.width; d++) {
        float value = bin < call.bins ? code[d] : 0.0f;
        to[d * NR + j] = value;
        squared += value * value;
      }
      lengths[bin] = bin < call.bins ? squared : __builtin_inff();
    }
  });
}

struct Best {
  float distance[NR];
  int32_t panel[NR];
};

int32_t lowest(const Best& best) {
  float least = __builtin_inff();
  int64_t found = 0;
  bool any = false;
  for (int j = 0; j < NR; j++) {
    int64_t bin = int64_t{best.panel[j]} * NR + j;
    if (best.distance[j] < least || (any && best.distance[j] == least && bin < found)) {
      least = best.distance[j];
      found = bin;
      any = true;
    }
  }
  return static_cast<int32_t>(found);
}

void nearest(const NearestCall& call, const Workers& workers) {
  pack(call, workers);
  int64_t count = panels(call.bins);
  const float* lengths = call.packed + count * NR * call.width;
  int64_t lda = spread(call.width);
  parallel(*workers.pool, (call.rows + MR - 1) / MR, call.rows * call.bins * call.width > 262144,
           [&](int64_t block, int thread) {
    int64_t r0 = block * MR;
    int m = static_cast<int>(call.rows - r0 < MR ? call.rows - r0 : MR);
    float* a = workers.floats(thread);
    for (int r = 0; r < m; r++) {
      memcpy(a + r * lda, call.x + (r0 + r) * call.width,
             static_cast<size_t>(call.width) * sizeof(float));
    }
    auto kernel = micro_for<F32, 2>(m);
    alignas(64) float c[TILE];
    vf distance[MR][2];
    vi panel[MR][2];
    for (int r = 0; r < m; r++) {
      for (int v = 0; v < 2; v++) {
        distance[r][v] = set1(__builtin_inff());
        panel[r][v] = set1i(0);
      }
    }
    for (int64_t p = 0; p < count; p++) {
      kernel(a, lda, call.packed + p * NR * call.width, 0, call.width, c, false);
      vi here = set1i(static_cast<int32_t>(p));
      for (int v = 0; v < 2; v++) {
        vf length = load(lengths + p * NR + v * W);
        for (int r = 0; r < m; r++) {
          vf d = fma(set1(-2.0f), load(c + r * NR + v * W), length);
          panel[r][v] = pick_less(d, distance[r][v], here, panel[r][v]);
          distance[r][v] = pick_less(d, distance[r][v], d, distance[r][v]);
        }
      }
    }
    for (int r = 0; r < m; r++) {
      Best best;
      for (int v = 0; v < 2; v++) {
        store(best.distance + v * W, distance[r][v]);
        store(best.panel + v * W, panel[r][v]);
      }
      call.codes[r0 + r] = lowest(best);
    }
  });
}

size_t scratch(const NearestCall& call) {
  return static_cast<size_t>(MR * spread(call.width)) * sizeof(float);
}

int64_t packed(int64_t width, int64_t bins) { return panels(bins) * NR * (width + 1); }

}  // namespace

void add_codebook(Kernels& kernels) {
  kernels.nearest = nearest;
  kernels.nearest_scratch = scratch;
  kernels.nearest_packed = packed;
}

}  // namespace JK_NAMESPACE
}  // namespace jk
