/* Neighbouring floats in registers, read or written at once where they are aligned, else one by one. */
#ifndef JUKEBOX_NEIGHBOURS_H
#define JUKEBOX_NEIGHBOURS_H

#include "device.h"

namespace jukebox {

template <int count>
struct alignas(count * sizeof(float)) Neighbours {
  float x[count];
};

/* All of them if `together`; else the `left` that there are, and the others stay as they are. */
template <int count, bool together>
DEVICE void read_neighbours(const float* from, int64_t left, float (&x)[count]) {
  if constexpr (together) {
    Neighbours<count> all = *reinterpret_cast<const Neighbours<count>*>(from);
    UNROLL
    for (int i = 0; i < count; i++) x[i] = all.x[i];
  } else {
    UNROLL
    for (int i = 0; i < count; i++) {
      if (i < left) x[i] = from[i];
    }
  }
}

/* The same into memory. */
template <int count, bool together>
DEVICE void write_neighbours(float* to, int64_t left, const float (&x)[count]) {
  if constexpr (together) {
    Neighbours<count> all;
    UNROLL
    for (int i = 0; i < count; i++) all.x[i] = x[i];
    *reinterpret_cast<Neighbours<count>*>(to) = all;
  } else {
    UNROLL
    for (int i = 0; i < count; i++) {
      if (i < left) to[i] = x[i];
    }
  }
}

}  // namespace jukebox

#endif
