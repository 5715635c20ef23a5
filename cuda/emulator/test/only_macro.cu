/* Must compile: what plain_shared.cu is without its mistake. */
#include "device.h"

KERNEL(32) plain(float* y) {
  SHARED(float, a, 32);
  y[threadIdx.x] = a[threadIdx.x];
}
