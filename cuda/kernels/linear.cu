#include "context.h"
#include "device.h"

using namespace jukebox;

extern "C" {

int64_t jkc_linear_packed_bytes(int64_t, int64_t, int32_t) { return 1; }

int jkc_linear_pack(jkc_context*, const float*, int32_t, int64_t, int64_t, int32_t, void*, float*) { return fail(nullptr, JKC_FAILED, "jkc_linear_pack", "not written yet"); }

int jkc_linear_apply(jkc_context*, const void*, const float*, const float*, int64_t, int64_t, int32_t, const float*, int64_t, const float*, const float*, float, int32_t, const float*, const float*, float, float*) { return fail(nullptr, JKC_FAILED, "jkc_linear_apply", "not written yet"); }

int jkc_linear_fuses_norm(int64_t, int32_t) { return 0; }

}  // extern "C"
