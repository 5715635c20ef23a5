/* The 16-bit types against their definition: sign, exponent and mantissa, nearest, ties to even. */
#include <cmath>

#include "check.h"

using namespace jukebox;

namespace {

struct Format {
  int mantissa;
  int bias;
  unsigned infinity;
};

double value(Format format, unsigned bits) {
  const unsigned exponent = bits >> format.mantissa;
  const unsigned fraction = bits & ((1u << format.mantissa) - 1);
  if (exponent == 0) {
    return std::ldexp(static_cast<double>(fraction), 1 - format.bias - format.mantissa);
  }
  return std::ldexp(static_cast<double>(fraction + (1u << format.mantissa)),
                    static_cast<int>(exponent) - format.bias - format.mantissa);
}

template <typename T>
unsigned rounded(float number) {
  return from_float<T>(number).bits;
}

/*
 * Rounding is monotonic, so that the numbers at and next to the middle between every two
 * neighbours decide all others.
 */
template <typename T>
void check_format(Format format) {
  int wrong = 0;
  for (unsigned bits = 0; bits < format.infinity; bits++) {
    const double here = value(format, bits);
    T stored;
    stored.bits = static_cast<uint16_t>(bits);
    wrong += to_float(stored) != here;
    stored.bits = static_cast<uint16_t>(bits | 0x8000u);
    wrong += to_float(stored) != -here || !std::signbit(to_float(stored));
    wrong += rounded<T>(static_cast<float>(here)) != bits;
    wrong += rounded<T>(-static_cast<float>(here)) != (bits | 0x8000u);
    /* Past the largest number the next one would be, it overflows. */
    const double middle = (here + value(format, bits + 1)) / 2;
    const auto tie = static_cast<float>(middle);
    if (tie != middle) continue;
    const unsigned even = bits % 2 == 0 ? bits : bits + 1;
    wrong += rounded<T>(tie) != even;
    wrong += rounded<T>(-tie) != (even | 0x8000u);
    wrong += rounded<T>(std::nextafterf(tie, 0)) != bits;
    wrong += rounded<T>(std::nextafterf(tie, INFINITY)) != bits + 1;
  }
  CHECK(wrong == 0);
  CHECK(rounded<T>(INFINITY) == format.infinity);
  CHECK(rounded<T>(-INFINITY) == (format.infinity | 0x8000u));
  CHECK(rounded<T>(3.4028235e38f) == format.infinity);
  CHECK(rounded<T>(NAN) == 0x7fff);
  CHECK(rounded<T>(-NAN) == 0x7fff);
  T stored;
  for (unsigned bits = format.infinity + 1; bits < 0x8000u; bits++) {
    stored.bits = static_cast<uint16_t>(bits);
    wrong += !std::isnan(to_float(stored));
  }
  stored.bits = static_cast<uint16_t>(format.infinity);
  CHECK(std::isinf(to_float(stored)) && to_float(stored) > 0);
  stored.bits = static_cast<uint16_t>(format.infinity | 0x8000u);
  CHECK(std::isinf(to_float(stored)) && to_float(stored) < 0);
  CHECK(wrong == 0);
  CHECK(pack2(from_float<T>(1), from_float<T>(-2)) ==
        (rounded<T>(1) | rounded<T>(-2) << 16));
}

}  // namespace

void check_types() {
  CHECK(pair_low(0x11112222u, 0x33334444u) == 0x44442222u);
  CHECK(pair_high(0x11112222u, 0x33334444u) == 0x33331111u);
  check_format<f16>({10, 15, 0x7c00});
  check_format<bf16>({7, 127, 0x7f80});
  CHECK(rounded<f16>(65504) == 0x7bff);
  CHECK(rounded<f16>(65519.996f) == 0x7bff);
  CHECK(rounded<f16>(65520) == 0x7c00);
  CHECK(rounded<f16>(0x1p-25f) == 0);
  CHECK(rounded<f16>(0x1.000002p-25f) == 1);
  CHECK(float_bits(-1.5f) == 0xbfc00000u && bits_float(0xbfc00000u) == -1.5f);
}
