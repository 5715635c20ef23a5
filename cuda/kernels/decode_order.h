/* Which phases of a stack may follow each other without a barrier. */
#ifndef JUKEBOX_DECODE_ORDER_H
#define JUKEBOX_DECODE_ORDER_H

#include <vector>

#include "decode_phase.h"

namespace jukebox {

constexpr size_t NO_PHASE = static_cast<size_t>(-1);

/* What a capture has collected; phases before `first` are launched. */
struct PendingPhases {
  std::vector<DecodePhase> phases;
  /* The phases that computed their rows, or NO_PHASE. */
  std::vector<size_t> parents;
  size_t first;
};

/* A range of plain memory. */
struct Range {
  const float* from;
  int64_t size;

  bool meets(const Range& other) const {
    return from != nullptr && other.from != nullptr && from < other.from + other.size &&
           other.from < from + size;
  }
  bool is(const Range& other) const { return from == other.from && size == other.size; }
};

/* Elements of a linear phase's results. */
inline int64_t outputs_of(const DecodePhase& phase) {
  return phase.linear.rows * phase.linear.finish.out;
}
inline Range result_of(const DecodePhase& phase) {
  if (phase.kind == LINEAR_PHASE) return {phase.linear.finish.y, outputs_of(phase)};
  const AttentionCall& call = phase.attention.call;
  return {call.out, int64_t{call.batch} * call.shape.n_state};
}
inline Range input_of(const DecodePhase& phase) {
  const RowStep& step = phase.linear;
  if (phase.kind == LINEAR_PHASE) return {step.x, int64_t{step.rows} * step.width};
  const AttentionCall& call = phase.attention.call;
  return {call.qkv, int64_t{call.batch} * call.row};
}
inline Range residual_of(const DecodePhase& phase) {
  return {phase.linear.finish.residual, outputs_of(phase)};
}
inline Range base_of(const DecodePhase& phase) {
  return {phase.linear.finish.base, outputs_of(phase)};
}

/* The last pending phase whose result meets a range; their number if there is none. */
inline size_t producer(const PendingPhases& pending, const Range& range) {
  for (size_t i = pending.phases.size(); i > pending.first; i--) {
    if (result_of(pending.phases[i - 1]).meets(range)) return i - 1;
  }
  return pending.phases.size();
}

/* Whether two linear phases compute the same elements, each by the same thread. */
inline bool compute_alike(const DecodePhase& a, const DecodePhase& b) {
  return a.kind == LINEAR_PHASE && b.kind == LINEAR_PHASE && a.linear.rows == b.linear.rows &&
         a.linear.finish.out == b.linear.finish.out;
}

/* Whether an element that a phase adds was left by the thread that adds it, or is at rest. */
inline bool is_own(const PendingPhases& pending, const DecodePhase& phase, const Range& added) {
  size_t from = producer(pending, added);
  return from == pending.phases.size() ||
         (compute_alike(pending.phases[from], phase) && result_of(pending.phases[from]).is(added));
}

/* Whether chunks of both leave what the last of a head merges, or count themselves, in one place. */
inline bool share_scratch(const AttentionStep& a, const AttentionStep& b) {
  if (a.chunks == 1 || b.chunks == 1) return false;
  auto heads = [](const AttentionStep& step) {
    return int64_t{step.call.batch} * step.call.shape.heads;
  };
  auto partial = [&](const AttentionStep& step) {
    return Range{step.partial, heads(step) * step.chunks * (step.call.shape.head_dim + 2)};
  };
  return partial(a).meets(partial(b)) ||
         (a.counters < b.counters + heads(b) && b.counters < a.counters + heads(a));
}

/* Whether two phases attend to one cache: answers leave before the cache is written. */
inline bool share_cache(const DecodePhase& a, const DecodePhase& b) {
  return a.kind == ATTENTION_PHASE && b.kind == ATTENTION_PHASE &&
         a.attention.call.keys == b.attention.call.keys;
}

/*
 * Whether two phases may not run at the same time for the memory that `next` writes; `rests` says
 * that the row of the one before lies in plain memory.
 */
inline bool collide(const DecodePhase& before, bool rests, const DecodePhase& next) {
  Range result = result_of(next);
  bool linear = before.kind == LINEAR_PHASE;
  if (compute_alike(before, next) && result_of(before).is(result)) {
    /* Each element belongs to one thread. */
  } else if (result_of(before).meets(result)) {
    return true;
  }
  if (rests && input_of(before).meets(result)) return true;
  for (const Range& added : {residual_of(before), base_of(before)}) {
    bool own = compute_alike(before, next) && added.is(result);
    if (linear && added.meets(result) && !own) return true;
  }
  return !linear && next.kind == ATTENTION_PHASE && share_scratch(before.attention, next.attention);
}

/*
 * Whether a phase can follow the pending ones without a barrier. Its row is at rest or one whole result,
 * what it adds is its threads' own, and pending phases that collide with it have ended when its row
 * is there: they are those that the row was computed from.
 */
inline bool follows(const PendingPhases& pending, const DecodePhase& phase, size_t from) {
  if (from < pending.phases.size() && !result_of(pending.phases[from]).is(input_of(phase))) {
    return false;
  }
  if (phase.kind == LINEAR_PHASE &&
      (!is_own(pending, phase, residual_of(phase)) || !is_own(pending, phase, base_of(phase)))) {
    return false;
  }
  size_t ancestor = from;
  for (size_t i = pending.phases.size(); i > pending.first; i--) {
    const DecodePhase& before = pending.phases[i - 1];
    size_t parent = pending.parents[i - 1];
    if (share_cache(before, phase)) return false;
    if (i - 1 == ancestor) {
      ancestor = parent;
    } else if (collide(before, parent == NO_PHASE, phase)) {
      return false;
    }
  }
  return true;
}

}  // namespace jukebox

#endif
