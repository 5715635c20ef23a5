#include "decode_collect.h"
#include "linear_decode.h"

namespace jukebox {

/* Floats from one chunk of a row in shared memory to the next: 8 chunks meet 8 groups of banks. */
constexpr int CHUNK_PITCH = FLOAT_CHUNK + 4;
constexpr int PIECE_CHUNKS = 4 * WARP / FLOAT_CHUNK;

/* Threads of all blocks that share a multiprocessor: what bounds a kernel's registers. */
template <int rows>
constexpr int FLOAT_BOUND = decode_f32_share(rows == 1).beside * DECODE_WARPS_BESIDE * WARP;

/* Floats from one chunk's sums to the next. */
HOST_DEVICE int sum_pitch(int rows) { return rows * TILE_OUT + 4; }

/* A warp's place in its sequence of (tile, group of chunks) pairs, and the loads of that pair. */
struct FloatStream {
  int start;
  int item;
  const float* from;
  int pitch;

  DEVICE int groups(const DecodeShape& shape) const {
    int rest = shape.chunks - start;
    int chunks = rest < shape.segment ? rest : shape.segment;
    return (chunks + FLOAT_GROUP - 1) / FLOAT_GROUP;
  }
  /* Moves on over segments that have no item for this warp, then points to its weights. */
  DEVICE void settle(const DecodeShape& shape, int64_t first_tile, int tiles) {
    while (start < shape.chunks && item >= groups(shape) * tiles) {
      start += shape.segment;
      item = threadIdx.x / WARP;
    }
    from = nullptr;
    if (start >= shape.chunks) return;
    int lane = threadIdx.x % WARP;
    int64_t group = start / FLOAT_GROUP + item % groups(shape);
    int64_t tile = first_tile + item / groups(shape);
    int count = static_cast<int>(float_group_chunks(shape.chunks, group));
    if (lane / 4 >= count) return;
    pitch = count * TILE_OUT;
    from = static_cast<const float*>(shape.packed) +
           float_offset(shape.chunks, tile, group * FLOAT_GROUP + lane / 4, 0) + lane % 4 * 4;
  }
};

/*
 * Gives `take` a warp's share of a segment of rows, normalised: pieces of 128 inputs from `start`
 * on, four of a lane at a time, zeros behind the end. `together` rows are loaded at once.
 */
template <int together, typename Take>
DEVICE void stage_rows(const DecodeShape& shape, const float* x, int rows, int64_t start,
                       int pieces, const RowStatistics* statistics, const Take& take) {
  constexpr int PIECE = 4 * WARP;
  bool normalised = shape.norm.gain != nullptr;
  bool aligned = rows_aligned(x, shape.in);
  bool norm_aligned =
      normalised && rows_aligned(shape.norm.gain, 0) && rows_aligned(shape.norm.bias, 0);
  int groups = (rows + together - 1) / together;
  for (int unit = threadIdx.x / WARP; unit < pieces * groups; unit += blockDim.x / WARP) {
    int piece = unit / groups;
    int first = unit % groups * together;
    int64_t at = start + piece * PIECE + threadIdx.x % WARP * 4;
    float values[together][4];
    UNROLL
    for (int i = 0; i < together; i++) {
      if (first + i < rows) load4(x + (first + i) * shape.in, at, shape.in, aligned, values[i]);
    }
    float gain[4];
    float bias[4];
    if (normalised) {
      load4(shape.norm.gain, at, shape.in, norm_aligned, gain);
      load4(shape.norm.bias, at, shape.in, norm_aligned, bias);
    }
    UNROLL
    for (int i = 0; i < together; i++) {
      if (first + i >= rows) break;
      if (normalised) {
        RowStatistics row = statistics[first + i];
        UNROLL
        for (int j = 0; j < 4; j++) {
          if (at + j < shape.in) values[i][j] = norm_element(values[i][j], row, gain[j], bias[j]);
        }
      }
      take(piece, first + i, values[i]);
    }
  }
}

template <int R>
KERNEL(FLOAT_BOUND<R>)
decode_f32_rows(DecodeShape shape) {
  constexpr int LOADS = DECODE_F32_LOADS<R>;
  constexpr int TOGETHER = R < 8 ? R : 4;
  DYNAMIC_SHARED(memory);
  int first_row = static_cast<int>(blockIdx.y) * R;
  int rows = shape.rows - first_row < R ? shape.rows - first_row : R;
  const float* x = shape.x + first_row * shape.in;
  DecodeTiles own = contiguous_tiles(shape);
  int first_tile = own.first;
  int tiles = own.count;
  int lane = threadIdx.x % WARP;
  int slot = lane / 4;

  /* Whole pieces are staged: up to PIECE_CHUNKS - 1 chunks more than a segment has. */
  int row_pitch = (shape.segment + PIECE_CHUNKS - 1) * CHUNK_PITCH;
  float* staged = reinterpret_cast<float*>(memory);
  float* sums = staged + rows * row_pitch;
  float* totals = sums + shape.block_tiles * shape.segment * sum_pitch(rows);
  RowStatistics* statistics =
      reinterpret_cast<RowStatistics*>(totals + shape.block_tiles * R * TILE_OUT);

  FloatStream stream = {0, static_cast<int>(threadIdx.x / WARP), nullptr, 0};
  stream.settle(shape, first_tile, tiles);
  uint4 weights[LOADS];
  UNROLL
  for (int i = 0; i < LOADS; i++) {
    weights[i] = uint4{0, 0, 0, 0};
    if (stream.from != nullptr) weights[i] = load_once(stream.from + i * stream.pitch);
  }
  prefetch_norm(shape);

  wait_for_previous();
  let_next_begin();
  DecodeResults<R> results(shape, first_row, rows, own);
  row_statistics<R>(shape, x, rows, statistics);

  for (int start = 0; start < shape.chunks; start += shape.segment) {
    int chunks = shape.chunks - start < shape.segment ? shape.chunks - start : shape.segment;
    int groups = (chunks + FLOAT_GROUP - 1) / FLOAT_GROUP;
    stage_rows<TOGETHER>(shape, x, rows, static_cast<int64_t>(start) * FLOAT_CHUNK,
                         (chunks + PIECE_CHUNKS - 1) / PIECE_CHUNKS, statistics,
                         [&](int piece, int row, const float(&values)[4]) {
                           int chunk = piece * PIECE_CHUNKS + lane / 8;
                           float* to =
                               staged + row * row_pitch + chunk * CHUNK_PITCH + lane % 8 * 4;
                           *reinterpret_cast<float4*>(to) =
                               make_float4(values[0], values[1], values[2], values[3]);
                         });
    sync_block();

    while (stream.start == start) {
      int chunk = stream.item % groups * FLOAT_GROUP + slot;
      int tile = stream.item / groups;
      bool valid = chunk < chunks;
      const float* values = staged + (valid ? chunk : 0) * CHUNK_PITCH;
      FloatStream next = stream;
      next.item += blockDim.x / WARP;
      next.settle(shape, first_tile, tiles);
      float sum[R][4] = {};
      NO_UNROLL
      for (int first = 0; first < FLOAT_CHUNK; first += LOADS) {
        bool refill = first + LOADS < FLOAT_CHUNK;
        const float* source = refill ? stream.from : next.from;
        int pitch = refill ? stream.pitch : next.pitch;
        if (refill && source != nullptr) source += (first + LOADS) * pitch;
        UNROLL
        for (int i = 0; i < LOADS; i += 4) {
          UNROLL
          for (int r = 0; r < R; r++) {
            /* Rows past the last sum it again; their sums are not used. */
            int row = r < rows ? r : rows - 1;
            float4 four =
                *reinterpret_cast<const float4*>(values + row * row_pitch + first + i);
            float inputs[4] = {four.x, four.y, four.z, four.w};
            UNROLL
            for (int j = 0; j < 4; j++) {
              sum[r][0] = fmaf(inputs[j], bits_float(weights[i + j].x), sum[r][0]);
              sum[r][1] = fmaf(inputs[j], bits_float(weights[i + j].y), sum[r][1]);
              sum[r][2] = fmaf(inputs[j], bits_float(weights[i + j].z), sum[r][2]);
              sum[r][3] = fmaf(inputs[j], bits_float(weights[i + j].w), sum[r][3]);
            }
          }
          UNROLL
          for (int j = 0; j < 4; j++) {
            if (source != nullptr) weights[i + j] = load_once(source + (i + j) * pitch);
          }
        }
      }
      float* to = sums + (tile * chunks + chunk) * sum_pitch(rows) + lane % 4 * 4;
      UNROLL
      for (int r = 0; r < R; r++) {
        if (valid && r < rows) {
          *reinterpret_cast<float4*>(to + r * TILE_OUT) =
              make_float4(sum[r][0], sum[r][1], sum[r][2], sum[r][3]);
        }
      }
      stream = next;
    }
    sync_block();

    results.take(shape, start == 0, start + shape.segment >= shape.chunks, totals,
                 [&](float total, int tile, int row, int output) {
                   const float* from =
                       sums + tile * chunks * sum_pitch(rows) + row * TILE_OUT + output;
                   for (int c = 0; c < chunks; c++) total += from[c * sum_pitch(rows)];
                   return total;
                 });
  }
}

template <int R>
static cudaError_t launch_decode(const LinearCall& call, DecodeShape& shape) {
  size_t rows = static_cast<size_t>(shape.rows < R ? shape.rows : R);
  constexpr size_t FLOAT = sizeof(float);
  DecodeBytes bytes = {rows * CHUNK_PITCH * FLOAT,
                       sum_pitch(static_cast<int>(rows)) * FLOAT, R * TILE_OUT * FLOAT,
                       norm_bytes(shape, static_cast<int>(rows)) +
                           rows * (PIECE_CHUNKS - 1) * CHUNK_PITCH * FLOAT};
  DecodePlan plan = decode_plan(call.context, shape.tiles, shape.chunks, decode_f32_share(R == 1),
                                {FLOAT_GROUP, false}, bytes);
  shape.block_tiles = plan.block_tiles;
  shape.segment = plan.segment;
  dim3 grid(plan.blocks, static_cast<unsigned>(divide_up(shape.rows, R)));
  EarlyStream on =
      early_stream(call.context, JKC_WROTE_ROWS, JKC_WROTE_ROWS | JKC_WROTE_CACHE);
  return LAUNCH_EARLY((decode_f32_rows<R>), grid, plan.threads, plan.shared, on.stream, on.early,
                      shape);
}

int decode_f32(const LinearCall& call) {
  if (stack_linear(call)) return JKC_OK;
  DecodeShape shape = decode_shape(call, float_chunks(call.in));
  cudaError_t outcome = call.rows == 1   ? launch_decode<1>(call, shape)
                        : call.rows <= 4 ? launch_decode<4>(call, shape)
                        : call.rows <= 8 ? launch_decode<8>(call, shape)
                                         : launch_decode<16>(call, shape);
  return check(call.context, outcome, "linear");
}

}  // namespace jukebox
