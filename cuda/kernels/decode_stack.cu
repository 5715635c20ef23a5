#include "decode_stack.h"

#include <new>

#include "attention_decode_half.h"
#include "decode_order.h"
#include "linear_row.h"

namespace jukebox {

/* One block fills a multiprocessor. */
constexpr int STACK_THREADS = DECODE_WARPS_ALONE * WARP;
/* Phases of one capture: more layers than any model has. */
constexpr int MOST_PHASES = 2048;
/* Phases in shared memory: the one at work and the next. */
constexpr int SLOTS = 2;
/* Linear phases from one that asks for weights to the one that uses them. */
constexpr size_t AHEAD = 2;
constexpr int LINE = 128;

DEVICE void load_phase(const DecodePhase* from, DecodePhase* to) {
  static_assert(sizeof(DecodePhase) % 16 == 0, "copied by pieces of 16 bytes");
  for (int i = threadIdx.x; i < static_cast<int>(sizeof(DecodePhase) / 16); i += blockDim.x) {
    async_copy16(reinterpret_cast<unsigned char*>(to) + i * 16,
                 reinterpret_cast<const unsigned char*>(from) + i * 16, true);
  }
  async_commit();
}

DEVICE void prefetch_ahead(const DecodePhase& phase) {
  if (phase.ahead == nullptr) return;
  for (int tile = blockIdx.x; tile < phase.ahead_tiles; tile += gridDim.x) {
    const unsigned char* from = phase.ahead + static_cast<int64_t>(tile) * phase.ahead_tile_bytes;
    for (int at = threadIdx.x * LINE; at < phase.ahead_tile_bytes; at += blockDim.x * LINE) {
      prefetch(from + at);
    }
  }
}

/* The next phase has arrived, for all threads. */
DEVICE void meet_block() {
  async_wait<0>();
  sync_block();
}

/* Dynamic shared memory holds phases, and then what a phase works with. */
DEVICE const DecodePhase& phase_in(const unsigned char* memory, int number) {
  return reinterpret_cast<const DecodePhase*>(memory)[number % SLOTS];
}
DEVICE unsigned char* work_memory(unsigned char* memory) {
  return memory + SLOTS * sizeof(DecodePhase);
}

DEVICE void linear_phase(int number, uint32_t tag) {
  DYNAMIC_SHARED(memory);
  const DecodePhase& phase = phase_in(memory, number);
  const DecodeShape& shape = phase.linear;
  int step = static_cast<int>(gridDim.x);
  int first = static_cast<int>(blockIdx.x);
  DecodeTiles own = {first, step, (phase.units - first + step - 1) / step};
  ComingRow row = {shape.x, phase.input, tag};
  linear_row(
      shape, own, row, reinterpret_cast<float*>(work_memory(memory)),
      [&](int output, float value) {
        shape.finish.y[output] = value;
        put_tagged(phase.output + output, value, tag);
      },
      meet_block);
}

/* The projection as it comes from other blocks, and the answer on its way to others. */
struct ComingRows {
  const float* plain;
  const Tagged* tagged;
  const float* out;
  Tagged* answers;
  uint32_t tag;

