/*
 * While a capture runs, linear and attention steps of few items are collected as phases, and become one
 * launch when something else is asked of the stream.
 */
#ifndef JUKEBOX_DECODE_COLLECT_H
#define JUKEBOX_DECODE_COLLECT_H

#include "decode_phase.h"

namespace jukebox {

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
