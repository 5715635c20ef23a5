// Vectors of the instruction set a file is compiled for. Everything here has internal linkage: a
// function shared between objects could be the linker's pick from the wrong instruction set. For the
// same reason kernels use no templates of the standard library.
#ifndef JUKEBOX_SIMD_H
#define JUKEBOX_SIMD_H

#include <stdint.h>
#include <string.h>

#if defined(JK_TIER_AVX512) || defined(JK_TIER_AVX2)
#include <immintrin.h>
#endif

#if defined(JK_TIER_AVX512)
#define JK_NAMESPACE avx512
#elif defined(JK_TIER_AVX2)
#define JK_NAMESPACE avx2
#else
#define JK_NAMESPACE baseline
#endif

#define JK_INLINE static inline __attribute__((always_inline))

namespace jk {
namespace JK_NAMESPACE {

#if defined(JK_TIER_AVX512)

constexpr int W = 16;
typedef __m512 vf;
typedef __m512i vi;

JK_INLINE vf set1(float x) { return _mm512_set1_ps(x); }
JK_INLINE vi set1i(int32_t x) { return _mm512_set1_epi32(x); }
JK_INLINE vf load(const float* p) { return _mm512_loadu_ps(p); }
JK_INLINE void store(float* p, vf v) { _mm512_storeu_ps(p, v); }
JK_INLINE __mmask16 first(int n) { return static_cast<__mmask16>((1u << n) - 1); }
JK_INLINE vf load(const float* p, int n) { return _mm512_maskz_loadu_ps(first(n), p); }
JK_INLINE void store(float* p, vf v, int n) { _mm512_mask_storeu_ps(p, first(n), v); }
JK_INLINE vf fma(vf a, vf b, vf c) { return _mm512_fmadd_ps(a, b, c); }
// The second operand where one of them is a NaN.
JK_INLINE vf max(vf a, vf b) { return _mm512_max_ps(a, b); }
JK_INLINE vf min(vf a, vf b) { return _mm512_min_ps(a, b); }
JK_INLINE vi bits(vf v) { return _mm512_castps_si512(v); }
JK_INLINE vf floats(vi v) { return _mm512_castsi512_ps(v); }
JK_INLINE vi add(vi a, vi b) { return _mm512_add_epi32(a, b); }
JK_INLINE vi shift23(vi a) { return _mm512_slli_epi32(a, 23); }
// a < b ? x : y
JK_INLINE vf pick_less(vf a, vf b, vf x, vf y) {
  return _mm512_mask_blend_ps(_mm512_cmp_ps_mask(a, b, _CMP_LT_OQ), y, x);
}
JK_INLINE vi pick_less(vf a, vf b, vi x, vi y) {
  return _mm512_mask_blend_epi32(_mm512_cmp_ps_mask(a, b, _CMP_LT_OQ), y, x);
}
JK_INLINE void store(int32_t* p, vi v) { _mm512_storeu_si512(p, v); }
JK_INLINE vf widen_f16(const uint16_t* p) {
  return _mm512_cvtph_ps(_mm256_loadu_si256(reinterpret_cast<const __m256i*>(p)));
}
JK_INLINE vf widen_bf16(const uint16_t* p) {
  return _mm512_castsi512_ps(_mm512_slli_epi32(
      _mm512_cvtepu16_epi32(_mm256_loadu_si256(reinterpret_cast<const __m256i*>(p))), 16));
}
JK_INLINE vf widen_i8(const int8_t* p) {
  return _mm512_cvtepi32_ps(
      _mm512_cvtepi8_epi32(_mm_loadu_si128(reinterpret_cast<const __m128i*>(p))));
}

#elif defined(JK_TIER_AVX2)

constexpr int W = 8;
typedef __m256 vf;
typedef __m256i vi;

alignas(32) static const int32_t kFirst[16] = {-1, -1, -1, -1, -1, -1, -1, -1,
                                               0,  0,  0,  0,  0,  0,  0,  0};

JK_INLINE vf set1(float x) { return _mm256_set1_ps(x); }
JK_INLINE vi set1i(int32_t x) { return _mm256_set1_epi32(x); }
JK_INLINE vf load(const float* p) { return _mm256_loadu_ps(p); }
JK_INLINE void store(float* p, vf v) { _mm256_storeu_ps(p, v); }
JK_INLINE __m256i first(int n) {
  return _mm256_loadu_si256(reinterpret_cast<const __m256i*>(kFirst + 8 - n));
}
JK_INLINE vf load(const float* p, int n) { return _mm256_maskload_ps(p, first(n)); }
JK_INLINE void store(float* p, vf v, int n) { _mm256_maskstore_ps(p, first(n), v); }
JK_INLINE vf fma(vf a, vf b, vf c) { return _mm256_fmadd_ps(a, b, c); }
JK_INLINE vf max(vf a, vf b) { return _mm256_max_ps(a, b); }
JK_INLINE vf min(vf a, vf b) { return _mm256_min_ps(a, b); }
JK_INLINE vi bits(vf v) { return _mm256_castps_si256(v); }
JK_INLINE vf floats(vi v) { return _mm256_castsi256_ps(v); }
JK_INLINE vi add(vi a, vi b) { return _mm256_add_epi32(a, b); }
JK_INLINE vi shift23(vi a) { return _mm256_slli_epi32(a, 23); }
JK_INLINE vf pick_less(vf a, vf b, vf x, vf y) {
  return _mm256_blendv_ps(y, x, _mm256_cmp_ps(a, b, _CMP_LT_OQ));
}
JK_INLINE vi pick_less(vf a, vf b, vi x, vi y) {
  return bits(pick_less(a, b, floats(x), floats(y)));
}
JK_INLINE void store(int32_t* p, vi v) {
  _mm256_storeu_si256(reinterpret_cast<__m256i*>(p), v);
}
JK_INLINE vf widen_f16(const uint16_t* p) {
  return _mm256_cvtph_ps(_mm_loadu_si128(reinterpret_cast<const __m128i*>(p)));
}
JK_INLINE vf widen_bf16(const uint16_t* p) {
  return _mm256_castsi256_ps(_mm256_slli_epi32(
      _mm256_cvtepu16_epi32(_mm_loadu_si128(reinterpret_cast<const __m128i*>(p))), 16));
}
JK_INLINE vf widen_i8(const int8_t* p) {
  return _mm256_cvtepi32_ps(
      _mm256_cvtepi8_epi32(_mm_loadl_epi64(reinterpret_cast<const __m128i*>(p))));
}

#else

// Four lanes of the compiler's own vectors: SSE2 on x86-64, NEON on aarch64. No fused multiply-add.
constexpr int W = 4;
typedef float vf __attribute__((vector_size(16)));
typedef int32_t vi __attribute__((vector_size(16)));

JK_INLINE vf set1(float x) { return vf{x, x, x, x}; }
JK_INLINE vi set1i(int32_t x) { return vi{x, x, x, x}; }
JK_INLINE vf load(const float* p) {
  vf v;
  memcpy(&v, p, sizeof v);
  return v;
}
JK_INLINE void store(float* p, vf v) { memcpy(p, &v, sizeof v); }
JK_INLINE vf load(const float* p, int n) {
  vf v = set1(0.0f);
  for (int i = 0; i < n; i++) v[i] = p[i];
  return v;
}
JK_INLINE void store(float* p, vf v, int n) {
  for (int i = 0; i < n; i++) p[i] = v[i];
}
JK_INLINE vf fma(vf a, vf b, vf c) { return a * b + c; }
JK_INLINE vf max(vf a, vf b) { return a > b ? a : b; }
JK_INLINE vf min(vf a, vf b) { return a < b ? a : b; }
JK_INLINE vi bits(vf v) { return reinterpret_cast<vi>(v); }
JK_INLINE vf floats(vi v) { return reinterpret_cast<vf>(v); }
JK_INLINE vi add(vi a, vi b) { return a + b; }
JK_INLINE vi shift23(vi a) { return a << 23; }
JK_INLINE vf pick_less(vf a, vf b, vf x, vf y) { return a < b ? x : y; }
JK_INLINE vi pick_less(vf a, vf b, vi x, vi y) { return a < b ? x : y; }
JK_INLINE void store(int32_t* p, vi v) { memcpy(p, &v, sizeof v); }
JK_INLINE vf widen_f16(const uint16_t* p) {
  vi h = {p[0], p[1], p[2], p[3]};
  vi magnitude = (h & 0x7fff) << 13;
  // Moves the exponent's bias from 15 to 127; exact for subnormals too.
  vf scaled = floats(magnitude) * set1(5.192296858534828e33f);
  vi special = magnitude >= set1i(0x7c00 << 13) ? magnitude | 0x7f800000 : bits(scaled);
  return floats(special | ((h & 0x8000) << 16));
}
JK_INLINE vf widen_bf16(const uint16_t* p) {
  vi h = {p[0], p[1], p[2], p[3]};
  return floats(h << 16);
}
JK_INLINE vf widen_i8(const int8_t* p) {
  return vf{static_cast<float>(p[0]), static_cast<float>(p[1]), static_cast<float>(p[2]),
            static_cast<float>(p[3])};
}

#endif

// Round to nearest even, with subnormals; too large becomes infinite.
JK_INLINE uint16_t to_f16(float x) {
  uint32_t u;
  memcpy(&u, &x, sizeof u);
  uint32_t sign = (u >> 16) & 0x8000;
  u &= 0x7fffffff;
  if (u > 0x7f800000) return static_cast<uint16_t>(sign | 0x7e00);
  if (u >= 0x47800000) return static_cast<uint16_t>(sign | 0x7c00);
  if (u < 0x38800000) {
    // Adding 0.5 leaves the value's multiple of 2^-24 in the low bits, rounded by the hardware.
    float magnitude;
    memcpy(&magnitude, &u, sizeof magnitude);
    magnitude += 0.5f;
    uint32_t rounded;
    memcpy(&rounded, &magnitude, sizeof rounded);
    return static_cast<uint16_t>(sign | (rounded - 0x3f000000));
  }
  uint32_t odd = (u >> 13) & 1;
  return static_cast<uint16_t>(sign | ((u - 0x38000000 + 0xfff + odd) >> 13));
}

// As to_f16, but that hardware keeps a NaN's payload.
JK_INLINE void narrow_f16(uint16_t* p, vf v) {
#if defined(JK_TIER_AVX512)
  _mm256_storeu_si256(reinterpret_cast<__m256i*>(p), _mm512_cvtps_ph(v, _MM_FROUND_TO_NEAREST_INT));
#elif defined(JK_TIER_AVX2)
  _mm_storeu_si128(reinterpret_cast<__m128i*>(p), _mm256_cvtps_ph(v, _MM_FROUND_TO_NEAREST_INT));
#else
  for (int i = 0; i < W; i++) p[i] = to_f16(v[i]);
#endif
}

JK_INLINE vf sqrt(vf v) {
#if defined(JK_TIER_AVX512)
  return _mm512_sqrt_ps(v);
#elif defined(JK_TIER_AVX2)
  return _mm256_sqrt_ps(v);
#else
  for (int i = 0; i < W; i++) v[i] = __builtin_sqrtf(v[i]);
  return v;
#endif
}

// Sixteen lanes on every tier, so that sums over lanes are taken in the same order on all of them.
constexpr int L = 16;
constexpr int V = L / W;
struct v16 {
  vf part[V];
};

#define JK_PARTS _Pragma("GCC unroll 4") for (int i = 0; i < V; i++)

JK_INLINE v16 set16(float x) {
  v16 r;
  JK_PARTS r.part[i] = set1(x);
  return r;
}
JK_INLINE v16 load16(const float* p) {
  v16 r;
  JK_PARTS r.part[i] = load(p + i * W);
  return r;
}
JK_INLINE void store16(float* p, v16 v) { JK_PARTS store(p + i * W, v.part[i]); }
JK_INLINE int lanes(int n, int i) {
  int rest = n - i * W;
  return rest <= 0 ? 0 : rest < W ? rest : W;
}
// The first n lanes, 0 < n ≤ 16; zeros beyond.
JK_INLINE v16 load16(const float* p, int n) {
  if (n >= L) return load16(p);
  v16 r;
  JK_PARTS {
    int m = lanes(n, i);
    r.part[i] = m > 0 ? load(p + i * W, m == W ? W : m) : set1(0.0f);
  }
  return r;
}
JK_INLINE void store16(float* p, v16 v, int n) {
  if (n >= L) return store16(p, v);
  JK_PARTS {
    int m = lanes(n, i);
    if (m > 0) store(p + i * W, v.part[i], m);
  }
}
JK_INLINE v16 fma(v16 a, v16 b, v16 c) {
  JK_PARTS c.part[i] = fma(a.part[i], b.part[i], c.part[i]);
  return c;
}
JK_INLINE v16 operator+(v16 a, v16 b) {
  JK_PARTS a.part[i] = a.part[i] + b.part[i];
  return a;
}
JK_INLINE v16 operator-(v16 a, v16 b) {
  JK_PARTS a.part[i] = a.part[i] - b.part[i];
  return a;
}
JK_INLINE v16 operator*(v16 a, v16 b) {
  JK_PARTS a.part[i] = a.part[i] * b.part[i];
  return a;
}
JK_INLINE v16 operator/(v16 a, v16 b) {
  JK_PARTS a.part[i] = a.part[i] / b.part[i];
  return a;
}
JK_INLINE v16 max16(v16 a, v16 b) {
  JK_PARTS a.part[i] = max(a.part[i], b.part[i]);
  return a;
}

// Halves folded onto each other: 16, 8, 4, 2, 1 lanes.
#if defined(JK_TIER_AVX512) || defined(JK_TIER_AVX2)
JK_INLINE float sum8(__m256 a) {
  __m128 b = _mm_add_ps(_mm256_castps256_ps128(a), _mm256_extractf128_ps(a, 1));
  __m128 c = _mm_add_ps(b, _mm_movehl_ps(b, b));
  return _mm_cvtss_f32(_mm_add_ss(c, _mm_movehdup_ps(c)));
}
#endif
#if defined(JK_TIER_AVX512)
JK_INLINE float sum16(v16 v) {
  return sum8(_mm256_add_ps(_mm512_castps512_ps256(v.part[0]),
                            _mm512_extractf32x8_ps(v.part[0], 1)));
}
#elif defined(JK_TIER_AVX2)
JK_INLINE float sum16(v16 v) { return sum8(_mm256_add_ps(v.part[0], v.part[1])); }
#else
JK_INLINE float sum16(v16 v) {
  vf b = (v.part[0] + v.part[2]) + (v.part[1] + v.part[3]);
  return (b[0] + b[2]) + (b[1] + b[3]);
}
#endif

// e^x in fp32: 2^n · e^r with |r| ≤ ln(2)/2 and a polynomial of degree 6; about 1 ulp. Below -87.3
// it gives 0, from 88 on e^88; a NaN stays one.
JK_INLINE vf exp(vf x) {
  const vf magic = set1(12582912.0f);  // 1.5·2^23: adding it rounds to an integer
  vf y = min(set1(88.0f), max(set1(-87.3f), x));
  vf t = fma(y, set1(1.44269504f), magic);
  vf n = t - magic;
  vf r = fma(n, set1(-0.693359375f), y);
  r = fma(n, set1(2.12194440e-4f), r);
  vf p = set1(1.98756912e-4f);
  p = fma(p, r, set1(1.39819994e-3f));
  p = fma(p, r, set1(8.33345205e-3f));
  p = fma(p, r, set1(4.16657962e-2f));
  p = fma(p, r, set1(1.66666653e-1f));
  p = fma(p, r, set1(0.5f));
  p = fma(p, r * r, r) + set1(1.0f);
  vf scale = floats(shift23(add(add(bits(t), set1i(-0x4b400000)), set1i(127))));
  return pick_less(x, set1(-87.3f), set1(0.0f), p * scale);
}
JK_INLINE v16 exp16(v16 x) {
  JK_PARTS x.part[i] = exp(x.part[i]);
  return x;
}

}  // namespace JK_NAMESPACE
}  // namespace jk

#endif
