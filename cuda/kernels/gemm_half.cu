#include "gemm_panel.h"
#include "linear_fragments.h"

namespace jukebox {

struct HalfGemmShape {
  const unsigned char* packed;
  HalfPanel panel;
  int64_t in;
  int64_t tiles;
  int64_t rows;
  LinearFinish finish;
};

/* A warp's part: 64 outputs and 32 rows, in tiles of mma16816. */
constexpr int WARP_OUT_TILES = 4;
constexpr int WARP_ROW_TILES = 4;
/* Steps of a stage. */
constexpr int STAGE_STEPS = 2;

template <typename Weights, typename Tile>
struct HalfStage {
  static constexpr int OUT_TILES = Tile::OUT_WARPS * WARP_OUT_TILES;
  static constexpr int ROW_TILES = Tile::ROW_WARPS * WARP_ROW_TILES;
  static constexpr int THREADS = Tile::OUT_WARPS * Tile::ROW_WARPS * WARP;
  static constexpr int FRAGMENTS = STAGE_STEPS / Weights::STEPS;
  static constexpr int WEIGHT_BYTES = OUT_TILES * FRAGMENTS * FRAGMENT;
  static constexpr int BYTES = WEIGHT_BYTES + ROW_TILES * STAGE_STEPS * FRAGMENT;

  /* Starts the copies of the `index`-th pair of steps; what lies outside becomes zeros. */
  DEVICE static void copy(const HalfGemmShape& shape, int64_t index, unsigned char* to) {
    int64_t steps = half_steps(shape.in);
    int64_t fragments = (steps + Weights::STEPS - 1) / Weights::STEPS;
    int64_t out_tile = static_cast<int64_t>(blockIdx.x) * OUT_TILES;
    for (int i = threadIdx.x; i < WEIGHT_BYTES / 16; i += THREADS) {
      int64_t tile = out_tile + i / (FRAGMENTS * WARP);
      int64_t fragment = index * FRAGMENTS + i / WARP % FRAGMENTS;
      bool valid = tile < shape.tiles && fragment < fragments;
      int64_t offset = valid ? (tile * fragments + fragment) * FRAGMENT + i % WARP * 16 : 0;
      async_copy16(to + i * 16, shape.packed + offset, valid);
    }
    int64_t row_tiles = (shape.rows + TILE_ROWS - 1) / TILE_ROWS;
    int64_t row_tile = static_cast<int64_t>(blockIdx.y) * ROW_TILES;
    for (int i = threadIdx.x; i < ROW_TILES * STAGE_STEPS * WARP; i += THREADS) {
      int64_t tile = row_tile + i / (STAGE_STEPS * WARP);
      int64_t step = index * STAGE_STEPS + i / WARP % STAGE_STEPS;
      bool valid = tile < row_tiles && step < steps;
      int64_t offset = valid ? (tile * steps + step) * FRAGMENT + i % WARP * 16 : 0;
      async_copy16(to + WEIGHT_BYTES + i * 16, shape.panel.fragments + offset, valid);
    }
  }

