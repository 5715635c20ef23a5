/*
 * Values on their way from one block of LAUNCH_TOGETHER to others. A value is its own flag: its place
 * holds ABSENT, a NaN, until it is there, so that nobody waits for more than it needs, there is no barrier,
 * and no bytes travel but the values. (Known from collective operations as Lamport's protocol.)
 */
#ifndef JUKEBOX_EXCHANGE_H
#define JUKEBOX_EXCHANGE_H

#include "device.h"

namespace jukebox {

constexpr uint32_t ABSENT = 0xffffffffu;

DEVICE void put_value(float* to, float value) {
  constexpr uint32_t OTHER_NAN = 0x7fffffffu;
  uint32_t bits = float_bits(value);
  store_relaxed(to, bits == ABSENT ? OTHER_NAN : bits);
}
/*
 * For values of a later launch: launches use two sets of places by turns, and whoever puts a value into
 * one empties its place in the other, which nobody reads then.
 */
DEVICE void put_absent(float* to) { store_relaxed(to, ABSENT); }

DEVICE bool is_there(const uint4& four) {
  return four.x != ABSENT && four.y != ABSENT && four.z != ABSENT && four.w != ABSENT;
}

/*
 * Four values from each place on, aligned to 16, as soon as all are there. The first place alone is asked for
 * again and again, as questions travel by the same way as what is waited for.
 */
template <int places>
DEVICE void await_fours(const float* const (&from)[places], float (&values)[places][4]) {
  uint32_t turns = 0;
  uint4 read[places];
  read[0] = load_relaxed4(from[0]);
  while (!is_there(read[0])) {
    let_others_run(turns);
    read[0] = load_relaxed4(from[0]);
  }
  UNROLL
  for (int i = 1; i < places; i++) read[i] = load_relaxed4(from[i]);
  bool missing = places > 1;
  while (missing) {
    missing = false;
    UNROLL
    for (int i = 1; i < places; i++) {
      if (!is_there(read[i])) {
        missing = true;
        read[i] = load_relaxed4(from[i]);
      }
    }
    if (missing) let_others_run(turns);
  }
  UNROLL
  for (int i = 0; i < places; i++) {
    values[i][0] = bits_float(read[i].x);
    values[i][1] = bits_float(read[i].y);
    values[i][2] = bits_float(read[i].z);
    values[i][3] = bits_float(read[i].w);
  }
}

/* The same of single values, of which those at null are 0. */
template <int count>
DEVICE void await_values(const float* const (&from)[count], float (&values)[count]) {
  uint32_t turns = 0;
  uint32_t read[count];
  bool missing;
  do {
    missing = false;
    UNROLL
    for (int i = 0; i < count; i++) read[i] = from[i] == nullptr ? 0 : load_relaxed(from[i]);
    UNROLL
    for (int i = 0; i < count; i++) missing |= read[i] == ABSENT;
    if (missing) let_others_run(turns);
  } while (missing);
  UNROLL
  for (int i = 0; i < count; i++) values[i] = bits_float(read[i]);
}

}  // namespace jukebox

#endif
