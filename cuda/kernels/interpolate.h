/* The step from one value to another, rounded alike wherever it is taken. */
#ifndef JUKEBOX_INTERPOLATE_H
#define JUKEBOX_INTERPOLATE_H

#include "device.h"

namespace jukebox {

DEVICE float interpolated(float a, float b, float weight) { return fmaf(weight, b - a, a); }

}  // namespace jukebox

#endif
