#include "engine.h"

#include <new>
#include <system_error>

jk_engine::~jk_engine() {
  magic = 0;
  jk_free(scratch);
  jk_free(common);
}

bool jk_engine::reserve(size_t bytes) {
  if (bytes <= scratch_bytes) return true;
  // An odd number of lines between threads, and a line that no two of them share.
  size_t each = (bytes + 127) / 128 * 128 + 192;
  void* block = nullptr;
  int64_t total;
  if (__builtin_mul_overflow(static_cast<int64_t>(each), static_cast<int64_t>(pool.threads()),
                             &total) ||
      jk_alloc(total, &block) != JK_OK) {
    return false;
  }
  jk_free(scratch);
  scratch = static_cast<char*>(block);
  scratch_bytes = each;
  return true;
}

float* jk_engine::shared(int64_t floats) {
  if (floats > common_floats) {
    void* block = nullptr;
    if (jk_alloc(floats * static_cast<int64_t>(sizeof(float)), &block) != JK_OK) return nullptr;
    jk_free(common);
    common = static_cast<float*>(block);
    common_floats = floats;
  }
  return common;
}

extern "C" int jk_engine_create(int tier, int threads, jk_engine** engine) {
  if (engine == nullptr || threads < 1 || threads > 1024) return JK_BAD_ARGUMENT;
  *engine = nullptr;
  if (!jk_tier_supported(tier)) return JK_UNSUPPORTED;
  const jk::Kernels* kernels = jk::tier_kernels(tier);
  if (kernels == nullptr) return JK_UNSUPPORTED;
  try {
    *engine = new jk_engine(kernels, threads);
    return JK_OK;
  } catch (const std::bad_alloc&) {
    return JK_OUT_OF_MEMORY;
  } catch (const std::system_error&) {
    return JK_OUT_OF_MEMORY;
  } catch (...) {
    return JK_INTERNAL;
  }
}

extern "C" int jk_engine_destroy(jk_engine* engine) {
  if (engine == nullptr) return JK_OK;
  if (engine->magic != jk_engine::kMagic) return JK_BAD_ARGUMENT;
  if (engine->busy.load()) return JK_BUSY;
  delete engine;
  return JK_OK;
}
