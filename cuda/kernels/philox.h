/* Philox4x32-10 of Salmon et al., "Parallel random numbers: as easy as 1, 2, 3" (2011). */
#ifndef JUKEBOX_PHILOX_H
#define JUKEBOX_PHILOX_H

#include "device.h"

namespace jukebox {

/* A uniform draw in [0, 1) with 53 bits for one token of a run; as Philox.uniform of Java. */
DEVICE double philox_uniform(int64_t seed, int32_t item, int32_t level, int64_t position) {
  constexpr uint32_t MULTIPLIER_0 = 0xD2511F53u;
  constexpr uint32_t MULTIPLIER_1 = 0xCD9E8D57u;
  constexpr uint32_t WEYL_0 = 0x9E3779B9u;
  constexpr uint32_t WEYL_1 = 0xBB67AE85u;
  constexpr int ROUNDS = 10;
  uint32_t c0 = static_cast<uint32_t>(position);
  uint32_t c1 = static_cast<uint32_t>(static_cast<uint64_t>(position) >> 32);
  uint32_t c2 = static_cast<uint32_t>(item);
  uint32_t c3 = static_cast<uint32_t>(level);
  uint32_t key0 = static_cast<uint32_t>(seed);
  uint32_t key1 = static_cast<uint32_t>(static_cast<uint64_t>(seed) >> 32);
  for (int round = 0; round < ROUNDS; round++) {
    uint64_t product0 = static_cast<uint64_t>(MULTIPLIER_0) * c0;
    uint64_t product1 = static_cast<uint64_t>(MULTIPLIER_1) * c2;
    c0 = static_cast<uint32_t>(product1 >> 32) ^ c1 ^ key0;
    c2 = static_cast<uint32_t>(product0 >> 32) ^ c3 ^ key1;
    c1 = static_cast<uint32_t>(product1);
    c3 = static_cast<uint32_t>(product0);
    key0 += WEYL_0;
    key1 += WEYL_1;
  }
  uint64_t bits = static_cast<uint64_t>(c0) << 32 | c1;
  return static_cast<double>(bits >> 11) * 0x1p-53;
}

}  // namespace jukebox

#endif