  /* Adds the products of one step of a stage. */
  DEVICE static void multiply(const unsigned char* from, int step, int out_warp, int row_warp,
                              float (&sums)[WARP_ROW_TILES][WARP_OUT_TILES][4]) {
    int lane = threadIdx.x % WARP;
    uint32_t a[WARP_OUT_TILES][4];
    UNROLL
    for (int m = 0; m < WARP_OUT_TILES; m++) {
      int fragment = (out_warp * WARP_OUT_TILES + m) * FRAGMENTS + step / Weights::STEPS;
      uint4 packed = *reinterpret_cast<const uint4*>(from + fragment * FRAGMENT + lane * 16);
      Weights::fragment(packed, step % Weights::STEPS, a[m]);
    }
    uint4 b[WARP_ROW_TILES];
    UNROLL
    for (int n = 0; n < WARP_ROW_TILES; n++) {
      int fragment = (row_warp * WARP_ROW_TILES + n) * STAGE_STEPS + step;
      b[n] = *reinterpret_cast<const uint4*>(from + WEIGHT_BYTES + fragment * FRAGMENT + lane * 16);
    }
    multiply_step(a, b, sums);
  }
};

template <typename Weights, typename Tile>
KERNEL((HalfStage<Weights, Tile>::THREADS))
multiply_half_rows(HalfGemmShape shape) {
  using Stage = HalfStage<Weights, Tile>;
  constexpr int STAGES = Tile::STAGES;
  DYNAMIC_SHARED(memory);
  int lane = threadIdx.x % WARP;
  int out_warp = threadIdx.x / WARP % Tile::OUT_WARPS;
  int row_warp = threadIdx.x / WARP / Tile::OUT_WARPS;
  int64_t steps = half_steps(shape.in);
  int64_t chunks = half_chunks(shape.in);
  int64_t count = (steps + STAGE_STEPS - 1) / STAGE_STEPS;
  int64_t row_tile =
      (static_cast<int64_t>(blockIdx.y) * Tile::ROW_WARPS + row_warp) * WARP_ROW_TILES;
  int64_t out_tile =
      (static_cast<int64_t>(blockIdx.x) * Tile::OUT_WARPS + out_warp) * WARP_OUT_TILES;
  bool busy = out_tile < shape.tiles && row_tile * TILE_ROWS < shape.rows;

  UNROLL
  for (int i = 0; i < STAGES - 1; i++) {
    if (i < count) Stage::copy(shape, i, memory + i * Stage::BYTES);
    async_commit();
  }
  float totals[WARP_ROW_TILES][WARP_OUT_TILES][4] = {};
  float sums[WARP_ROW_TILES][WARP_OUT_TILES][4] = {};
  float inverses[WARP_ROW_TILES][2] = {};
  for (int64_t index = 0; index < count; index++) {
    async_wait<STAGES - 2>();
    sync_block();
    int64_t ahead = index + STAGES - 1;
    if (ahead < count) Stage::copy(shape, ahead, memory + ahead % STAGES * Stage::BYTES);
    async_commit();
    int64_t first = index * STAGE_STEPS;
    if (first % HALF_STEPS == 0) {
      UNROLL
      for (int n = 0; n < WARP_ROW_TILES; n++) {
        if ((row_tile + n) * TILE_ROWS < shape.rows) {
          const float* from =
              shape.panel.inverses +
              ((row_tile + n) * chunks + first / HALF_STEPS) * TILE_ROWS + lane % 4 * 2;
          inverses[n][0] = from[0];
          inverses[n][1] = from[1];
        }
      }
    }
    const unsigned char* stage = memory + index % STAGES * Stage::BYTES;
    UNROLL
    for (int s = 0; s < STAGE_STEPS; s++) {
      if (busy && first + s < steps) Stage::multiply(stage, s, out_warp, row_warp, sums);
    }
    if ((first + STAGE_STEPS) % HALF_STEPS == 0 || index + 1 == count) {
      UNROLL
      for (int n = 0; n < WARP_ROW_TILES; n++) {
        UNROLL
        for (int m = 0; m < WARP_OUT_TILES; m++) {
          UNROLL
          for (int i = 0; i < 4; i++) {
            totals[n][m][i] = fmaf(sums[n][m][i], inverses[n][i % 2], totals[n][m][i]);
            sums[n][m][i] = 0;
          }
        }
      }
    }
  }
  async_wait<0>();

  UNROLL
  for (int m = 0; m < WARP_OUT_TILES; m++) {
    UNROLL
    for (int half = 0; half < 2; half++) {
      int64_t output = (out_tile + m) * TILE_OUT + half * 8 + lane / 4;
      if (output >= shape.finish.out) continue;
      UNROLL
      for (int n = 0; n < WARP_ROW_TILES; n++) {
        UNROLL
        for (int i = 0; i < 2; i++) {
          int64_t row = (row_tile + n) * TILE_ROWS + lane % 4 * 2 + i;
          if (row < shape.rows) {
            finish_sum(shape.finish, totals[n][m][half * 2 + i],
                       finish_terms(shape.finish, row, output), row, output);
          }
        }
      }
    }
  }
}

template <typename Weights, typename Tile>
static cudaError_t launch_gemm(const HalfGemmShape& shape, cudaStream_t stream) {
  using Stage = HalfStage<Weights, Tile>;
  dim3 grid(static_cast<unsigned>(divide_up(shape.tiles, Stage::OUT_TILES)),
            static_cast<unsigned>(divide_up(shape.rows, Stage::ROW_TILES * TILE_ROWS)));
  return LAUNCH((multiply_half_rows<Weights, Tile>), grid, Stage::THREADS,
                Tile::STAGES * Stage::BYTES, stream, shape);
}

template <typename Weights>
static cudaError_t launch_sized(const HalfGemmShape& shape, jkc_context* context) {
  using Large = HalfStage<Weights, HalfGemmLarge>;
  int64_t large = divide_up(shape.tiles, Large::OUT_TILES) *
                  divide_up(shape.rows, Large::ROW_TILES * TILE_ROWS);
  return large_tiles_pay(context, large, HalfGemmLarge::STAGES * Large::BYTES)
             ? launch_gemm<Weights, HalfGemmLarge>(shape, stream_of(context))
             : launch_gemm<Weights, HalfGemmSmall>(shape, stream_of(context));
}

int gemm_half(const LinearCall& call) {
  constexpr int64_t UNIT = HalfGemmLarge::ROW_WARPS * WARP_ROW_TILES * TILE_ROWS;
  int64_t most = panel_rows(call.rows, half_steps(call.in) * FRAGMENT / TILE_ROWS, UNIT);
  void* memory = nullptr;
  int status = panel_memory(call, half_panel_bytes(most, call.in), &memory);
  for (int64_t first = 0; status == JKC_OK && first < call.rows; first += most) {
    HalfGemmShape shape;
    shape.packed = static_cast<const unsigned char*>(call.packed);
    shape.in = call.in;
    shape.tiles = tiles_of(call.out);
    shape.rows = call.rows - first < most ? call.rows - first : most;
    shape.finish = finish_from(call.finish, first);
    status = fill_half_panel(call, first, shape.rows, memory, shape.panel);
    if (status != JKC_OK) return status;
    cudaError_t outcome = call.storage == JKC_I8 ? launch_sized<ByteWeights>(shape, call.context)
                                                 : launch_sized<HalfWeights>(shape, call.context);
    status = check(call.context, outcome, "linear");
  }
  return status;
}

}  // namespace jukebox
