#include <initializer_list>
#include <type_traits>

#include "attention_decode_f32.h"
#include "attention_decode_half.h"
#include "decode_phase.h"

namespace jukebox {

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

/* How a launch's linear phases are computed: the ring of their weights, and a phase of up to R rows. */
template <typename Weights>
struct Linear {
  using Ring = HalfRing<Weights>;

  template <int R, typename Put, typename Meet>
  DEVICE static void row(const RowStep& step, const ComingRow& rows, Ring& ring,
                         const RingMemory& items, const RowMemory& own, const Put& put,
                         const Meet& meet) {
    if constexpr (R == 1) {
      linear_row<Weights>(step, rows, ring, items, own, put, meet);
    } else {
      static_assert(R == ROWS, "for one row or eight");
      linear_items<Weights>(step, rows, ring, items, own, put, meet);
    }
  }
};
template <>
struct Linear<FloatWeights> {
  using Ring = FloatRing;

  template <int R, typename Put, typename Meet>
  DEVICE static void row(const RowStep& step, const ComingRow& rows, Ring& ring,
                         const RingMemory& items, const RowMemory& own, const Put& put,
                         const Meet& meet) {
    static_assert(R == 1, "for one row");
    linear_float_row(step, rows, ring, items, own, put, meet);
  }
};

/* The block's tiles of a linear phase, while the next phase comes. */
template <typename Weights, int R>
DEVICE void linear_phase(unsigned char* memory, int number, const RowMemory& own,
                         typename Linear<Weights>::Ring& ring, const RingMemory& items,
                         const DecodePhase* next) {
  const DecodePhase& phase = *phase_in(memory, number);
  const RowStep& step = phase.linear;
  ComingPhase coming(next);
  ComingRow rows = {step.x, phase.input};
  Linear<Weights>::template row<R>(
      step, rows, ring, items, own,
      [&](int row, int output, float value) {
        int64_t at = row * step.finish.out + output;
        put_value(phase.output + at, value);
        step.finish.y[at] = value;
        put_absent(phase.next_output + at);
      },
      [&] {
        coming.arrive(next, phase_in(memory, number + 1));
        sync_block();
      });
}

/* The projection as it comes from other blocks, and the answer on its way to others. */
struct ComingRows {
  const DecodePhase& phase;

