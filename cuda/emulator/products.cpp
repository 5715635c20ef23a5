/* The matrix instruction: gathers the fragments of a warp's lanes, multiplies, and scatters. */
#include <cstring>

#include "emulated_types.h"
#include "execution.h"

#if defined(__x86_64__)
#include <immintrin.h>
#endif

namespace jukebox::emulator {
namespace {

constexpr int ROWS = 16;
constexpr int COLUMNS = 8;
constexpr int DEPTH = 16;

struct Tiles {
  alignas(32) float d[ROWS][COLUMNS];
  alignas(32) uint16_t a[ROWS][DEPTH];
  alignas(32) uint16_t b[DEPTH][COLUMNS];
};

/* Products of 16-bit values are exact in fp32; the sums run over k in ascending order. */
template <float (*value)(uint16_t)>
void multiply_plainly(Tiles& tiles) {
  for (int row = 0; row < ROWS; row++) {
    for (int k = 0; k < DEPTH; k++) {
      for (int column = 0; column < COLUMNS; column++) {
        tiles.d[row][column] += value(tiles.a[row][k]) * value(tiles.b[k][column]);
      }
    }
  }
}

#if defined(__x86_64__)
template <bool half>
__attribute__((target("avx2,f16c"))) inline __m256 widen(const uint16_t* values) {
  const __m128i packed = _mm_load_si128(reinterpret_cast<const __m128i*>(values));
  if (half) return _mm256_cvtph_ps(packed);
  return _mm256_castsi256_ps(_mm256_slli_epi32(_mm256_cvtepu16_epi32(packed), 16));
}

/* The same sums in the same order. */
template <bool half>
__attribute__((target("avx2,f16c"))) void multiply_wide(Tiles& tiles) {
  __m256 b[DEPTH];
  for (int k = 0; k < DEPTH; k++) b[k] = widen<half>(tiles.b[k]);
  for (int row = 0; row < ROWS; row++) {
    alignas(32) float a[DEPTH];
    _mm256_store_ps(a, widen<half>(tiles.a[row]));
    _mm256_store_ps(a + 8, widen<half>(tiles.a[row] + 8));
    __m256 sum = _mm256_load_ps(tiles.d[row]);
    for (int k = 0; k < DEPTH; k++) {
      sum = _mm256_add_ps(sum, _mm256_mul_ps(_mm256_broadcast_ss(a + k), b[k]));
    }
    _mm256_store_ps(tiles.d[row], sum);
  }
}

const bool WIDE = [] {
  __builtin_cpu_init();
  return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("f16c");
}();
#endif

template <bool half>
void multiply(void* const* lanes) {
  Tiles tiles;
  for (int lane = 0; lane < 32; lane++) {
    const Product& own = *static_cast<const Product*>(lanes[lane]);
    const int group = lane / 4;
    const int pair = lane % 4 * 2;
    for (int i = 0; i < 4; i++) {
      std::memcpy(&tiles.a[group + i % 2 * 8][pair + i / 2 * 8], &own.a[i], 4);
      tiles.d[group + i / 2 * 8][pair + i % 2] = own.d[i];
    }
    for (int i = 0; i < 2; i++) {
      tiles.b[pair + i * 8][group] = static_cast<uint16_t>(own.b[i]);
      tiles.b[pair + i * 8 + 1][group] = static_cast<uint16_t>(own.b[i] >> 16);
    }
  }
#if defined(__x86_64__)
  if (WIDE) {
    multiply_wide<half>(tiles);
  } else {
    multiply_plainly<half ? half_value : brain_value>(tiles);
  }
#else
  multiply_plainly<half ? half_value : brain_value>(tiles);
#endif
  for (int lane = 0; lane < 32; lane++) {
    const Product& own = *static_cast<const Product*>(lanes[lane]);
    for (int i = 0; i < 4; i++) own.d[i] = tiles.d[lane / 4 + i / 2 * 8][lane % 4 * 2 + i % 2];
  }
}

}  // namespace

void multiply_half(void* const* lanes) { multiply<true>(lanes); }
void multiply_brain(void* const* lanes) { multiply<false>(lanes); }

}  // namespace jukebox::emulator
