/*
 * The C ABI between the CUDA backend in Java and its kernels.
 *
 * Every call returns a status and sets nothing global; jukebox_cuda_error() says in words what the
 * last failed call of the same context met. Device addresses are 64-bit integers. Calls enqueue on
 * the context's stream and return at once; only jukebox_cuda_synchronize and copies to the host wait.
 */
#ifndef JUKEBOX_CUDA_H
#define JUKEBOX_CUDA_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Raised whenever a signature or the meaning of an argument changes. */
#define JUKEBOX_CUDA_ABI_VERSION 1

typedef enum {
  JUKEBOX_CUDA_OK = 0,
  JUKEBOX_CUDA_BAD_ARGUMENT = 1,
  JUKEBOX_CUDA_NO_DEVICE = 2,
  JUKEBOX_CUDA_OUT_OF_MEMORY = 3,
  JUKEBOX_CUDA_LAUNCH_FAILED = 4,
  JUKEBOX_CUDA_DEVICE_LOST = 5
} jukebox_cuda_status;

/* One device, one stream, one memory pool; used by one host thread at a time. */
typedef struct jukebox_cuda_context jukebox_cuda_context;

int32_t jukebox_cuda_abi_version(void);

/* Number of usable devices; 0 where there is no driver. */
jukebox_cuda_status jukebox_cuda_device_count(int32_t *count);

jukebox_cuda_status jukebox_cuda_open(int32_t device, jukebox_cuda_context **context);
void jukebox_cuda_close(jukebox_cuda_context *context);
const char *jukebox_cuda_error(const jukebox_cuda_context *context);

/* Device memory, filled with zeros. */
jukebox_cuda_status jukebox_cuda_allocate(jukebox_cuda_context *context, int64_t bytes,
                                          uint64_t *address);
jukebox_cuda_status jukebox_cuda_free(jukebox_cuda_context *context, uint64_t address);
jukebox_cuda_status jukebox_cuda_memory(jukebox_cuda_context *context, int64_t *free_bytes,
                                        int64_t *total_bytes);

jukebox_cuda_status jukebox_cuda_copy_in(jukebox_cuda_context *context, uint64_t target,
                                         const void *source, int64_t bytes);
jukebox_cuda_status jukebox_cuda_copy_out(jukebox_cuda_context *context, void *target,
                                          uint64_t source, int64_t bytes);
jukebox_cuda_status jukebox_cuda_synchronize(jukebox_cuda_context *context);

#ifdef __cplusplus
}
#endif

#endif
