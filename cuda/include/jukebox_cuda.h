/*
 * The CUDA backend behind a C ABI.
 *
 * Every function returns a jkc_status unless it says otherwise, checks its arguments, and never
 * throws, prints or exits; jkc_error() says in words what the last failed call of a context met.
 * Arrays named by a plain pointer lie in device memory, contiguous and row-major, those of a
 * `host_` parameter in the host's; extents and strides count elements. Calls enqueue on the
 * context's stream and return at once; only those that say so wait. A context is used by one thread
 * at a time.
 *
 * A place that moves on inside a graph is given as `start` plus, unless `counter` is null, the value
 * of an int32 in device memory when the kernel runs.
 */
#ifndef JUKEBOX_CUDA_H
#define JUKEBOX_CUDA_H

#include <stdint.h>

#if defined(__GNUC__)
#define JKC_API __attribute__((visibility("default")))
#else
#define JKC_API
#endif

#ifdef __cplusplus
extern "C" {
#endif

/* Raised whenever a signature or the meaning of an argument changes. */
#define JKC_ABI_VERSION 5

typedef enum jkc_status {
  JKC_OK = 0,
  JKC_BAD_ARGUMENT = 1,
  JKC_OUT_OF_MEMORY = 2,
  JKC_NO_DEVICE = 3,
  JKC_FAILED = 4,
  /* The device's memory can no longer be used by this process. */
  JKC_DEVICE_LOST = 5,
  /* A kernel met a logit that is NaN. */
  JKC_NOT_A_NUMBER = 6,
  /* A kernel met an id outside its table. */
  JKC_ID_OUT_OF_RANGE = 7,
  /* The call waits or allocates, which a capture does not allow. */
  JKC_CAPTURING = 8
} jkc_status;

typedef enum jkc_dtype { JKC_F32 = 0, JKC_F16 = 1, JKC_BF16 = 2, JKC_I8 = 3 } jkc_dtype;

typedef enum jkc_activation { JKC_NONE = 0, JKC_QUICK_GELU = 1 } jkc_activation;

/* One device, one stream, scratch memory. */
typedef struct jkc_context jkc_context;

/* Operations that were captured. */
typedef struct jkc_graph jkc_graph;

/* ---- context ---- */

/* The JKC_ABI_VERSION that the library was compiled with (not a status). */
JKC_API int jkc_abi_version(void);

/*
 * Number of devices that can be used; JKC_NO_DEVICE where there is no driver, or one too old.
 * host_reason takes 256 bytes: why there is none, in words, or nothing.
 */
JKC_API int jkc_device_count(int32_t* host_count, char* host_reason);

/*
 * What a device is. host_name takes 256 bytes; host_facts takes 6 values: compute capability times
 * 10, multiprocessors, bytes of memory, driver version, bytes of second-level cache, bytes of
 * shared memory of a block.
 */
JKC_API int jkc_device(int32_t device, char* host_name, int64_t* host_facts);

/* For jkc_open: as many items as were measured to be faster on such a device. */
#define JKC_MEASURED_STACK (-1)

/*
 * On devices that can, captures make one launch of decode steps that follow each other, of up to
 * `stack_items` items, 16 at most; 0 for none. Results have the same bits.
 */
JKC_API int jkc_open(int32_t device, int32_t stack_items, jkc_context** context);
/* Waits for what is under way and frees all that the context holds. */
JKC_API int jkc_close(jkc_context* context);

/* The last failure in words; never null (not a status). */
JKC_API const char* jkc_error(const jkc_context* context);

/* Whether something failed since the last check; waits for all operations only if so. */
JKC_API int jkc_check(jkc_context* context);
/* Waits for all operations, then checks. */
JKC_API int jkc_synchronize(jkc_context* context);

/* ---- memory ---- */

/* `bytes` zeroed bytes, aligned to 256. */
JKC_API int jkc_allocate(jkc_context* context, int64_t bytes, void** block);
JKC_API int jkc_free(jkc_context* context, void* block);
/* Waits for frees under way; two values: free and total bytes of the device. */
JKC_API int jkc_memory(jkc_context* context, int64_t* host_free_and_total);
/* The source may be used again at once. */
JKC_API int jkc_copy_in(jkc_context* context, void* target, const void* host_source, int64_t bytes);
/* Waits, then checks. */
JKC_API int jkc_copy_out(jkc_context* context, void* host_target, const void* source,
                         int64_t bytes);
/* Copies `size` host elements of a type to fp32; waits until the source may be used again. */
JKC_API int jkc_convert_in(jkc_context* context, float* target, const void* host_source,
                           int32_t dtype, int64_t size);

/* ---- graphs and times ---- */

/* From here to jkc_capture_end operations are recorded and not run. */
JKC_API int jkc_capture_begin(jkc_context* context);
JKC_API int jkc_capture_end(jkc_context* context, jkc_graph** graph);
/* Ends a capture whose operations failed; always JKC_OK. */
JKC_API int jkc_capture_abandon(jkc_context* context);
JKC_API int jkc_graph_launch(jkc_context* context, jkc_graph* graph);
/* How many launches have ended, without waiting; checks. */
JKC_API int jkc_graph_finished(jkc_context* context, jkc_graph* graph, int64_t* host_launches);
JKC_API int jkc_graph_free(jkc_context* context, jkc_graph* graph);

/* Marks a moment, 0 or 1, in the order of operations. */
JKC_API int jkc_mark(jkc_context* context, int32_t moment);
/* Waits; milliseconds between moments 0 and 1. */
JKC_API int jkc_elapsed(jkc_context* context, float* host_milliseconds);

/* ---- linear ---- */

/* Bytes of a packed weight (not a status); negative if there is no such storage. */
JKC_API int64_t jkc_linear_packed_bytes(int64_t in, int64_t out, int32_t storage);

/*
 * Packs a weight [in, out], or [out, in] if transposed. scales [out] is written for JKC_I8 alone,
 * and may be null otherwise.
 */
JKC_API int jkc_linear_pack(jkc_context* context, const float* weight, int32_t transposed,
                            int64_t in, int64_t out, int32_t storage, void* packed, float* scales);

/*
 * y = base + scale * (residual + activation(norm(x) W + b) - base), where what is null is left out:
 * gain and norm_bias [in] (with no gain, norm(x) is x), bias [out], residual and base [rows, out].
 * Without base the scale is not used. y may be residual or base, not x.
 */
JKC_API int jkc_linear_apply(jkc_context* context, const void* packed, const float* scales,
                             const float* bias, int64_t in, int64_t out, int32_t storage,
                             const float* x, int64_t rows, const float* gain,
                             const float* norm_bias, float eps, int32_t activation,
                             const float* residual, const float* base, float scale, float* y);

/* Whether jkc_linear_apply takes a gain for so many rows now (1 or 0, not a status). */
JKC_API int jkc_linear_fuses_norm(const jkc_context* context, int64_t rows, int32_t storage);

/* ---- norm ---- */

JKC_API int jkc_layer_norm(jkc_context* context, const float* x, const float* gain,
                           const float* bias, float eps, int64_t rows, int64_t width, float* y);

/* ---- attention ---- */

/* The shape of a layer; `pattern` is the original's attn_func. */
typedef struct jkc_attention {
  int32_t pattern;
  int32_t heads;
  int32_t head_dim;
  int32_t n_ctx;
  int32_t blocks;
  int32_t key_length;
} jkc_attention;

/*
 * Appends the keys and values of positions [start, start + count) to the caches [batch, slots,
 * heads * head_dim] of type cache_dtype, and answers their queries. qkv [batch, count, 3 n_state],
 * or queries alone for pattern 6; out [batch, count, n_state]. With a counter, count is 1. weights
 * [batch, count, slots] takes those of recorded_head, zeros where not attended; null for none.
 * host_shape: the six values of jkc_attention. Row 0 of the caches of pattern 4 is the zero key:
 * whoever allocates them leaves zeros there. A query has the same bits however its prompt is cut
 * into calls, and whatever else is in the batch.
 */
JKC_API int jkc_attention_attend(jkc_context* context, const int32_t* host_shape, int64_t batch,
                                 int32_t cache_dtype, void* keys, void* values, const float* qkv,
                                 int64_t count, int64_t start, const int32_t* counter, float* out,
                                 int32_t recorded_head, float* weights);

/* Fills the caches of pattern 6 from kv [batch, key_length, 2 n_state]. */
JKC_API int jkc_attention_fill(jkc_context* context, const int32_t* host_shape, int64_t batch,
                               int32_t cache_dtype, void* keys, void* values, const float* kv);

/* ---- conv ---- */

/* Elements of a packed weight (not a status). */
JKC_API int64_t jkc_conv_packed_size(int64_t in, int64_t out, int64_t kernel);

/* Packs a weight [out, in, kernel], or [in, out, kernel] if transposed. */
JKC_API int jkc_conv_pack(jkc_context* context, const float* weight, int64_t in, int64_t out,
                          int64_t kernel, int64_t stride, int32_t transposed, float* packed);

/*
 * y = residual + scale * (conv(relu(x)) + bias), the relu if relu_input; without residual the scale
 * is not used. x [batch, time_in, in], y and residual [batch, time_out, out]; dilation is 1 if
 * transposed. The sum of an element has one order, whatever the times and the batch. packed is
 * aligned to 16; y may be residual, not x.
 */
JKC_API int jkc_conv_apply(jkc_context* context, const float* packed, const float* bias, int64_t in,
                           int64_t out, int64_t kernel, int64_t stride, int64_t padding,
                           int64_t dilation, int32_t transposed, const float* x, int64_t batch,
                           int64_t time_in, int32_t relu_input, const float* residual, float scale,
                           float* y, int64_t time_out);

/* ---- embedding ---- */

/* out[i] = table[ids[i]], or out[i] += it, where a negative id then adds nothing. */
JKC_API int jkc_gather(jkc_context* context, const float* table, int64_t table_rows, int64_t width,
                       const int32_t* ids, int64_t count, int32_t add, float* out);

/* ---- codebook ---- */

/* codes[i] is the bin [bins, width] nearest to row i, the lowest of equals. */
JKC_API int jkc_codebook_nearest(jkc_context* context, const float* x, int64_t rows, int64_t width,
                                 const float* codebook, int64_t bins, int32_t* codes);

/*
 * Adds to counts [bins] and sums [bins, width] the rows that have each code, with the same bits in
 * every run; a code that is no bin is a fault of JKC_ID_OUT_OF_RANGE, and its row left out.
 */
JKC_API int jkc_codebook_accumulate(jkc_context* context, const float* x, int64_t rows,
                                    int64_t width, const int32_t* codes, int64_t bins,
                                    float* counts, float* sums);

/* ---- sampling ---- */

/*
 * One token a row from softmax(logits / temp), filtered by top_k (0 for all) or top_p (0 for all),
 * by Philox4x32-10 of (seed, item of the row, level, start + counter). items [rows].
 */
JKC_API int jkc_sample(jkc_context* context, const float* logits, int64_t rows, int64_t bins,
                       float temp, int32_t top_k, float top_p, int64_t seed, const int32_t* items,
                       int32_t level, int64_t start, const int32_t* counter, int32_t* tokens);

/* ---- elementwise ---- */

/*
 * y[n, i] = x[n, i] + table[n * table_item + (start + counter + i) * table_row], rows of `width`;
 * strides of 0 for a table that is the same for all items or positions. table_length positions.
 */
JKC_API int jkc_add_slice(jkc_context* context, const float* x, const float* table,
                          int64_t table_item, int64_t table_row, int64_t table_length,
                          int64_t start, const int32_t* counter, int64_t batch, int64_t count,
                          int64_t width, float* y);

/* y = a + weight * (b - a). */
JKC_API int jkc_interpolate(jkc_context* context, const float* a, const float* b, float weight,
                            int64_t size, float* y);

/*
 * Copies `count` positions of `row` 4-byte words of each item from `source_start` to
 * `target_start` + counter.
 */
JKC_API int jkc_copy_positions(jkc_context* context, const void* source, int64_t source_length,
                               int64_t source_start, void* target, int64_t target_length,
                               int64_t target_start, const int32_t* counter, int64_t batch,
                               int64_t count, int64_t row);

/* Adds one to a counter. */
JKC_API int jkc_increment(jkc_context* context, int32_t* counter);

/* ---- optimizer ---- */

/*
 * The layout of a group of tensors, four values: bytes of the group in device memory, tensors,
 * chunks, tensors with scales. host_tensors holds seven values for each of `count` tensors: the
 * addresses of parameter, gradient, first moment, second moment, scales and average, and their
 * number of elements. With scales [2], the moments are fp16 and multiplied by them, otherwise fp32
 * with a scales address of 0; average is 0 for none. Any alignment of the elements will do.
 */
JKC_API int jkc_optimizer_layout(const int64_t* host_tensors, int64_t count, int64_t* host_layout);
/* Writes the group. */
JKC_API int jkc_optimizer_prepare(jkc_context* context, const int64_t* host_tensors, int64_t count,
                                  void* group);

/* result [2]: the norm of all gradients together, and 1 if one is NaN or infinite, else 0. */
JKC_API int jkc_gradient_norm(jkc_context* context, const int64_t* host_layout, const void* group,
                              float* result);

/*
 * One step of Adam for all tensors. host_adam: step size, what gradients are divided by, beta1,
 * 1 - beta1, beta2, 1 - beta2, epsilon, weight decay, the average's decay, 1 - that.
 */
JKC_API int jkc_adam(jkc_context* context, const int64_t* host_layout, void* group,
                     const float* host_adam);

#ifdef __cplusplus
}
#endif

#endif
