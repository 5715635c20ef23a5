/*
 * The decode steps of many layers for a few items in one kernel. A block goes through all phases: it
 * takes the rows as they come from the blocks that computed them, value by value, and leaves its results
 * likewise, so that no block waits for more than it needs; its part of the weights streams from memory
 * throughout (weight_ring.h).
 */
#ifndef JUKEBOX_DECODE_PHASE_H
#define JUKEBOX_DECODE_PHASE_H

#include "attention_decode.h"
#include "linear_float_row.h"
#include "linear_items.h"

namespace jukebox {

enum PhaseKind : int32_t { LINEAR_PHASE, ATTENTION_PHASE };

struct alignas(16) DecodePhase {
  PhaseKind kind;
  /* Chunks of heads, dealt to the blocks one by one from the last but `turn` on backwards. */
  int32_t units;
  int32_t turn;
  /* Where rows come from if a phase before computed them, and where results go: not null. */
  const float* input;
  float* output;
  /* Where results of the next launch will go, which finds them absent. */
  float* next_output;
  RowStep linear;
  AttentionStep attention;
};

/* Phases in shared memory: the next, the one at work, and one that some warps have yet to end. */
constexpr int SLOTS = 3;

/* Bytes of a block's shared memory behind the phases in it, in this order. */
struct StackMemory {
  int weights;
  /* What a linear phase works with, then what two of them leave; attention takes all of it. */
  int work;
  int results;
  /* Items of a warp in the ring, and the bytes of one of all warps. */
  int depth;
  int round;

  HOST_DEVICE size_t phases() const { return SLOTS * sizeof(DecodePhase); }
  HOST_DEVICE size_t working() const { return static_cast<size_t>(work) + 2 * results; }
  HOST_DEVICE size_t bytes() const {
    return phases() + weights + working() + static_cast<size_t>(depth) * round;
  }
};

/* One launch. */
struct StackLaunch {
  /* For even launches of the graph and for odd ones, which leave their results in other places. */
  const DecodePhase* phases[2];
  int count;
  /* Of the linear phases. */
  const StackWeights* weights;
  int weight_count;
  /* Of the graph, before this one. */
  const int32_t* launches;
  StackMemory memory;
};

/* What all phases of a launch have in common; 0 for what none of them has. */
struct StackKind {
  /* 1, or ROWS for up to as many: a row is an item's. */
  int rows;
  /* Bits of the weights. */
  int bits;
  /* Type of the caches, and the bytes that their rows are read by. */
  int32_t cache;
  int access;

  /* Whether weights and caches are fp32, or the one that there is. */
  bool single() const { return bits == 32 || (bits == 0 && cache == JKC_F32); }
};

cudaError_t launch_stack(const jkc_context* context, const StackKind& kind,
                         const StackLaunch& launch);

/* Brings the code of all kinds to the device, before captures, in which it is not to be waited for. */
cudaError_t load_stacks(const jkc_context* context);

}  // namespace jukebox

#endif
