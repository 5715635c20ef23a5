/*
 * The decode steps of many layers for one row in one kernel. While a capture runs, linear and
 * attention steps are collected as phases, and become one launch when something else is asked of
 * the stream. A block goes through all phases: it takes the row as it comes from the blocks that
 * computed it, value by value, and leaves its results likewise, so that no block waits for more than
 * it needs; its part of the weights streams from memory throughout (weight_ring.h).
 */
#ifndef JUKEBOX_DECODE_STACK_H
#define JUKEBOX_DECODE_STACK_H

#include "attention_decode.h"
#include "linear_row.h"

namespace jukebox {

enum PhaseKind : int32_t { LINEAR_PHASE, ATTENTION_PHASE };

struct alignas(16) DecodePhase {
  PhaseKind kind;
  /* Chunks of heads, dealt to the blocks one by one. */
  int32_t units;
  /* Where the row comes from if a phase before computed it, and where the result goes: not null. */
  const Tagged* input;
  Tagged* output;
  RowStep linear;
  AttentionStep attention;
};

/* What a capture has collected. */
struct DecodeStack;

/*
 * A stack for a capture that begins; null, with success, where a device cannot run one. `launches`
 * is what the graph has been launched before, on the device.
 */
cudaError_t open_stack(jkc_context* context, const int32_t* launches, DecodeStack** stack);

/* Brings the phases of all launches to the device, before the graph is launched. */
cudaError_t upload_stack(jkc_context* context, DecodeStack* stack);

void close_stack(DecodeStack* stack);

/* Whether a step became a phase; if not, it is to be launched. */
bool stack_linear(const LinearCall& call);
template <typename T>
bool stack_attention(jkc_context* context, const AttentionStep& step, int alignment);

}  // namespace jukebox

#endif
