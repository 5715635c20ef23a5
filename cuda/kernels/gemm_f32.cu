#include "gemm_finish.h"
#include "gemm_panel.h"

namespace jukebox {

struct FloatGemmShape {
  const float* packed;
  FloatPanel panel;
  int64_t in;
  int64_t tiles;
  int64_t rows;
  LinearFinish finish;
};

/* A warp's part: 32 outputs and 64 rows; of a lane, 4 outputs of each tile and every eighth row. */
constexpr int WARP_TILES = 2;
constexpr int WARP_ROWS = 64;
constexpr int LANE_ROWS = WARP_ROWS / 8;
/* Floats from one row of a stage to the next: lanes that read together meet no bank twice. */
constexpr int ROW_PITCH = FLOAT_CHUNK + 4;

/* A chunk of weights [tile][input][16 outputs] and rows [row][input]. */
template <typename Tile>
struct FloatStage {
  static constexpr int TILES = Tile::OUT_WARPS * WARP_TILES;
  static constexpr int ROWS = Tile::ROW_WARPS * WARP_ROWS;
  static constexpr int THREADS = Tile::OUT_WARPS * Tile::ROW_WARPS * WARP;
  static constexpr int WEIGHTS = TILES * FLOAT_CHUNK * TILE_OUT;
  static constexpr int BYTES = (WEIGHTS + ROWS * ROW_PITCH) * 4;
  using Results = FinishTile<ROWS, TILES * TILE_OUT, THREADS, 16>;
  static_assert(Results::BYTES <= Tile::STAGES * BYTES, "sums take the stages' place");

