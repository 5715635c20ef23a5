#include "context.h"
#include "device.h"

using namespace jukebox;

extern "C" {

int jkc_codebook_nearest(jkc_context*, const float*, int64_t, int64_t, const float*, int64_t, int32_t*) { return fail(nullptr, JKC_FAILED, "jkc_codebook_nearest", "not written yet"); }

int jkc_codebook_accumulate(jkc_context*, const float*, int64_t, int64_t, const int32_t*, int64_t, float*, float*) { return fail(nullptr, JKC_FAILED, "jkc_codebook_accumulate", "not written yet"); }

}  // extern "C"
