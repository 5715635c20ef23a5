#include "decode_stack.h"

#include <new>

#include "decode_order.h"

namespace jukebox {

/* Phases of one capture: more layers than any model has. */
constexpr int MOST_PHASES = 2048;
/* Phases in shared memory: the next, the one at work, and one that some warps have yet to end. */
constexpr int SLOTS = 3;

/* Bytes of a block's shared memory behind the phases in it, in this order. */
struct StackMemory {
  int weights;
  /* What a linear phase works with, then what two of them leave; attention takes all of it. */
  int work;
  int results;
  int depth;

  HOST_DEVICE size_t phases() const { return SLOTS * sizeof(DecodePhase); }
  HOST_DEVICE size_t working() const { return static_cast<size_t>(work) + 2 * results; }
  HOST_DEVICE size_t bytes() const {
    return phases() + weights + working() + static_cast<size_t>(depth) * RING_ROUND;
  }
};

/* One launch. */
struct StackLaunch {
  const DecodePhase* phases;
  int count;
  /* Of the linear phases. */
  const StackWeights* weights;
  int weight_count;
  /* Of the graph, before this one: no two of its launches use the same tag. */
  const int32_t* launches;
  StackMemory memory;
};

/* A phase on its way from device to shared memory, in the registers of the block's first threads. */
class ComingPhase {
 public:
  DEVICE explicit ComingPhase(const DecodePhase* from) : piece_{0, 0, 0, 0} {
    if (has_piece(from)) piece_ = reinterpret_cast<const uint4*>(from)[threadIdx.x];
  }
  /* For all threads after the next barrier; `from` as before, null if there is no phase. */
  DEVICE void arrive(const DecodePhase* from, DecodePhase* to) const {
    if (has_piece(from)) reinterpret_cast<uint4*>(to)[threadIdx.x] = piece_;
  }

 private:
  static constexpr int PIECES = static_cast<int>(sizeof(DecodePhase) / sizeof(uint4));
  static_assert(sizeof(DecodePhase) % sizeof(uint4) == 0 && PIECES <= STACK_THREADS,
                "a piece a thread");
  uint4 piece_;

  DEVICE static bool has_piece(const DecodePhase* from) {
    return from != nullptr && static_cast<int>(threadIdx.x) < PIECES;
  }
};

DEVICE DecodePhase* phase_in(unsigned char* memory, int number) {
  return reinterpret_cast<DecodePhase*>(memory) + number % SLOTS;
}

/* The block's tiles of a linear phase, while the next phase comes. */
DEVICE void linear_phase(unsigned char* memory, int number, const RowMemory& own, WeightRing& ring,
                         const DecodePhase* next, uint32_t tag) {
  const DecodePhase& phase = *phase_in(memory, number);
  const RowStep& step = phase.linear;
  ComingPhase coming(next);
  ComingRow row = {step.x, phase.input, tag};
  linear_row(
      step, row, ring, own,
      [&](int output, float value) {
        step.finish.y[output] = value;
        put_tagged(phase.output + output, value, tag);
      },
      [&] {
        coming.arrive(next, phase_in(memory, number + 1));
        sync_block();
      });
}

/* The projection as it comes from other blocks, and the answer on its way to others. */
struct ComingRows {
  const float* plain;
  const Tagged* tagged;
  const float* out;
  Tagged* answers;
  uint32_t tag;

