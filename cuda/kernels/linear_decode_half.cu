#include "linear_decode_half.h"

#include "decode_collect.h"

namespace jukebox {

/* Threads of all blocks that share a multiprocessor: what bounds a kernel's registers. */
template <int rows>
constexpr int HALF_BOUND =
    decode_half_share(rows == 1).beside * DECODE_WARPS_BESIDE > DECODE_WARPS_ALONE
        ? decode_half_share(rows == 1).beside * DECODE_WARPS_BESIDE * WARP
        : DECODE_WARPS_ALONE * WARP;

/* Up to R rows. */
template <typename Weights, int R>
KERNEL(HALF_BOUND<R>)
decode_half_rows(DecodeShape shape) {
  DYNAMIC_SHARED(memory);
  decode_half_block<Weights, R>(shape, contiguous_tiles(shape), memory, [] {
    wait_for_previous();
    let_next_begin();
  });
}

template <typename Weights, int R>
static cudaError_t launch_decode(const LinearCall& call, DecodeShape& shape) {
  DecodePlan plan = decode_plan(call.context, shape.tiles, shape.chunks, decode_half_share(R == 1),
                                {1, true},
                                half_decode_bytes<R>(shape, DECODE_WARPS_ALONE * WARP));
  shape.block_tiles = plan.block_tiles;
  shape.segment = plan.segment;
  EarlyStream on =
      early_stream(call.context, JKC_WROTE_ROWS, JKC_WROTE_ROWS | JKC_WROTE_CACHE);
  return LAUNCH_EARLY((decode_half_rows<Weights, R>), plan.blocks, plan.threads, plan.shared,
                      on.stream, on.early, shape);
}

template <typename Weights>
static cudaError_t launch_sized(const LinearCall& call, DecodeShape& shape) {
  if (call.rows == 1) return launch_decode<Weights, 1>(call, shape);
  if (call.rows <= 8) return launch_decode<Weights, 8>(call, shape);
  if (call.rows <= 16) return launch_decode<Weights, 16>(call, shape);
  return launch_decode<Weights, 32>(call, shape);
}

int decode_half(const LinearCall& call) {
  if (stack_linear(call)) return JKC_OK;
  DecodeShape shape = decode_shape(call, half_chunks(call.in));
  cudaError_t outcome = call.storage == JKC_I8 ? launch_sized<ByteWeights>(call, shape)
                                               : launch_sized<HalfWeights>(call, shape);
  return check(call.context, outcome, "linear");
}

}  // namespace jukebox