  DEVICE void own(const float* query, int32_t apart, int parts, float (&read)[3]) const {
    if (phase.input == nullptr) {
      PlainRows().own(query, apart, parts, read);
    } else {
      const float* first = phase.input + (query - phase.attention.call.qkv);
      const float* const from[3] = {parts > 0 ? first : nullptr,
                                    parts > 1 ? first + apart : nullptr,
                                    parts > 2 ? first + 2 * apart : nullptr};
      await_values<3>(from, read);
    }
  }
  DEVICE void answer(float* to, float value) const {
    int64_t at = to - phase.attention.call.out;
    put_value(phase.output + at, value);
    *to = value;
    put_absent(phase.next_output + at);
  }
};

/* A function of its own, as it wants all registers. */
template <typename T, int access>
SEPARATE void attention_phase(int number, int unit, int work_offset) {
  DYNAMIC_SHARED(memory);
  const DecodePhase& phase = *phase_in(memory, number);
  ComingRows rows = {phase};
  if constexpr (std::is_same<T, float>::value) {
    attend_float_chunk<access>(phase.attention, unit, memory + work_offset, rows, [] {});
  } else {
    attend_chunk<T, access>(phase.attention, unit, memory + work_offset, rows, [] {});
  }
}

/* For up to R items at a time. */
template <typename Weights, typename T, int access, int R>
KERNEL(STACK_THREADS, 1)
decode_stack(StackLaunch launch) {
  if (!BULK_COPIES) return;
  DYNAMIC_SHARED(memory);
  unsigned char* weights = memory + launch.memory.phases();
  unsigned char* work = weights + launch.memory.weights;
  unsigned char* results = work + launch.memory.work;
  const DecodePhase* phases = *launch.launches % 2 == 0 ? launch.phases[0] : launch.phases[1];
  for (int i = threadIdx.x; i < launch.weight_count; i += blockDim.x) {
    reinterpret_cast<StackWeights*>(weights)[i] = launch.weights[i];
  }
  ComingPhase(phases).arrive(phases, phase_in(memory, 0));
  sync_block();
  RingMemory items = {reinterpret_cast<const StackWeights*>(weights), launch.weight_count,
                      work + launch.memory.working(), launch.memory.depth};
  typename Linear<Weights>::Ring ring(items);
  for (int p = 0; p < launch.count; p++) {
    const DecodePhase& phase = *phase_in(memory, p);
    const DecodePhase* next = p + 1 < launch.count ? phases + p + 1 : nullptr;
    if (phase.kind == LINEAR_PHASE && static_cast<int>(blockIdx.x) < phase.linear.tiles) {
      RowMemory own = {work, results + p % 2 * launch.memory.results};
      linear_phase<Weights, R>(memory, p, own, ring, items, next);
    } else if (phase.kind == LINEAR_PHASE) {
      ComingPhase(next).arrive(next, phase_in(memory, p + 1));
      sync_block();
    } else {
      /* At once, as registers would be saved around the call, which waits for them. */
      ComingPhase(next).arrive(next, phase_in(memory, p + 1));
      /* Attention has few units: those blocks take them that have no tile in most layers. */
      int unit = static_cast<int>(gridDim.x - 1 - blockIdx.x) - phase.turn;
      if (unit < 0) unit += static_cast<int>(gridDim.x);
      if (unit < phase.units) {
        /* The last results may still be added up in the memory that it takes. */
        sync_block();
        for (; unit < phase.units; unit += gridDim.x) {
          attention_phase<T, access>(p, unit, static_cast<int>(work - memory));
          sync_block();
        }
      }
      sync_block();
    }
  }
}

/* What `use` makes of the kernel for a kind of phases. */
template <typename Weights, typename T, typename Use>
static cudaError_t with_kernel(const StackKind& kind, const Use& use) {
  bool wide = kind.access == 16;
  if constexpr (!std::is_same<T, float>::value) {
    if (kind.rows > 1) {
      return wide ? use(decode_stack<Weights, T, 16, ROWS>) : use(decode_stack<Weights, T, 4, ROWS>);
    }
  }
  return wide ? use(decode_stack<Weights, T, 16, 1>) : use(decode_stack<Weights, T, 4, 1>);
}

template <typename Use>
static cudaError_t with_kernel(const StackKind& kind, const Use& use) {
  bool brain = kind.cache == JKC_BF16;
  if (kind.single()) return with_kernel<FloatWeights, float>(kind, use);
  if (kind.bits == 8) {
    return brain ? with_kernel<ByteWeights, bf16>(kind, use)
                 : with_kernel<ByteWeights, f16>(kind, use);
  }
  return brain ? with_kernel<HalfWeights, bf16>(kind, use)
               : with_kernel<HalfWeights, f16>(kind, use);
}

cudaError_t launch_stack(const jkc_context* context, const StackKind& kind,
                         const StackLaunch& stack) {
  return with_kernel(kind, [&](auto kernel) {
    return LAUNCH_TOGETHER((kernel), context->multiprocessors, STACK_THREADS,
                           stack.memory.bytes(), context->stream, stack);
  });
}

cudaError_t load_stacks(const jkc_context* context) {
  cudaError_t outcome = cudaSuccess;
  for (int rows : {1, ROWS}) {
    if (rows > 1 && context->stack_items == 1) continue;
    for (int bits : {8, 16, 32}) {
      for (int32_t cache : {JKC_F32, JKC_F16, JKC_BF16}) {
        for (int access : {4, 16}) {
          if ((bits == 32) != (cache == JKC_F32) || (bits == 32 && rows > 1)) continue;
          StackKind kind = {rows, bits, cache, access};
          cudaError_t loaded =
              with_kernel(kind, [](auto kernel) { return LOAD_KERNEL((kernel)); });
          if (outcome == cudaSuccess) outcome = loaded;
        }
      }
    }
  }
  return outcome;
}

}  // namespace jukebox
