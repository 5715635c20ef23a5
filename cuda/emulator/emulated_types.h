/* The 16-bit floating-point types of kernels: two bytes each, converted only where asked. */
#ifndef JUKEBOX_EMULATED_TYPES_H
#define JUKEBOX_EMULATED_TYPES_H

#include <cstdint>
#include <cstring>

namespace jukebox {

inline uint32_t float_bits(float value) {
  uint32_t bits;
  std::memcpy(&bits, &value, sizeof bits);
  return bits;
}
inline float bits_float(uint32_t bits) {
  float value;
  std::memcpy(&value, &bits, sizeof value);
  return value;
}

namespace emulator {

/* The nearest fp16, ties to even; every NaN becomes 0x7fff, as on a device. */
inline uint16_t half_bits(float value) {
  uint32_t bits = float_bits(value);
  const uint32_t sign = bits >> 16 & 0x8000u;
  bits &= 0x7fffffffu;
  if (bits > 0x7f800000u) return 0x7fff;
  if (bits >= 0x47800000u) return static_cast<uint16_t>(sign | 0x7c00u);
  if (bits < 0x38800000u) {
    /* A subnormal counts units of 2^-24, which is the last place of numbers from 0.5 on. */
    const uint32_t units = float_bits(bits_float(bits) + 0.5f) - float_bits(0.5f);
    return static_cast<uint16_t>(sign | units);
  }
  bits += 0xfffu + (bits >> 13 & 1u);
  return static_cast<uint16_t>(sign | (bits - 0x38000000u) >> 13);
}

inline float half_value(uint16_t half) {
  const uint32_t sign = static_cast<uint32_t>(half & 0x8000u) << 16;
  const uint32_t rest = static_cast<uint32_t>(half & 0x7fffu) << 13;
  if (rest >= 0x0f800000u) return bits_float(sign | 0x7f800000u | rest);
  return bits_float(sign | float_bits(bits_float(rest) * 0x1p112f));
}

inline uint16_t brain_bits(float value) {
  const uint32_t bits = float_bits(value);
  if ((bits & 0x7fffffffu) > 0x7f800000u) return 0x7fff;
  return static_cast<uint16_t>((bits + 0x7fffu + (bits >> 16 & 1u)) >> 16);
}

inline float brain_value(uint16_t brain) {
  return bits_float(static_cast<uint32_t>(brain) << 16);
}

}  // namespace emulator

struct f16 {
  uint16_t bits;
  f16() = default;
  explicit f16(float value) : bits(emulator::half_bits(value)) {}
  explicit operator float() const { return emulator::half_value(bits); }
};

struct bf16 {
  uint16_t bits;
  bf16() = default;
  explicit bf16(float value) : bits(emulator::brain_bits(value)) {}
  explicit operator float() const { return emulator::brain_value(bits); }
};

static_assert(sizeof(f16) == 2 && sizeof(bf16) == 2, "kernels copy them as bytes");

inline float to_float(float value) { return value; }
inline float to_float(f16 value) { return static_cast<float>(value); }
inline float to_float(bf16 value) { return static_cast<float>(value); }

template <typename T>
inline T from_float(float value);
template <>
inline float from_float<float>(float value) {
  return value;
}
template <>
inline f16 from_float<f16>(float value) {
  return f16(value);
}
template <>
inline bf16 from_float<bf16>(float value) {
  return bf16(value);
}

template <typename T>
inline T from_bits(uint32_t bits) {
  T value;
  value.bits = static_cast<uint16_t>(bits);
  return value;
}

inline uint32_t pack2(f16 low, f16 high) {
  return low.bits | static_cast<uint32_t>(high.bits) << 16;
}
inline uint32_t pack2(bf16 low, bf16 high) {
  return low.bits | static_cast<uint32_t>(high.bits) << 16;
}
inline uint32_t pair_low(uint32_t first, uint32_t second) {
  return (first & 0xffffu) | second << 16;
}
inline uint32_t pair_high(uint32_t first, uint32_t second) {
  return first >> 16 | (second & 0xffff0000u);
}
template <int first>
inline uint32_t halves_of_bytes(uint32_t word) {
  static_assert(first == 0 || first == 2, "the lower two or the upper two");
  const auto half = [word](int byte) {
    return from_float<f16>(static_cast<float>(word >> 8 * byte & 0xffu) - 128.0f);
  };
  return pack2(half(first), half(first + 1));
}

}  // namespace jukebox

#endif
