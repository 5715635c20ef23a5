#include "gemm_finish.h"
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

/*
 * A thread's copies of one operand: of every APART-th tile of a stage the same 16 bytes of a fragment,
 * stage after stage. So a copy takes few instructions beside the products, which wait for it.
 */
template <int STAGE_TILES, int FRAGMENTS, int THREADS>
class StageCopies {
 public:
  static constexpr int BYTES = STAGE_TILES * FRAGMENTS * FRAGMENT;

  /* Of an operand that has so many tiles of so many fragments, from a tile on. */
  DEVICE StageCopies(const unsigned char* operand, int64_t first_tile, int64_t tiles,
                     int64_t fragments) {
    int64_t tile = first_tile + threadIdx.x / (FRAGMENTS * WARP);
    int fragment = threadIdx.x / WARP % FRAGMENTS;
    from_ = operand + (tile * fragments + fragment) * FRAGMENT + threadIdx.x % WARP * 16;
    apart_ = APART * fragments * FRAGMENT;
    fragments_ = static_cast<int>(fragments) - fragment;
    int64_t rest = (tiles - tile + APART - 1) / APART;
    tiles_ = static_cast<int>(rest < COPIES ? rest : COPIES);
  }

  /* Starts the copies of the next stage; what lies outside becomes zeros. */
  DEVICE void start(unsigned char* stage) {
    const unsigned char* from = from_;
    UNROLL
    for (int i = 0; i < COPIES; i++) {
      async_copy16(stage + (i * THREADS + threadIdx.x) * 16, from, i < tiles_ && fragments_ > 0);
      from += apart_;
    }
    from_ += FRAGMENTS * FRAGMENT;
    fragments_ -= FRAGMENTS;
  }

 private:
  /* Tiles that all threads copy at once. */
  static constexpr int APART = THREADS / (FRAGMENTS * WARP);
  static constexpr int COPIES = STAGE_TILES / APART;
  static_assert(THREADS % (FRAGMENTS * WARP) == 0 && STAGE_TILES % APART == 0, "whole tiles");

  const unsigned char* from_;
  int64_t apart_;
  int fragments_;
  int tiles_;
};

template <typename Weights, typename Tile>
struct HalfStage {
  static constexpr int OUT_TILES = Tile::OUT_WARPS * WARP_OUT_TILES;
  static constexpr int ROW_TILES = Tile::ROW_WARPS * WARP_ROW_TILES;
  static constexpr int THREADS = Tile::OUT_WARPS * Tile::ROW_WARPS * WARP;
  static constexpr int FRAGMENTS = STAGE_STEPS / Weights::STEPS;
  using WeightCopies = StageCopies<OUT_TILES, FRAGMENTS, THREADS>;
  using RowCopies = StageCopies<ROW_TILES, STAGE_STEPS, THREADS>;
  static constexpr int WEIGHT_BYTES = WeightCopies::BYTES;
  static constexpr int BYTES = WEIGHT_BYTES + RowCopies::BYTES;
  using Results = FinishTile<ROW_TILES * TILE_ROWS, OUT_TILES * TILE_OUT, THREADS, 4>;
  static_assert(Results::BYTES <= Tile::STAGES * BYTES, "sums take the stages' place");

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
  int count = static_cast<int>((steps + STAGE_STEPS - 1) / STAGE_STEPS);
  int64_t row_tile =
      (static_cast<int64_t>(blockIdx.y) * Tile::ROW_WARPS + row_warp) * WARP_ROW_TILES;
  typename Stage::WeightCopies weights(
      shape.packed, static_cast<int64_t>(blockIdx.x) * Stage::OUT_TILES, shape.tiles,
      (steps + Weights::STEPS - 1) / Weights::STEPS);
  typename Stage::RowCopies rows(shape.panel.fragments,
                                 static_cast<int64_t>(blockIdx.y) * Stage::ROW_TILES,
                                 (shape.rows + TILE_ROWS - 1) / TILE_ROWS, steps);

  UNROLL
  for (int i = 0; i < STAGES - 1; i++) {
    weights.start(memory + i * Stage::BYTES);
    rows.start(memory + i * Stage::BYTES + Stage::WEIGHT_BYTES);
    async_commit();
  }
  float totals[WARP_ROW_TILES][WARP_OUT_TILES][4] = {};
  float sums[WARP_ROW_TILES][WARP_OUT_TILES][4] = {};
  float inverses[WARP_ROW_TILES][2] = {};
  for (int index = 0; index < count; index++) {
    async_wait<STAGES - 2>();
    sync_block();
    int first = index * STAGE_STEPS;
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
    /* The rows of steps that there are not are zeros; sums of tiles that there are not are not kept. */
    const unsigned char* stage = memory + index % STAGES * Stage::BYTES;
    UNROLL
    for (int s = 0; s < STAGE_STEPS; s++) {
      Stage::multiply(stage, s, out_warp, row_warp, sums);
      if (s > 0) continue;
      /* Behind the first products, which would wait for the copies' instructions. */
      unsigned char* ahead = memory + (index + STAGES - 1) % STAGES * Stage::BYTES;
      weights.start(ahead);
      rows.start(ahead + Stage::WEIGHT_BYTES);
      async_commit();
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
  sync_block();

  typename Stage::Results results(memory);
  UNROLL
  for (int n = 0; n < WARP_ROW_TILES; n++) {
    UNROLL
    for (int m = 0; m < WARP_OUT_TILES; m++) {
      UNROLL
      for (int i = 0; i < 4; i++) {
        int row = (row_warp * WARP_ROW_TILES + n) * TILE_ROWS + lane % 4 * 2 + i % 2;
        int output = (out_warp * WARP_OUT_TILES + m) * TILE_OUT + i / 2 * 8 + lane / 4;
        results.at(row, output) = totals[n][m][i];
      }
    }
  }
  sync_block();
  results.finish(shape.finish, static_cast<int64_t>(blockIdx.y) * Stage::ROW_TILES * TILE_ROWS,
                 shape.rows, static_cast<int64_t>(blockIdx.x) * Stage::OUT_TILES * TILE_OUT);
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