  DEVICE const Tagged* place(const float* from) const {
    return from == nullptr ? nullptr : tagged + (from - plain);
  }
  DEVICE void own(const float* query, const float* key, const float* value,
                  float (&read)[3]) const {
    if (tagged == nullptr) {
      PlainRows().own(query, key, value, read);
    } else {
      const Tagged* const from[3] = {place(query), place(key), place(value)};
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
SEPARATE void attention_phase(int number, int unit, int work_offset, uint32_t tag) {
  DYNAMIC_SHARED(memory);
  const DecodePhase& phase = *phase_in(memory, number);
  const AttentionCall& call = phase.attention.call;
  ComingRows rows = {call.qkv, phase.input, call.out, phase.output, tag};
  attend_chunk<T, access>(phase.attention, unit, memory + work_offset, rows, [] {});
}

template <typename T, int access>
KERNEL(STACK_THREADS, 1)
decode_stack(StackLaunch launch) {
  DYNAMIC_SHARED(memory);
  unsigned char* weights = memory + launch.memory.phases();
  unsigned char* work = weights + launch.memory.weights;
  unsigned char* results = work + launch.memory.work;
  uint32_t tag = static_cast<uint32_t>(*launch.launches) + 1;
  for (int i = threadIdx.x; i < launch.weight_count; i += blockDim.x) {
    reinterpret_cast<StackWeights*>(weights)[i] = launch.weights[i];
  }
  ComingPhase(launch.phases).arrive(launch.phases, phase_in(memory, 0));
  sync_block();
  WeightRing ring(reinterpret_cast<const StackWeights*>(weights), launch.weight_count,
                  work + launch.memory.working(), launch.memory.depth);
  for (int p = 0; p < launch.count; p++) {
    const DecodePhase& phase = *phase_in(memory, p);
    const DecodePhase* next = p + 1 < launch.count ? launch.phases + p + 1 : nullptr;
    if (phase.kind == LINEAR_PHASE && static_cast<int>(blockIdx.x) < phase.linear.tiles) {
      RowMemory own = {work, results + p % 2 * launch.memory.results};
      linear_phase(memory, p, own, ring, next, tag);
    } else if (phase.kind == LINEAR_PHASE) {
      ComingPhase(next).arrive(next, phase_in(memory, p + 1));
      sync_block();
    } else {
      /* At once, as registers would be saved around the call, which waits for them. */
      ComingPhase(next).arrive(next, phase_in(memory, p + 1));
      /* Attention has few units: those blocks take them that have no tile in most layers. */
      int unit = static_cast<int>(gridDim.x - 1 - blockIdx.x);
      if (unit < phase.units) {
        /* The last results may still be added up in the memory that it takes. */
        sync_block();
        for (; unit < phase.units; unit += gridDim.x) {
          attention_phase<T, access>(p, unit, static_cast<int>(work - memory), tag);
          sync_block();
        }
      }
      sync_block();
    }
  }
}

struct DecodeStack : PendingPhases {
  /* Of the linear phases, and how many of them are launched. */
  std::vector<StackWeights> weights;
  size_t first_weights;
  DecodePhase* device;
  StackWeights* device_weights;
  Tagged* rows;
  const int32_t* launches;
  StackMemory memory;
  /* Of the caches of its attention phases; access 0: there are none. */
  int32_t cache;
  int access;
};

template <typename T>
constexpr int32_t CACHE_TYPE = JKC_F32;
template <>
constexpr int32_t CACHE_TYPE<f16> = JKC_F16;
template <>
constexpr int32_t CACHE_TYPE<bf16> = JKC_BF16;

static void begin(DecodeStack* stack) {
  stack->first = stack->phases.size();
  stack->first_weights = stack->weights.size();
  stack->memory = {};
  stack->access = 0;
}

cudaError_t open_stack(jkc_context* context, const int32_t* launches, DecodeStack** stack) {
  *stack = nullptr;
  int together = 0;
  cudaError_t outcome =
      cudaDeviceGetAttribute(&together, cudaDevAttrCooperativeLaunch, context->device);
  if (outcome != cudaSuccess || together == 0 || !context->stacks) return outcome;
  void* block = nullptr;
  outcome = cudaMalloc(&block, MOST_PHASES * (sizeof(DecodePhase) + sizeof(StackWeights)));
  if (outcome != cudaSuccess) return outcome;
  DecodeStack* opened = nullptr;
  try {
    opened = new DecodeStack();
    opened->phases.reserve(MOST_PHASES);
    opened->parents.reserve(MOST_PHASES);
    opened->weights.reserve(MOST_PHASES);
  } catch (const std::bad_alloc&) {
    delete opened;
    cudaFree(block);
    return cudaErrorMemoryAllocation;
  }
  opened->device = static_cast<DecodePhase*>(block);
  opened->device_weights = reinterpret_cast<StackWeights*>(opened->device + MOST_PHASES);
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
  if (outcome == cudaSuccess && !stack->weights.empty()) {
    outcome = cudaMemcpyAsync(stack->device_weights, stack->weights.data(),
                              stack->weights.size() * sizeof(StackWeights),
                              cudaMemcpyHostToDevice, context->stream);
  }
  return outcome == cudaSuccess ? cudaStreamSynchronize(context->stream) : outcome;
}

template <typename T, int access>
static cudaError_t launch_stack(jkc_context* context, const DecodeStack& stack) {
  StackLaunch launch = {stack.device + stack.first,
                        static_cast<int>(stack.phases.size() - stack.first),
                        stack.device_weights + stack.first_weights,
                        static_cast<int>(stack.weights.size() - stack.first_weights),
                        stack.launches, stack.memory};
  return LAUNCH_TOGETHER((decode_stack<T, access>), context->multiprocessors, STACK_THREADS,
                         stack.memory.bytes(), context->stream, launch);
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

/* The shared memory of pending phases and one more: with the deepest ring that there is room for. */
static StackMemory with_phase(const jkc_context* context, size_t work, size_t results,
                              size_t attention) {
  constexpr size_t STATIC = 1024;
  const DecodeStack* stack = context->stack;
  StackMemory memory = stack->memory;
  auto raise = [](int& to, size_t bytes) {
    if (bytes > static_cast<size_t>(to)) to = static_cast<int>((bytes + 15) / 16 * 16);
  };
  size_t weights = stack->weights.size() - stack->first_weights + (work > 0 ? 1 : 0);
  raise(memory.weights, weights * sizeof(StackWeights));
  raise(memory.work, work);
  raise(memory.results, results);
  if (attention > memory.working()) raise(memory.work, attention - 2 * memory.results);
  memory.depth = MOST_DEPTH;
  while (memory.depth > 0 && memory.bytes() + STATIC > context->shared_limit) memory.depth--;
  return memory;
}

/* Takes a phase in, after launching what it cannot follow; false if there is no room for it. */
static bool append(jkc_context* context, DecodePhase& phase, size_t work, size_t results,
                   size_t attention) {
  DecodeStack* stack = context->stack;
  if (stack->phases.size() >= MOST_PHASES) return false;
  size_t from = producer(*stack, input_of(phase));
  if (!follows(*stack, phase, from) ||
      with_phase(context, work, results, attention).depth == 0) {
    stream_of(context);
    from = stack->phases.size();
  }
  StackMemory memory = with_phase(context, work, results, attention);
  if (memory.depth == 0) return false;
  stack->parents.push_back(from < stack->phases.size() ? from : NO_PHASE);
  stack->memory = memory;
  stack->phases.push_back(phase);
  return true;
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
  RowStep& step = phase.linear;
  step.x = call.x;
  step.norm = call.norm;
  step.inverse_width = 1.0f / static_cast<float>(call.in);
  step.width = static_cast<int32_t>(call.in);
  step.chunks = static_cast<int32_t>(half_chunks(call.in));
  step.tiles = static_cast<int32_t>(tiles_of(call.out));
  step.block_tiles =
      static_cast<int32_t>(divide_up(step.tiles, call.context->multiprocessors));
  step.finish = call.finish;
  if (step.block_tiles * TILE_OUT > STACK_THREADS ||
      !append(call.context, phase, row_work_bytes(step.chunks),
              row_results_bytes(step.chunks, step.block_tiles), 0)) {
    return false;
  }
  stack->weights.push_back({static_cast<const unsigned char*>(call.packed), step.tiles,
                            static_cast<int32_t>(half_steps(call.in))});
  return true;
}

template <typename T>
bool stack_attention(jkc_context* context, const AttentionStep& step, int alignment) {
  DecodeStack* stack = context->stack;
  if constexpr (sizeof(T) == 2) {
    int access = alignment == 16 ? 16 : 4;
    if (stack == nullptr || step.call.batch != 1 || alignment < 4) return false;
    DecodePhase phase = {};
    phase.kind = ATTENTION_PHASE;
    phase.units = step.units();
    phase.attention = step;
    if (stack->access != 0 && (stack->access != access || stack->cache != CACHE_TYPE<T>)) {
      stream_of(context);
    }
    if (!append(context, phase, 0, 0, attention_decode_plan<T>(step).shared)) return false;
    stack->access = access;
    stack->cache = CACHE_TYPE<T>;
    return true;
  }
  return false;
}

template bool stack_attention<float>(jkc_context*, const AttentionStep&, int);
template bool stack_attention<f16>(jkc_context*, const AttentionStep&, int);
template bool stack_attention<bf16>(jkc_context*, const AttentionStep&, int);

}  // namespace jukebox
