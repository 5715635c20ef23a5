#include "decode_collect.h"

#include <new>

#include "decode_order.h"
#include "gemm_panel.h"

namespace jukebox {

/* Phases of one capture: more layers than any model has. */
constexpr int MOST_PHASES = 2048;

struct DecodeStack : PendingPhases {
  /* Of the linear phases, and how many of them are launched. */
  std::vector<StackWeights> weights;
  size_t first_weights;
  /* MOST_PHASES for even launches, and as many for odd ones. */
  DecodePhase* device;
  StackWeights* device_weights;
  /* The phases' results on their way, those of even launches first. */
  float* rows;
  const int32_t* launches;
  StackMemory memory;
  StackKind kind;
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
  stack->kind = {};
}

cudaError_t open_stack(jkc_context* context, const int32_t* launches, DecodeStack** stack) {
  *stack = nullptr;
  int together = 0;
  cudaError_t outcome =
      cudaDeviceGetAttribute(&together, cudaDevAttrCooperativeLaunch, context->device);
  if (outcome != cudaSuccess || together == 0 || context->stack_items == 0) return outcome;
  if (!context->stacks_loaded) outcome = load_stacks(context);
  if (outcome != cudaSuccess) return outcome;
  context->stacks_loaded = true;
  void* block = nullptr;
  outcome = cudaMalloc(&block, MOST_PHASES * (2 * sizeof(DecodePhase) + sizeof(StackWeights)));
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
  opened->device_weights = reinterpret_cast<StackWeights*>(opened->device + 2 * MOST_PHASES);
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

/* Elements that a phase's results take: fours of them are read at once. */
static size_t row_elements(const DecodePhase& phase) {
  return (static_cast<size_t>(result_of(phase).size) + 3) / 4 * 4;
}

/* Brings the phases to the device with their results from one place on, and those of the next launch. */
static cudaError_t upload_phases(const jkc_context* context, DecodeStack* stack, float* results,
                                 float* next_results, DecodePhase* to) {
  for (size_t i = 0; i < stack->phases.size(); i++) {
    DecodePhase& phase = stack->phases[i];
    size_t parent = stack->parents[i];
    phase.input = parent == NO_PHASE ? nullptr : stack->phases[parent].output;
    phase.output = results;
    phase.next_output = next_results;
    results += row_elements(phase);
    next_results += row_elements(phase);
  }
  cudaError_t outcome =
      cudaMemcpyAsync(to, stack->phases.data(), stack->phases.size() * sizeof(DecodePhase),
                      cudaMemcpyHostToDevice, context->stream);
  /* The phases are written again. */
  return outcome == cudaSuccess ? cudaStreamSynchronize(context->stream) : outcome;
}

cudaError_t upload_stack(jkc_context* context, DecodeStack* stack) {
  if (stack == nullptr || stack->phases.empty()) return cudaSuccess;
  static_assert(ABSENT == 0xffffffffu, "all bytes alike, for memset");
  size_t elements = 0;
  for (const DecodePhase& phase : stack->phases) elements += row_elements(phase);
  size_t bytes = 2 * elements * sizeof(float);
  void* block = nullptr;
  cudaError_t outcome = cudaMalloc(&block, bytes);
  if (outcome != cudaSuccess) return outcome;
  stack->rows = static_cast<float*>(block);
  float* even = stack->rows;
  float* odd = even + elements;
  outcome = cudaMemsetAsync(block, 0xff, bytes, context->stream);
  if (outcome == cudaSuccess) outcome = upload_phases(context, stack, even, odd, stack->device);
  if (outcome == cudaSuccess) {
    outcome = upload_phases(context, stack, odd, even, stack->device + MOST_PHASES);
  }
  if (outcome == cudaSuccess && !stack->weights.empty()) {
    outcome = cudaMemcpyAsync(stack->device_weights, stack->weights.data(),
                              stack->weights.size() * sizeof(StackWeights),
                              cudaMemcpyHostToDevice, context->stream);
  }
  return outcome == cudaSuccess ? cudaStreamSynchronize(context->stream) : outcome;
}

cudaError_t flush_stack(jkc_context* context) {
  DecodeStack* stack = context->stack;
  if (stack == nullptr || stack->first == stack->phases.size()) return cudaSuccess;
  const DecodePhase* first = stack->device + stack->first;
  StackLaunch launch = {{first, first + MOST_PHASES},
                        static_cast<int>(stack->phases.size() - stack->first),
                        stack->device_weights + stack->first_weights,
                        static_cast<int>(stack->weights.size() - stack->first_weights),
                        stack->launches, stack->memory};
  cudaError_t outcome = launch_stack(context, stack->kind, launch);
  begin(stack);
  return outcome;
}

/* Shared memory that a phase takes: a linear one for work and results. */
struct PhaseBytes {
  size_t work;
  size_t results;
  size_t attention;
};

/* The shared memory of pending phases and one more: with the deepest ring that there is room for. */
static StackMemory with_phase(const jkc_context* context, const StackKind& kind,
                              const PhaseBytes& bytes) {
  constexpr size_t STATIC = 1024;
  const DecodeStack* stack = context->stack;
  StackMemory memory = stack->memory;
  auto raise = [](int& to, size_t least) {
    if (least > static_cast<size_t>(to)) to = static_cast<int>((least + 15) / 16 * 16);
  };
  size_t weights = stack->weights.size() - stack->first_weights + (bytes.work > 0 ? 1 : 0);
  raise(memory.weights, weights * sizeof(StackWeights));
  raise(memory.work, bytes.work);
  raise(memory.results, bytes.results);
  if (bytes.attention > memory.working()) {
    raise(memory.work, bytes.attention - 2 * memory.results);
  }
  memory.round = kind.bits == 8   ? HalfRing<ByteWeights>::ROUND
                 : kind.bits == 32 ? FloatRing::ROUND
                                   : HalfRing<HalfWeights>::ROUND;
  memory.depth = MOST_DEPTH;
  while (memory.depth > 0 && memory.bytes() + STATIC > context->shared_limit) memory.depth--;
  return memory;
}

/* What pending phases and one more have in common; false if they differ. */
static bool agree(const StackKind& pending, const StackKind& phase, StackKind* both) {
  *both = pending;
  both->rows = phase.rows;
  if (phase.bits != 0) both->bits = phase.bits;
  if (phase.access != 0) {
    both->cache = phase.cache;
    both->access = phase.access;
  }
  bool both_kinds = both->bits != 0 && both->access != 0;
  if (both_kinds && (both->bits == 32) != (both->cache == JKC_F32)) return false;
  return (pending.rows == 0 || pending.rows == both->rows) &&
         (pending.bits == 0 || pending.bits == both->bits) &&
         (pending.access == 0 ||
          (pending.access == both->access && pending.cache == both->cache));
}

/* Takes a phase in, after launching what it cannot follow; false if there is no room for it. */
static bool append(jkc_context* context, DecodePhase& phase, StackKind kind,
                   const PhaseBytes& bytes) {
  DecodeStack* stack = context->stack;
  size_t from = producer(*stack, input_of(phase));
  StackKind both;
  if (!agree(stack->kind, kind, &both) || !follows(*stack, phase, from) ||
      with_phase(context, both, bytes).depth == 0) {
    stream_of(context);
    from = stack->phases.size();
    both = kind;
  }
  StackMemory memory = with_phase(context, both, bytes);
  if (memory.depth == 0) return false;
  stack->parents.push_back(from < stack->phases.size() ? from : NO_PHASE);
  stack->memory = memory;
  stack->kind = both;
  stack->phases.push_back(phase);
  return true;
}

/*
 * Items of the first of two groups that more than ROWS fall into; all of fewer. The groups' phases take
 * turns, so that the results of one travel while the other is computed.
 */
static int32_t first_group(int64_t items) {
  return static_cast<int32_t>(items > ROWS ? (items + 1) / 2 : items);
}

static bool append_halves(const LinearCall& call, DecodePhase& phase) {
  const RowStep& step = phase.linear;
  bool one = step.rows == 1;
  if (step.block_tiles * TILE_OUT * (one ? 1 : ROWS) > STACK_THREADS) return false;
  StackKind kind = {one ? 1 : ROWS, call.storage == JKC_I8 ? 8 : 16, 0, 0};
  PhaseBytes bytes = {one ? row_work_bytes(step.chunks) : items_work_bytes(step.chunks),
                      one ? row_results_bytes<1>(step.chunks, step.block_tiles)
                          : row_results_bytes<ROWS>(step.chunks, step.block_tiles),
                      0};
  return append(call.context, phase, kind, bytes);
}

static bool append_floats(const LinearCall& call, DecodePhase& phase) {
  const RowStep& step = phase.linear;
  if (step.block_tiles * TILE_OUT > STACK_THREADS) return false;
  return append(call.context, phase, {1, 32, 0, 0},
                {float_row_work_bytes(norm_chunks(step.width)),
                 float_row_results_bytes(step.chunks, step.block_tiles), 0});
}

/* Takes `rows` of a step's rows from `first` on in. */
static bool append_linear(const LinearCall& call, int32_t first, int32_t rows) {
  const jkc_context* context = call.context;
  bool floats = call.storage == JKC_F32;
  DecodePhase phase = {};
  phase.kind = LINEAR_PHASE;
  RowStep& step = phase.linear;
  step.x = call.x + first * call.in;
  step.rows = rows;
  step.norm = call.norm;
  step.inverse_width = 1.0f / static_cast<float>(call.in);
  step.width = static_cast<int32_t>(call.in);
  step.chunks = static_cast<int32_t>(floats ? float_chunks(call.in) : half_chunks(call.in));
  step.fragments = static_cast<int32_t>(floats ? 0 : half_fragments(call.in, call.storage));
  step.tiles = static_cast<int32_t>(tiles_of(call.out));
  step.block_tiles = static_cast<int32_t>(divide_up(step.tiles, context->multiprocessors));
  step.finish = finish_from(call.finish, first);
  if (!(floats ? append_floats(call, phase) : append_halves(call, phase))) return false;
  int64_t tile = packed_values_bytes(call.in, TILE_OUT, call.storage);
  context->stack->weights.push_back({static_cast<const unsigned char*>(call.packed), step.tiles,
                                     static_cast<int32_t>(tile)});
  return true;
}

/* Whether there is a stack, and room in it for what so many items take. */
static bool collects(const jkc_context* context, int64_t items) {
  return context->stack != nullptr && items <= context->stack_items &&
         context->stack->phases.size() + 2 <= MOST_PHASES;
}

bool stack_linear(const LinearCall& call) {
  bool many = call.rows > 1 && call.storage == JKC_F32;
  if (!collects(call.context, call.rows) || many || call.in % 4 != 0 || !is_aligned16(call.x) ||
      !is_aligned16(call.norm.gain) || !is_aligned16(call.norm.bias)) {
    return false;
  }
  int32_t rows = static_cast<int32_t>(call.rows);
  int32_t first = first_group(rows);
  if (!append_linear(call, 0, first)) {
    /* Most of what comes will not fit either, and launches for the rest between would not pay. */
    stream_of(call.context);
    call.context->stack = nullptr;
    return false;
  }
  /* What took the first group takes the second, which is no larger. */
  return first == rows || append_linear(call, first, rows - first);
}

/* Takes `items` of a step's items from `first` on in. */
template <typename T>
static bool append_attention(jkc_context* context, const AttentionStep& step, int access,
                             int32_t first, int32_t items) {
  const AttentionShape& shape = step.call.shape;
  int64_t cached = static_cast<int64_t>(first) * shape.slots * shape.n_state;
  int64_t heads = static_cast<int64_t>(first) * shape.heads;
  DecodePhase phase = {};
  phase.kind = ATTENTION_PHASE;
  phase.attention = step;
  AttentionCall& call = phase.attention.call;
  call.batch = items;
  call.qkv += static_cast<int64_t>(first) * call.row;
  call.keys = static_cast<T*>(call.keys) + cached;
  call.values = static_cast<T*>(call.values) + cached;
  call.out += static_cast<int64_t>(first) * shape.n_state;
  phase.attention.partial += heads * step.chunks * (shape.head_dim + 2);
  phase.attention.counters += heads;
  phase.units = phase.attention.units();
  phase.turn = static_cast<int32_t>(heads * step.chunks % context->multiprocessors);
  StackKind kind = {step.call.batch == 1 ? 1 : ROWS, 0, CACHE_TYPE<T>, access};
  return append(context, phase, kind, {0, 0, attention_decode_plan<T>(step).shared});
}

template <typename T>
bool stack_attention(jkc_context* context, const AttentionStep& step, int alignment) {
  int32_t items = step.call.batch;
  bool floats = CACHE_TYPE<T> == JKC_F32;
  if (!collects(context, items) || (floats && items > 1) || alignment < 4) return false;
  int access = alignment == 16 ? 16 : 4;
  int32_t first = first_group(items);
  if (!append_attention<T>(context, step, access, 0, first)) return false;
  return first == items || append_attention<T>(context, step, access, first, items - first);
}

template bool stack_attention<float>(jkc_context*, const AttentionStep&, int);
template bool stack_attention<f16>(jkc_context*, const AttentionStep&, int);
template bool stack_attention<bf16>(jkc_context*, const AttentionStep&, int);

}  // namespace jukebox