  DEVICE void own(const float* query, int32_t apart, int parts, float (&read)[3]) const {
    if (tagged == nullptr) {
      PlainRows().own(query, apart, parts, read);
    } else {
      const Tagged* first = tagged + (query - plain);
      const Tagged* const from[3] = {parts > 0 ? first : nullptr,
                                     parts > 1 ? first + apart : nullptr,
                                     parts > 2 ? first + 2 * apart : nullptr};
      await_tagged<3>(from, tag, read);
    }
  }
  DEVICE void answer(float* to, float value) const {
    *to = value;
    put_tagged(answers + (to - out), value, tag);
  }
};

/* A function of its own, as it wants all registers. */
template <typename T, int access>
SEPARATE void attention_phase(int number, int unit, uint32_t tag) {
  DYNAMIC_SHARED(memory);
  const DecodePhase& phase = phase_in(memory, number);
  const AttentionCall& call = phase.attention.call;
  ComingRows rows = {call.qkv, phase.input, call.out, phase.output, tag};
  attend_chunk<T, access>(phase.attention, unit, work_memory(memory), rows, [] {});
}

/* `launches` counts those of the graph before: no two of its launches use the same tag. */
template <typename T, int access>
KERNEL(STACK_THREADS, 1)
decode_stack(const DecodePhase* phases, int count, const int32_t* launches) {
  DYNAMIC_SHARED(memory);
  DecodePhase* slots = reinterpret_cast<DecodePhase*>(memory);
  uint32_t tag = static_cast<uint32_t>(*launches) + 1;
  load_phase(phases, slots);
  meet_block();
  for (int p = 0; p < count; p++) {
    const DecodePhase& phase = phase_in(memory, p);
    if (p + 1 < count) load_phase(phases + p + 1, slots + (p + 1) % SLOTS);
    prefetch_ahead(phase);
    /* Attention has few units: those blocks take them that have no tile in most layers. */
    int unit = static_cast<int>(phase.kind == LINEAR_PHASE ? blockIdx.x
                                                           : gridDim.x - 1 - blockIdx.x);
    if (phase.kind == LINEAR_PHASE && unit < phase.units) {
      linear_phase(p, tag);
    } else {
      for (; phase.kind == ATTENTION_PHASE && unit < phase.units; unit += gridDim.x) {
        attention_phase<T, access>(p, unit, tag);
        sync_block();
      }
      meet_block();
    }
    /* The results are on their way before the loads of the next phase are. */
    sync_block();
  }
}

struct DecodeStack : PendingPhases {
  DecodePhase* device;
  Tagged* rows;
  const int32_t* launches;
  size_t shared;
  /* Of the caches of its attention phases; access 0: there are none. */
  int32_t cache;
  int access;
};

template <typename T>
constexpr int32_t CACHE_TYPE = JKC_F16;
template <>
constexpr int32_t CACHE_TYPE<bf16> = JKC_BF16;

static void begin(DecodeStack* stack) {
  stack->first = stack->phases.size();
  stack->shared = 0;
  stack->access = 0;
}

cudaError_t open_stack(jkc_context* context, const int32_t* launches, DecodeStack** stack) {
  *stack = nullptr;
  int together = 0;
  cudaError_t outcome =
      cudaDeviceGetAttribute(&together, cudaDevAttrCooperativeLaunch, context->device);
  if (outcome != cudaSuccess || together == 0 || !context->stacks) return outcome;
  void* block = nullptr;
  outcome = cudaMalloc(&block, MOST_PHASES * sizeof(DecodePhase));
  if (outcome != cudaSuccess) return outcome;
  DecodeStack* opened = nullptr;
  try {
    opened = new DecodeStack();
    opened->phases.reserve(MOST_PHASES);
    opened->parents.reserve(MOST_PHASES);
  } catch (const std::bad_alloc&) {
    delete opened;
    cudaFree(block);
    return cudaErrorMemoryAllocation;
  }
  opened->device = static_cast<DecodePhase*>(block);
  opened->launches = launches;
  begin(opened);
  *stack = opened;
  return cudaSuccess;
}

void close_stack(DecodeStack* stack) {
  if (stack == nullptr) return;
  cudaFree(stack->device);
  if (stack->rows != nullptr) cudaFree(stack->rows);
  delete stack;
}

/* Elements that a phase's result takes: fours of them are read at once. */
static size_t row_elements(const DecodePhase& phase) {
  return (static_cast<size_t>(result_of(phase).size) + 3) / 4 * 4;
}

cudaError_t upload_stack(jkc_context* context, DecodeStack* stack) {
  if (stack == nullptr || stack->phases.empty()) return cudaSuccess;
  size_t bytes = 0;
  for (const DecodePhase& phase : stack->phases) bytes += row_elements(phase) * sizeof(Tagged);
  void* block = nullptr;
  cudaError_t outcome = cudaMalloc(&block, bytes);
  if (outcome != cudaSuccess) return outcome;
  stack->rows = static_cast<Tagged*>(block);
  outcome = cudaMemsetAsync(block, 0, bytes, context->stream);
  if (outcome != cudaSuccess) return outcome;
  Tagged* next = stack->rows;
  for (size_t i = 0; i < stack->phases.size(); i++) {
    DecodePhase& phase = stack->phases[i];
    size_t parent = stack->parents[i];
    phase.input = parent == NO_PHASE ? nullptr : stack->phases[parent].output;
    phase.output = next;
    next += row_elements(phase);
  }
  outcome = cudaMemcpyAsync(stack->device, stack->phases.data(),
                            stack->phases.size() * sizeof(DecodePhase), cudaMemcpyHostToDevice,
                            context->stream);
  return outcome == cudaSuccess ? cudaStreamSynchronize(context->stream) : outcome;
}

template <typename T, int access>
static cudaError_t launch_stack(jkc_context* context, const DecodeStack& stack) {
  return LAUNCH_TOGETHER((decode_stack<T, access>), context->multiprocessors, STACK_THREADS,
                         SLOTS * sizeof(DecodePhase) + stack.shared, context->stream,
                         stack.device + stack.first,
                         static_cast<int>(stack.phases.size() - stack.first), stack.launches);
}

cudaError_t flush_stack(jkc_context* context) {
  DecodeStack* stack = context->stack;
  if (stack == nullptr || stack->first == stack->phases.size()) return cudaSuccess;
  bool wide = stack->access == 16;
  cudaError_t outcome;
  if (stack->cache == JKC_BF16) {
    outcome = wide ? launch_stack<bf16, 16>(context, *stack) : launch_stack<bf16, 4>(context, *stack);
  } else {
    outcome = wide ? launch_stack<f16, 16>(context, *stack) : launch_stack<f16, 4>(context, *stack);
  }
  begin(stack);
  return outcome;
}

/* Takes a phase in, after launching what it cannot follow. */
static void append(jkc_context* context, DecodePhase& phase, size_t shared) {
  DecodeStack* stack = context->stack;
  size_t from = producer(*stack, input_of(phase));
  if (!follows(*stack, phase, from)) {
    stream_of(context);
    from = stack->phases.size();
  }
  stack->parents.push_back(from < stack->phases.size() ? from : NO_PHASE);
  if (shared > stack->shared) stack->shared = shared;
  stack->phases.push_back(phase);
}

/* Whether there is room for a phase that takes so much shared memory. */
static bool has_room(const jkc_context* context, size_t shared) {
  constexpr size_t STATIC = 1024;
  return context->stack->phases.size() < MOST_PHASES &&
         SLOTS * sizeof(DecodePhase) + shared + STATIC <= context->shared_limit;
}

bool stack_linear(const LinearCall& call) {
  DecodeStack* stack = call.context->stack;
  if (stack == nullptr || call.rows != 1 ||
      (call.storage != JKC_F16 && call.storage != JKC_BF16) || call.in % 4 != 0 ||
      !is_aligned16(call.x) || !is_aligned16(call.norm.gain) || !is_aligned16(call.norm.bias)) {
    return false;
  }
  DecodePhase phase = {};
  phase.kind = LINEAR_PHASE;
  DecodeShape& shape = phase.linear;
  shape = decode_shape(call, half_chunks(call.in));
  phase.units = shape.tiles;
  shape.block_tiles = static_cast<int>(divide_up(shape.tiles, call.context->multiprocessors));
  size_t shared = row_floats(shape) * sizeof(float);
  if (shape.block_tiles * TILE_OUT > STACK_THREADS || !has_room(call.context, shared)) return false;
  append(call.context, phase, shared);
  size_t linear = 0;
  for (size_t i = stack->phases.size() - 1; i > stack->first; i--) {
    DecodePhase& before = stack->phases[i - 1];
    if (before.kind != LINEAR_PHASE || ++linear < AHEAD) continue;
    before.ahead = static_cast<const unsigned char*>(call.packed);
    before.ahead_tiles = shape.tiles;
    before.ahead_tile_bytes = static_cast<int32_t>(half_steps(call.in) * FRAGMENT);
    break;
  }
  return true;
}

template <typename T>
bool stack_attention(jkc_context* context, const AttentionStep& step, int alignment) {
  DecodeStack* stack = context->stack;
  int access = alignment == 16 ? 16 : 4;
  size_t shared = attention_decode_plan<T>(step).shared;
  if (stack == nullptr || step.call.batch != 1 || alignment < 4 || !has_room(context, shared)) {
    return false;
  }
  DecodePhase phase = {};
  phase.kind = ATTENTION_PHASE;
  phase.units = step.units();
  phase.attention = step;
  if (stack->access != 0 && (stack->access != access || stack->cache != CACHE_TYPE<T>)) {
    stream_of(context);
  }
  append(context, phase, shared);
  stack->access = access;
  stack->cache = CACHE_TYPE<T>;
  return true;
}

template bool stack_attention<f16>(jkc_context*, const AttentionStep&, int);
template bool stack_attention<bf16>(jkc_context*, const AttentionStep&, int);

}  // namespace jukebox
