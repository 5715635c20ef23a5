/* The parts of the attention family: arguments, and the launches that jkc_attention_* consist of. */
#ifndef JUKEBOX_ATTENTION_H
#define JUKEBOX_ATTENTION_H

#include "attention_pattern.h"
#include "context.h"
#include "device.h"

namespace jukebox {

/* One call, as the kernels see it. */
struct AttentionCall {
  AttentionShape shape;
  int32_t batch;
  int32_t count;
  int32_t start;
  const int32_t* counter;
  /* [batch, count, row] with row = 3 n_state, or n_state for ENCODER. */
  const float* qkv;
  int32_t row;
  void* keys;
  void* values;
  float* out;
  float* weights;
  int32_t recorded_head;
  float scale;
};

/* The position of the first query. */
DEVICE int32_t first_position(const AttentionCall& call) {
  return call.counter == nullptr ? call.start : call.start + *call.counter;
}

/* One query an item: append and answer. */
template <typename T>
int attention_decode(jkc_context* context, const AttentionCall& call);

/* Any number of queries, which leave the cache as it is. */
template <typename T>
int attention_prefill(jkc_context* context, const AttentionCall& call);

/* Writes the keys and values of all positions to the cache. */
template <typename T>
int attention_append(jkc_context* context, const AttentionCall& call);

/* Writes the weights of one head, before the positions are appended. */
template <typename T>
int attention_record(jkc_context* context, const AttentionCall& call);

/* kv [batch, key_length, 2 n_state] to the caches. */
template <typename T>
int attention_fill(jkc_context* context, const AttentionShape& shape, int32_t batch, void* keys,
                   void* values, const float* kv);

}  // namespace jukebox

#endif
