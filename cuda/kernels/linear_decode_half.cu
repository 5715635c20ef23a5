#include "linear_decode.h"
#include "linear_fragments.h"

namespace jukebox {

/* Floats from one row's sums of a tile to the next: lanes that write together meet no bank twice. */
constexpr int SUM_PITCH = 20;

/* Where a warp is in its sequence of (tile, chunk) pairs, through all segments. */
struct HalfCursor {
  int start;
  int item;

  DEVICE int count(const DecodeShape& shape) const {
    int rest = shape.chunks - start;
    return rest < shape.segment ? rest : shape.segment;
  }
  /* Moves on over segments that have no item for this warp. */
  DEVICE void settle(const DecodeShape& shape, int tiles) {
    while (start < shape.chunks && item >= count(shape) * tiles) {
      start += shape.segment;
      item = threadIdx.x / WARP;
    }
  }
};

/* Loads of one chunk of weights: null past the end. */
template <typename Weights>
struct HalfStream {
  static constexpr int LOADS = HALF_STEPS / Weights::STEPS;

  const unsigned char* from;
  int count;

  DEVICE void point(const DecodeShape& shape, const HalfCursor& cursor, int64_t first_tile,
                    int64_t fragments) {
    count = 0;
    if (cursor.start >= shape.chunks) return;
    int chunks = cursor.count(shape);
    int64_t fragment = static_cast<int64_t>(cursor.start + cursor.item % chunks) * LOADS;
    int64_t tile = first_tile + cursor.item / chunks;
    int64_t rest = fragments - fragment;
    count = static_cast<int>(rest < LOADS ? rest : LOADS);
    from = static_cast<const unsigned char*>(shape.packed) +
           (tile * fragments + fragment) * FRAGMENT + threadIdx.x % WARP * 16;
  }
  DEVICE void load(int i, uint4& value) const {
    if (i < count) value = load_once(from + i * FRAGMENT);
  }
};

template <typename Weights, int N>
KERNEL(DECODE_WARPS_ALONE* WARP)
decode_half_rows(DecodeShape shape) {
  constexpr int TOGETHER = N == 1 ? 4 : 8;
  constexpr int LOADS = HalfStream<Weights>::LOADS;
  DYNAMIC_SHARED(memory);
  int rows = shape.rows;
  int64_t first_tile = static_cast<int64_t>(blockIdx.x) * shape.block_tiles;
  int tiles = static_cast<int>(shape.tiles - first_tile < shape.block_tiles
                                   ? shape.tiles - first_tile
                                   : shape.block_tiles);
  int lane = threadIdx.x % WARP;
  int steps = static_cast<int>(half_steps(shape.in));
  int64_t fragments = (steps + Weights::STEPS - 1) / Weights::STEPS;

  /* Fragments of rows [chunk][step][row][quad]; inverse powers of two segments in turn. */
  uint4* staged = reinterpret_cast<uint4*>(memory);
  float* inverses = reinterpret_cast<float*>(staged + shape.segment * HALF_STEPS * rows * 4);
  float* statistics = inverses + 2 * shape.segment * rows;
  float* totals = statistics + 2 * rows;
  float* sums = totals + shape.block_tiles * rows * TILE_OUT;

  HalfCursor cursor = {0, static_cast<int>(threadIdx.x / WARP)};
  cursor.settle(shape, tiles);
  HalfStream<Weights> stream;
  stream.point(shape, cursor, first_tile, fragments);
  uint4 weights[LOADS];
  UNROLL
  for (int i = 0; i < LOADS; i++) stream.load(i, weights[i]);

  row_statistics(shape, shape.x, rows, statistics);
  if (shape.norm.gain != nullptr) sync_block();

  for (int start = 0; start < shape.chunks; start += shape.segment) {
    int chunks = shape.chunks - start < shape.segment ? shape.chunks - start : shape.segment;
    stage_rows<TOGETHER>(
        shape, shape.x, rows, static_cast<int64_t>(start) * HALF_CHUNK, chunks, statistics,
        [&](int chunk, int row, const float(&values)[4]) {
          float power = power_for(warp_magnitude(values));
          staged[((chunk * HALF_STEPS + lane / 4) * rows + row) * 4 + lane % 4] =
              split4(values, power);
          if (lane == 0) inverses[chunk * rows + row] = inverse_power(power);
        });
    sync_block();

    while (cursor.start == start) {
      int chunk = cursor.item % chunks;
      int tile = cursor.item / chunks;
      int left = steps - (start + chunk) * HALF_STEPS;
      cursor.item += blockDim.x / WARP;
      cursor.settle(shape, tiles);
      stream.point(shape, cursor, first_tile, fragments);
      float sum[N][1][4] = {};
      UNROLL
      for (int i = 0; i < LOADS; i++) {
        UNROLL
        for (int s = 0; s < Weights::STEPS; s++) {
          int step = i * Weights::STEPS + s;
          if (step < left) {
            uint32_t a[1][4];
            Weights::fragment(weights[i], s, a[0]);
            uint4 b[N];
            UNROLL
            for (int n = 0; n < N; n++) {
              int row = n * 8 + lane / 4;
              b[n] = row < rows ? staged[((chunk * HALF_STEPS + step) * rows + row) * 4 + lane % 4]
                                : uint4{0, 0, 0, 0};
            }
            multiply_step(a, b, sum);
          }
        }
        stream.load(i, weights[i]);
      }
      float* to = sums + (tile * chunks + chunk) * rows * SUM_PITCH;
      UNROLL
      for (int n = 0; n < N; n++) {
        UNROLL
        for (int i = 0; i < 4; i++) {
          int row = n * 8 + lane % 4 * 2 + i % 2;
          if (row < rows) to[row * SUM_PITCH + lane / 4 + i / 2 * 8] = sum[n][0][i];
        }
      }
    }
    sync_block();

    bool last = start + shape.segment >= shape.chunks;
    for (int e = threadIdx.x; e < tiles * rows * TILE_OUT; e += blockDim.x) {
      int output = e % TILE_OUT;
      int row = e / TILE_OUT % rows;
      int tile = e / TILE_OUT / rows;
      const float* from = sums + (tile * chunks * rows + row) * SUM_PITCH + output;
      float total = start == 0 ? 0.0f : totals[e];
      for (int c = 0; c < chunks; c++) {
        total = fmaf(from[c * rows * SUM_PITCH], inverses[c * rows + row], total);
      }
      if (!last) {
        totals[e] = total;
        continue;
      }
      int64_t column = (first_tile + tile) * TILE_OUT + output;
      if (column < shape.finish.out) {
        finish_sum(shape.finish, total, output_scale(shape.finish, column),
                   output_bias(shape.finish, column), row, column);
      }
    }
    /* The next segment's powers must not meet those that the totals still need. */
    inverses += start / shape.segment % 2 == 0 ? shape.segment * rows : -shape.segment * rows;
  }
}

template <typename Weights>
static cudaError_t launch_decode(const DecodePlan& plan, const DecodeShape& shape,
                                 cudaStream_t stream) {
  if (shape.rows <= 8) {
    return LAUNCH((decode_half_rows<Weights, 1>), plan.blocks, plan.threads, plan.shared, stream,
                  shape);
  }
  if (shape.rows <= 16) {
    return LAUNCH((decode_half_rows<Weights, 2>), plan.blocks, plan.threads, plan.shared, stream,
                  shape);
  }
  return LAUNCH((decode_half_rows<Weights, 4>), plan.blocks, plan.threads, plan.shared, stream,
                shape);
}

int decode_half(const LinearCall& call) {
  size_t rows = static_cast<size_t>(call.rows);
  DecodeShape shape;
  shape.packed = call.packed;
  shape.x = call.x;
  shape.in = call.in;
  shape.tiles = tiles_of(call.out);
  shape.chunks = static_cast<int>(half_chunks(call.in));
  shape.rows = static_cast<int>(call.rows);
  shape.norm = call.norm;
  shape.finish = call.finish;
  DecodePlan plan = decode_plan(call.context, shape.tiles, shape.chunks, DECODE_WARPS_ALONE, 1,
                                rows * (HALF_CHUNK * 4 + 2 * sizeof(float)),
                                rows * SUM_PITCH * sizeof(float),
                                rows * TILE_OUT * sizeof(float), 2 * rows * sizeof(float));
  shape.block_tiles = plan.block_tiles;
  shape.segment = plan.segment;
  cudaStream_t stream = call.context->stream;
  cudaError_t outcome = call.storage == JKC_I8 ? launch_decode<ByteWeights>(plan, shape, stream)
                                               : launch_decode<HalfWeights>(plan, shape, stream);
  return check(call.context, outcome, "linear");
}

}  // namespace jukebox
