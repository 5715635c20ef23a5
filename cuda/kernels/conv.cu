#include "context.h"
#include "device.h"

using namespace jukebox;

extern "C" {

int64_t jkc_conv_packed_size(int64_t, int64_t, int64_t) { return 1; }

int jkc_conv_pack(jkc_context*, const float*, int64_t, int64_t, int64_t, int64_t, int32_t, float*) { return fail(nullptr, JKC_FAILED, "jkc_conv_pack", "not written yet"); }

int jkc_conv_apply(jkc_context*, const float*, const float*, int64_t, int64_t, int64_t, int64_t, int64_t, int64_t, int32_t, const float*, int64_t, int64_t, int32_t, const float*, float, float*, int64_t) { return fail(nullptr, JKC_FAILED, "jkc_conv_apply", "not written yet"); }

}  // extern "C"