  /* Starts the copies of a chunk; what lies outside becomes zeros, without being read. */
  DEVICE static void copy(const FloatGemmShape& shape, int chunk, float* to) {
    constexpr int TILE_VECTORS = FLOAT_CHUNK * TILE_OUT / 4;
    constexpr int ROW_VECTORS = FLOAT_CHUNK / 4;
    static_assert(TILES * TILE_VECTORS % THREADS == 0 && ROWS * ROW_VECTORS % THREADS == 0,
                  "whole copies");
    int thread = static_cast<int>(threadIdx.x);
    int chunks = static_cast<int>(float_chunks(shape.in));
    int64_t first_tile = static_cast<int64_t>(blockIdx.x) * TILES;
    const float* weights = shape.packed + float_offset(chunks, first_tile, chunk, 0);
    int64_t tile_floats = int64_t{chunks} * FLOAT_CHUNK * TILE_OUT;
    int input_floats =
        static_cast<int>(float_group_chunks(chunks, chunk / FLOAT_GROUP)) * TILE_OUT;
    int64_t tiles = shape.tiles - first_tile;
    UNROLL
    for (int k = 0; k < TILES * TILE_VECTORS / THREADS; k++) {
      int i = thread + k * THREADS;
      int tile = i / TILE_VECTORS;
      int64_t offset = tile * tile_floats + i / 4 % FLOAT_CHUNK * input_floats + i % 4 * 4;
      async_copy16(to + i * 4, weights + offset, tile < tiles);
    }
    int64_t first_row = static_cast<int64_t>(blockIdx.y) * ROWS;
    const float* rows = shape.panel.rows + first_row * shape.panel.pitch + chunk * FLOAT_CHUNK;
    int64_t pitch = shape.panel.pitch;
    int64_t height = shape.rows - first_row;
    int64_t width = shape.in - chunk * FLOAT_CHUNK;
    UNROLL
    for (int k = 0; k < ROWS * ROW_VECTORS / THREADS; k++) {
      int i = thread + k * THREADS;
      int row = i / ROW_VECTORS;
      int column = i % ROW_VECTORS * 4;
      async_copy16(to + WEIGHTS + row * ROW_PITCH + column, rows + row * pitch + column,
                   row < height && column < width);
    }
  }
};

/* Adds the products of a chunk, input after input. */
DEVICE void multiply_chunk(const float* weights, const float* rows,
                           float (&sums)[LANE_ROWS][WARP_TILES * 4]) {
  UNROLL_BY(2)
  for (int i = 0; i < FLOAT_CHUNK; i += 4) {
    float inputs[LANE_ROWS][4];
    UNROLL
    for (int r = 0; r < LANE_ROWS; r++) {
      float4 four = *reinterpret_cast<const float4*>(rows + r * 8 * ROW_PITCH + i);
      inputs[r][0] = four.x;
      inputs[r][1] = four.y;
      inputs[r][2] = four.z;
      inputs[r][3] = four.w;
    }
    UNROLL
    for (int j = 0; j < 4; j++) {
      float values[WARP_TILES * 4];
      UNROLL
      for (int t = 0; t < WARP_TILES; t++) {
        float4 four =
            *reinterpret_cast<const float4*>(weights + (t * FLOAT_CHUNK + i + j) * TILE_OUT);
        values[t * 4] = four.x;
        values[t * 4 + 1] = four.y;
        values[t * 4 + 2] = four.z;
        values[t * 4 + 3] = four.w;
      }
      UNROLL
      for (int r = 0; r < LANE_ROWS; r++) {
        UNROLL
        for (int o = 0; o < WARP_TILES * 4; o++) {
          sums[r][o] = fmaf(inputs[r][j], values[o], sums[r][o]);
        }
      }
    }
  }
}

template <typename Tile>
KERNEL(FloatStage<Tile>::THREADS)
multiply_f32_rows(FloatGemmShape shape) {
  using Stage = FloatStage<Tile>;
  constexpr int STAGES = Tile::STAGES;
  constexpr int FLOATS = Stage::BYTES / 4;
  DYNAMIC_SHARED(memory);
  float* stages = reinterpret_cast<float*>(memory);
  int lane = threadIdx.x % WARP;
  int out_warp = threadIdx.x / WARP % Tile::OUT_WARPS;
  int row_warp = threadIdx.x / WARP / Tile::OUT_WARPS;
  int chunks = static_cast<int>(float_chunks(shape.in));
  int64_t tile = (static_cast<int64_t>(blockIdx.x) * Tile::OUT_WARPS + out_warp) * WARP_TILES;
  int64_t first_row = (static_cast<int64_t>(blockIdx.y) * Tile::ROW_WARPS + row_warp) * WARP_ROWS;
  bool busy = tile < shape.tiles && first_row < shape.rows;

  UNROLL
  for (int i = 0; i < STAGES - 1; i++) {
    if (i < chunks) Stage::copy(shape, i, stages + i * FLOATS);
    async_commit();
  }
  float totals[LANE_ROWS][WARP_TILES * 4] = {};
  for (int chunk = 0; chunk < chunks; chunk++) {
    async_wait<STAGES - 2>();
    sync_block();
    int ahead = chunk + STAGES - 1;
    if (ahead < chunks) Stage::copy(shape, ahead, stages + ahead % STAGES * FLOATS);
    async_commit();
    if (!busy) continue;
    const float* stage = stages + chunk % STAGES * FLOATS;
    float sums[LANE_ROWS][WARP_TILES * 4] = {};
    multiply_chunk(stage + out_warp * WARP_TILES * FLOAT_CHUNK * TILE_OUT + lane % 4 * 4,
                   stage + Stage::WEIGHTS + (row_warp * WARP_ROWS + lane / 4) * ROW_PITCH, sums);
    UNROLL
    for (int r = 0; r < LANE_ROWS; r++) {
      UNROLL
      for (int o = 0; o < WARP_TILES * 4; o++) totals[r][o] += sums[r][o];
    }
  }
  async_wait<0>();
  sync_block();

  typename Stage::Results results(memory);
  UNROLL
  for (int r = 0; r < LANE_ROWS; r++) {
    UNROLL
    for (int t = 0; t < WARP_TILES; t++) {
      float* four = &results.at(row_warp * WARP_ROWS + r * 8 + lane / 4,
                                (out_warp * WARP_TILES + t) * TILE_OUT + lane % 4 * 4);
      *reinterpret_cast<float4*>(four) = make_float4(totals[r][t * 4], totals[r][t * 4 + 1],
                                                     totals[r][t * 4 + 2], totals[r][t * 4 + 3]);
    }
  }
  sync_block();
  results.finish(shape.finish, static_cast<int64_t>(blockIdx.y) * Stage::ROWS, shape.rows,
                 static_cast<int64_t>(blockIdx.x) * Stage::TILES * TILE_OUT);
}

template <typename Tile>
static cudaError_t launch_gemm(const FloatGemmShape& shape, cudaStream_t stream) {
  using Stage = FloatStage<Tile>;
  dim3 grid(static_cast<unsigned>(divide_up(shape.tiles, Stage::TILES)),
            static_cast<unsigned>(divide_up(shape.rows, Stage::ROWS)));
  return LAUNCH((multiply_f32_rows<Tile>), grid, Stage::THREADS, Tile::STAGES * Stage::BYTES,
                stream, shape);
}

int gemm_f32(const LinearCall& call) {
  using Large = FloatStage<FloatGemmLarge>;
  int64_t row_bytes = divide_up(call.in, 4) * 16;
  int64_t most = panel_rows(call.rows, row_bytes, Large::ROWS);
  void* memory = nullptr;
  if (!rows_aligned(call.x, call.in)) {
    int status = panel_memory(call, float_panel_bytes(most, call.in), &memory);
    if (status != JKC_OK) return status;
  }
  for (int64_t first = 0; first < call.rows; first += most) {
    FloatGemmShape shape;
    shape.packed = static_cast<const float*>(call.packed);
    shape.in = call.in;
    shape.tiles = tiles_of(call.out);
    shape.rows = call.rows - first < most ? call.rows - first : most;
    shape.finish = finish_from(call.finish, first);
    int status = fill_float_panel(call, first, shape.rows, memory, shape.panel);
    if (status != JKC_OK) return status;
    int64_t large = divide_up(shape.tiles, Large::TILES) * divide_up(shape.rows, Large::ROWS);
    constexpr size_t SHARED_BYTES = FloatGemmLarge::STAGES * Large::BYTES;
    cudaError_t outcome = large_tiles_pay(call.context, large, SHARED_BYTES)
                              ? launch_gemm<FloatGemmLarge>(shape, stream_of(call.context))
                              : launch_gemm<FloatGemmSmall>(shape, stream_of(call.context));
    status = check(call.context, outcome, "linear");
    if (status != JKC_OK) return status;
  }
  return JKC_OK;
}

}  // namespace jukebox
