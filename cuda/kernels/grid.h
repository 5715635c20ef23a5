/* Grids for operations that treat every element alike. */
#ifndef JUKEBOX_GRID_H
#define JUKEBOX_GRID_H

#include "context.h"
#include "device.h"

namespace jukebox {

constexpr int ELEMENT_THREADS = 256;

/* Blocks for `size` elements whose threads step by element_step(). */
inline unsigned element_blocks(const jkc_context* context, int64_t size) {
  int64_t needed = divide_up(size, ELEMENT_THREADS);
  int64_t most = 16 * static_cast<int64_t>(context->multiprocessors);
  return static_cast<unsigned>(needed < most ? needed : most);
}

DEVICE int64_t first_element() {
  return static_cast<int64_t>(blockIdx.x) * blockDim.x + threadIdx.x;
}

DEVICE int64_t element_step() { return static_cast<int64_t>(gridDim.x) * blockDim.x; }

/* A place that may move on: see jukebox_cuda.h. */
DEVICE int64_t place(int64_t start, const int32_t* counter) {
  return counter == nullptr ? start : start + *counter;
}

}  // namespace jukebox

#endif
