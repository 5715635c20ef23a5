/* Packed 16-bit and 8-bit weights as operands of mma16816, and one step of a sum. */
#ifndef JUKEBOX_LINEAR_FRAGMENTS_H
#define JUKEBOX_LINEAR_FRAGMENTS_H

#include "device.h"
#include "linear_layout.h"

namespace jukebox {

struct HalfWeights {
  /* Steps in a lane's 16 bytes. */
  static constexpr int STEPS = 1;

  DEVICE static void fragment(const uint4& packed, int, uint32_t (&a)[4]) {
    a[0] = packed.x;
    a[1] = packed.y;
    a[2] = packed.z;
    a[3] = packed.w;
  }
};

struct ByteWeights {
  static constexpr int STEPS = 2;

  DEVICE static void fragment(const uint4& packed, int step, uint32_t (&a)[4]) {
    uint32_t low = step == 0 ? packed.x : packed.z;
    uint32_t high = step == 0 ? packed.y : packed.w;
    a[0] = halves_of_bytes<0>(low);
    a[1] = halves_of_bytes<2>(low);
    a[2] = halves_of_bytes<0>(high);
    a[3] = halves_of_bytes<2>(high);
  }
};

/* sums[n][m] += weights[m] x rows[n], the low terms of the rows first, in this order everywhere. */
template <int M, int N>
DEVICE void multiply_step(const uint32_t (&weights)[M][4], const uint4 (&rows)[N],
                          float (&sums)[N][M][4]) {
  UNROLL
  for (int n = 0; n < N; n++) {
    uint32_t low[2] = {rows[n].z, rows[n].w};
    UNROLL
    for (int m = 0; m < M; m++) mma16816<f16>(sums[n][m], weights[m], low);
  }
  UNROLL
  for (int n = 0; n < N; n++) {
    uint32_t high[2] = {rows[n].x, rows[n].y};
    UNROLL
    for (int m = 0; m < M; m++) mma16816<f16>(sums[n][m], weights[m], high);
  }
}

}  // namespace jukebox

#endif
