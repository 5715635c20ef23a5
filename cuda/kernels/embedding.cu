#include "grid.h"

namespace jukebox {

/* An id outside the table sets a fault that the host's next check finds; it reads nothing. */
KERNEL(ELEMENT_THREADS)
gather(const float* table, int64_t table_rows, int64_t width, const int32_t* ids, int32_t add,
       int64_t size, float* out, int32_t* faults) {
  for (int64_t i = first_element(); i < size; i += element_step()) {
    int32_t id = ids[i / width];
    if (id < 0 && add != 0) continue;
    if (id < 0 || id >= table_rows) {
      *static_cast<volatile int32_t*>(faults) = JKC_FAULT_ID;
      continue;
    }
    float value = table[id * width + i % width];
    out[i] = add != 0 ? out[i] + value : value;
  }
}

}  // namespace jukebox

using namespace jukebox;

extern "C" int jkc_gather(jkc_context* context, const float* table, int64_t table_rows,
                          int64_t width, const int32_t* ids, int64_t count, int32_t add,
                          float* out) {
  if (context == nullptr || table_rows < 0 || width < 0 || count < 0) return JKC_BAD_ARGUMENT;
  int64_t size = count * width;
  if (size == 0) return JKC_OK;
  if (table == nullptr || ids == nullptr || out == nullptr) return JKC_BAD_ARGUMENT;
  return check(context,
               LAUNCH((gather), element_blocks(context, size), ELEMENT_THREADS, 0, stream_of(context),
                      table, table_rows, width, ids, add, size, out, context->device_faults),
               "gather");
}
