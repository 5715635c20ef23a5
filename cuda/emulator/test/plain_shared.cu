/* Must not compile: a kernel takes shared memory by SHARED alone. */
#include "device.h"

KERNEL(32) plain(float* y) {
  __shared__ float a[32];
  y[threadIdx.x] = a[threadIdx.x];
}
