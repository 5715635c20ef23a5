// The checks of a convolution's extents, for its product and for its gradient.
#ifndef JUKEBOX_CONV_SHAPE_H
#define JUKEBOX_CONV_SHAPE_H

#include "engine.h"

namespace jk {

inline bool is_shape(const ConvShape& s) {
  constexpr int64_t most = int64_t{1} << 31;
  return s.in >= 1 && s.out >= 1 && s.kernel >= 1 && s.stride >= 1 && s.padding >= 0 &&
         s.dilation >= 1 && s.kernel < most && s.stride < most && s.padding < most &&
         s.dilation < most && s.out < most && fits(s.in, s.out + 64, s.kernel) &&
         !(s.transposed && s.dilation != 1);
}

inline int64_t output_length(const ConvShape& s, int64_t time) {
  if (s.transposed) return (time - 1) * s.stride - 2 * s.padding + s.kernel;
  int64_t room = time + 2 * s.padding - s.dilation * (s.kernel - 1) - 1;
  return room < 0 ? 0 : room / s.stride + 1;
}

// Whether arrays of both sides exist and their lengths belong together.
inline bool are_lengths(const ConvShape& s, int64_t batch, int64_t time_in, int64_t time_out) {
  return time_in >= 0 && time_out >= 0 && time_in <= (int64_t{1} << 40) &&
         fits(batch, time_in, s.in) && fits(batch, time_out, s.out) &&
         time_out == (time_in > 0 ? output_length(s, time_in) : 0);
}

}  // namespace jk

#endif
