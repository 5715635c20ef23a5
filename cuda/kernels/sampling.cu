#include "context.h"
#include "device.h"

using namespace jukebox;

extern "C" {

int jkc_sample(jkc_context*, const float*, int64_t, int64_t, float, int32_t, float, int64_t, const int32_t*, int32_t, int64_t, const int32_t*, int32_t*) { return fail(nullptr, JKC_FAILED, "jkc_sample", "not written yet"); }

}  // extern "C"
