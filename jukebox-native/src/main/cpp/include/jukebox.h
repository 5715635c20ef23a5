/*
 * Jukebox's host kernels behind a C ABI.
 *
 * Every function returns a jk_status unless it says otherwise, checks its arguments, and never
 * throws, prints or exits. Arrays are contiguous and row-major; extents and strides count elements.
 * An engine is used by one thread at a time: a second concurrent call gets JK_BUSY.
 */
#ifndef JUKEBOX_H
#define JUKEBOX_H

#include <stdint.h>

#if defined(__GNUC__)
#define JK_API __attribute__((visibility("default")))
#else
#define JK_API
#endif

#ifdef __cplusplus
extern "C" {
#endif

#define JK_ABI_VERSION 2

typedef enum jk_status {
  JK_OK = 0,
  JK_BAD_ARGUMENT = 1,
  JK_OUT_OF_MEMORY = 2,
  JK_UNSUPPORTED = 3,
  JK_BUSY = 4,
  JK_INTERNAL = 5
} jk_status;

/* Instruction sets, in ascending order of preference. */
typedef enum jk_tier { JK_BASELINE = 0, JK_AVX2 = 1, JK_AVX512 = 2 } jk_tier;

typedef enum jk_dtype { JK_F32 = 0, JK_F16 = 1, JK_BF16 = 2, JK_I8 = 3 } jk_dtype;

typedef enum jk_activation { JK_NONE = 0, JK_QUICK_GELU = 1 } jk_activation;

/* A thread pool and the kernels of one instruction set. */
typedef struct jk_engine jk_engine;

/* The JK_ABI_VERSION that the library was compiled with (not a status). */
JK_API int jk_abi_version(void);

/* The best jk_tier of this processor (not a status). */
JK_API int jk_best_tier(void);

/* 1 if the library holds this tier and the processor can run it, else 0 (not a status). */
JK_API int jk_tier_supported(int tier);

/* The number of processors that this process may use, at least 1 (not a status). */
JK_API int jk_processors(void);

/* `bytes` zeroed bytes, aligned to 64 at least; large blocks ask for huge pages. */
JK_API int jk_alloc(int64_t bytes, void** block);

/* Frees a block of jk_alloc; NULL is allowed. */
JK_API int jk_free(void* block);

/* An engine of `threads` threads, the caller's included; 1 runs everything on the caller. */
JK_API int jk_engine_create(int tier, int threads, jk_engine** engine);

/* Ends the threads; NULL is allowed. */
JK_API int jk_engine_destroy(jk_engine* engine);

/* ---- linear: y = activation(x·W + b), or residual + x·W + b ---- */

/* Columns in a panel of the engine's packed layout [panels, in, width] (not a status; 0 if NULL). */
JK_API int jk_linear_panel_width(const jk_engine* engine);

/*
 * Packs weight ([in, out], or [out, in] if transposed) into ceil(out/width)·in·width elements of
 * `storage`; `scales` (out entries) is written for JK_I8 and may be NULL otherwise.
 */
JK_API int jk_linear_pack(jk_engine* engine, const float* weight, int transposed, int64_t in,
                          int64_t out, int storage, void* packed, int64_t packed_bytes,
                          float* scales);

/*
 * rows × in → rows × out. `scales` for JK_I8; `bias` and `residual` may be NULL; residual may be y.
 * Each element is one chain of fused multiply-adds over 0..in-1 from zero, then scale, bias,
 * activation, residual: its bits depend on its row and column alone.
 */
JK_API int jk_linear_apply(jk_engine* engine, const void* packed, const float* scales,
                           const float* bias, int64_t in, int64_t out, int storage, const float* x,
                           int64_t rows, int activation, const float* residual, float* y);

/* ---- conv: one-dimensional convolutions over [batch, time, channels] ---- */

/* Number of floats of a packed convolution weight (not a status; -1 if impossible). */
JK_API int64_t jk_conv_packed_size(const jk_engine* engine, int64_t in, int64_t out,
                                   int64_t kernel);

/* Packs weight [out, in, kernel], or [in, out, kernel] if transposed. */
JK_API int jk_conv_pack(jk_engine* engine, const float* weight, int64_t in, int64_t out,
                        int64_t kernel, int64_t stride, int transposed, float* packed,
                        int64_t packed_size);

/*
 * y = conv(x), conv(relu(x)) if relu_input, or residual + scale·conv where residual is not NULL
 * (it may be y). time_out must be the geometry's output length. Chains run over taps, then channels.
 */
JK_API int jk_conv_apply(jk_engine* engine, const float* packed, const float* bias, int64_t in,
                         int64_t out, int64_t kernel, int64_t stride, int64_t padding,
                         int64_t dilation, int transposed, const float* x, int64_t batch,
                         int64_t time_in, int relu_input, const float* residual, float scale,
                         float* y, int64_t time_out);

/* ---- attention: queries over contiguous ranges of cache rows ---- */

/*
 * Copies the keys and values of `count` positions into cache rows: entry i of item n goes to row
 * slots[i] (-1: nowhere). Position i of item n lies at keys + n·item_stride + i·row_stride.
 */
JK_API int jk_attention_append(jk_engine* engine, const float* keys, const float* values,
                               int64_t item_stride, int64_t row_stride, int64_t batch,
                               int64_t count, int64_t width, const int32_t* slots, float* key_cache,
                               float* value_cache, int64_t cache_slots);

/*
 * out[n, i] = softmax(q·k / sqrt(head_dim))·v over rows [first[i], first[i] + length[i]) of item n's
 * cache, for each head; length 0 gives zeros. The caches are [batch, cache_slots, heads·head_dim];
 * query i of item n lies at q + n·item_stride + i·row_stride, its output at out + n·out_item_stride
 * + i·heads·head_dim. Where `weights` is not NULL the weights of head `recorded` for each cache row,
 * 0 where not attended, go to weights + n·weights_item_stride + i·cache_slots.
 */
JK_API int jk_attention_attend(jk_engine* engine, const float* q, int64_t item_stride,
                               int64_t row_stride, const float* key_cache,
                               const float* value_cache, int64_t cache_slots, int64_t batch,
                               int64_t count, int64_t heads, int64_t head_dim,
                               const int32_t* first, const int32_t* length, float* out,
                               int64_t out_item_stride, int64_t recorded, float* weights,
                               int64_t weights_item_stride);

/* ---- norm, codebook, embedding, elementwise ---- */

/* y = (x - mean) / sqrt(variance + eps) · gain + bias for each row; y may be x. */
JK_API int jk_layer_norm(jk_engine* engine, const float* x, const float* gain, const float* bias,
                         float eps, int64_t rows, int64_t width, float* y);

/* The index of the codebook row nearest to each row of x; ties go to the lowest. */
JK_API int jk_codebook_nearest(jk_engine* engine, const float* x, int64_t rows, int64_t width,
                               const float* codebook, int64_t bins, int32_t* codes);

/*
 * out[i] = table[ids[i]], or out[i] += table[ids[i]] if add. With add a negative id adds nothing;
 * any other id outside [0, table_rows) is JK_BAD_ARGUMENT, and nothing is written.
 */
JK_API int jk_gather(jk_engine* engine, const float* table, int64_t table_rows, int64_t width,
                     const int32_t* ids, int64_t count, int add, float* out);

/*
 * y[n, i] = x[n, i] + table[n, start + i] over [batch, count, width]; table_item and table_row are
 * the table's strides, 0 where its one entry stands for all. y may be x.
 */
JK_API int jk_add_slice(jk_engine* engine, const float* x, const float* table, int64_t table_item,
                        int64_t table_row, int64_t start, int64_t batch, int64_t count,
                        int64_t width, float* y);

/* y = a + weight·(b - a); y may be a or b. */
JK_API int jk_interpolate(jk_engine* engine, const float* a, const float* b, float weight,
                          int64_t size, float* y);

/* Copies `batch` runs of `bytes` bytes between strided places that do not overlap. */
JK_API int jk_copy_strided(jk_engine* engine, const void* source, int64_t source_stride,
                           void* target, int64_t target_stride, int64_t batch, int64_t bytes);

/* ---- training: whole windows, losses, spectra, and their gradients ---- */

/*
 * Attention over a whole window. `pattern` is an attn_func (0 dense, 1 block, 2 transpose block,
 * 3 previous block, 4 summary, 6 encoder, 7 prime). q is [batch, n_ctx] rows of heads·head_dim
 * floats, q_row floats apart; k and v are [batch, n_ctx], or [batch, key_length] for an encoder, kv_row
 * floats apart. out is [batch, n_ctx, heads·head_dim].
 */
JK_API int jk_window_attend(jk_engine* engine, int pattern, int64_t heads, int64_t head_dim,
                            int64_t n_ctx, int64_t blocks, int64_t key_length, int64_t batch,
                            const float* q, int64_t q_row, const float* k, const float* v,
                            int64_t kv_row, float* out);

/* The gradients of q, k and v, whose rows lie as those of q, k and v do, from that of out. */
JK_API int jk_window_attend_gradient(jk_engine* engine, int pattern, int64_t heads,
                                     int64_t head_dim, int64_t n_ctx, int64_t blocks,
                                     int64_t key_length, int64_t batch, const float* q,
                                     int64_t q_row, const float* k, const float* v, int64_t kv_row,
                                     const float* out, const float* d_out, float* d_q, float* d_k,
                                     float* d_v);

/* dx = or += the gradient of x, d_gain and d_bias += theirs, of jk_layer_norm; dx may be dy. */
JK_API int jk_layer_norm_gradient(jk_engine* engine, const float* x, const float* gain, float eps,
                                  const float* dy, int64_t rows, int64_t width, int add, float* dx,
                                  float* d_gain, float* d_bias);

/*
 * losses[r] = -log softmax(logits[r])[targets[r]]; a target outside [0, bins) is JK_BAD_ARGUMENT,
 * and nothing is written.
 */
JK_API int jk_cross_entropy(jk_engine* engine, const float* logits, const int32_t* targets,
                            int64_t rows, int64_t bins, float* losses);

/* d_logits = weights[r]·(softmax(logits[r]) - onehot(targets[r])); d_logits may be logits. */
JK_API int jk_cross_entropy_gradient(jk_engine* engine, const float* logits,
                                     const int32_t* targets, const float* weights, int64_t rows,
                                     int64_t bins, float* d_logits);

/*
 * The distance of each of `batch` items of `each` elements. kind 0: mean of |x - target|, 1: mean of
 * the squares, 2: mean of the k largest squares, 1 <= k <= each.
 */
JK_API int jk_distance(jk_engine* engine, int kind, int64_t k, const float* target, const float* x,
                       int64_t batch, int64_t each, float* distances);

/* dx += weights[item]·gradient of jk_distance; among equal differences the first are taken. */
JK_API int jk_distance_gradient(jk_engine* engine, int kind, int64_t k, const float* target,
                                const float* x, int64_t batch, int64_t each, const float* weights,
                                float* dx);

/*
 * x [batch, time] -> spectrum [batch, 1 + time/hop, n_fft/2 + 1, 2]: periodic Hann windows in the
 * middle of frames that are centred at multiples of hop, the signal reflected at both ends. n_fft is
 * a power of two from 4 on, below 2·time.
 */
JK_API int jk_stft(jk_engine* engine, int64_t n_fft, int64_t hop, int64_t window, const float* x,
                   int64_t batch, int64_t time, float* spectrum);

/* dx += the gradient of x from that of its spectrum. */
JK_API int jk_stft_gradient(jk_engine* engine, int64_t n_fft, int64_t hop, int64_t window,
                            const float* d_spectrum, int64_t batch, int64_t time, float* dx);

/*
 * The norm of |target| - |spectrum| of each of `batch` items of `each` complex numbers; a NULL target
 * stands for zeros.
 */
JK_API int jk_spectral_distance(jk_engine* engine, const float* target, const float* spectrum,
                                int64_t batch, int64_t each, float* distances);

/* d_spectrum = weights[item]·gradient of that, 0 where it has none; it may be spectrum. */
JK_API int jk_spectral_distance_gradient(jk_engine* engine, const float* target,
                                         const float* spectrum, int64_t batch, int64_t each,
                                         const float* distances, const float* weights,
                                         float* d_spectrum);

/*
 * d_table[ids[i]] += d_out[i], in the order of the ids; a negative id adds nothing, one of table_rows
 * or more is JK_BAD_ARGUMENT, and nothing is written.
 */
JK_API int jk_scatter_add(jk_engine* engine, const float* d_out, const int32_t* ids, int64_t count,
                          int64_t width, float* d_table, int64_t table_rows);
/* ---- training: matmul, conv gradient, activation, optimizer ---- */

/*
 * c = op(a)·op(b) + bias, or c += op(a)·op(b) if add, where bias must be NULL. a is [m, k], or
 * [k, m] if transposed, b [k, n], or [n, k]; c [m, n] overlaps neither. The order of every sum
 * depends on m, n and k alone.
 */
JK_API int jk_matmul(jk_engine* engine, const float* a, int transpose_a, const float* b,
                     int transpose_b, int64_t m, int64_t n, int64_t k, const float* bias, int add,
                     float* c);

/*
 * Adds to d_weight and d_bias the gradients of scale·(conv(x) + bias), or of conv(relu(x)), given
 * dy. Shapes as in jk_conv_apply, d_weight's as in jk_conv_pack.
 */
JK_API int jk_conv_gradient(jk_engine* engine, int64_t in, int64_t out, int64_t kernel,
                            int64_t stride, int64_t padding, int64_t dilation, int transposed,
                            const float* x, int64_t batch, int64_t time_in, int relu_input,
                            const float* dy, int64_t time_out, float scale, float* d_weight,
                            float* d_bias);

/* x = value. */
JK_API int jk_fill(jk_engine* engine, float* x, float value, int64_t size);

/* y = a·x, or y += a·x if add; y may be x. */
JK_API int jk_scale(jk_engine* engine, const float* x, float a, int add, int64_t size, float* y);

/* y = a + b; y may be a or b. */
JK_API int jk_add(jk_engine* engine, const float* a, const float* b, int64_t size, float* y);

/* y = x·σ(1.702x); y may be x. */
JK_API int jk_quick_gelu(jk_engine* engine, const float* x, int64_t size, float* y);

/* dx = dy·(the slope of the quick GELU at x); dx may be dy or x. */
JK_API int jk_quick_gelu_gradient(jk_engine* engine, const float* x, const float* dy, int64_t size,
                                  float* dx);

/* dx = dy where x > 0, else 0; added to dx if add. dx may be dy or x. */
JK_API int jk_relu_gradient(jk_engine* engine, const float* x, const float* dy, int add,
                            int64_t size, float* dx);

/* Adds the sum over all rows to sums, in an order that depends on the extents alone. */
JK_API int jk_sum_rows(jk_engine* engine, const float* x, int64_t rows, int64_t width, float* sums);

/* A parameter of `size` elements and what Adam keeps beside it; words of 64 bits. */
typedef struct jk_adam_tensor {
  float* parameter;
  const float* gradient;
  void* first;    /* moments: floats, or halves (16 bits) if there are scales */
  void* second;
  float* scales;  /* 2 floats that the stored moments are multiplied by, or NULL */
  float* average; /* moving average of the parameter, or NULL */
  int64_t size;
} jk_adam_tensor;

/* result[0] = the Euclidean norm of all gradients; result[1] = 1 if any is not finite, else 0. */
JK_API int jk_gradient_norm(jk_engine* engine, const jk_adam_tensor* tensors, int64_t count,
                            float* result);

/*
 * One step of Adam. `numbers`: step size, divisor of the gradients, beta1, 1 - beta1, beta2,
 * 1 - beta2, epsilon, weight decay, decay of the averages, 1 - that.
 */
JK_API int jk_adam(jk_engine* engine, const jk_adam_tensor* tensors, int64_t count,
                   const float* numbers);

/* ---- end of training: matmul, conv gradient, activation, optimizer ---- */

#ifdef __cplusplus
}
#endif

#endif
