#include "gemm_panel.h"

#include "grid.h"

namespace jukebox {

/* A warp takes a chunk of a row. */
KERNEL(ELEMENT_THREADS)
split_rows(const float* x, int64_t in, int64_t rows, int64_t units, uint4* fragments,
           float* inverses) {
  int64_t unit = first_element() / WARP;
  if (unit >= units) return;
  int64_t chunks = half_chunks(in);
  int64_t steps = half_steps(in);
  int64_t row = unit / chunks;
  int64_t chunk = unit % chunks;
  int lane = threadIdx.x % WARP;
  int64_t at = chunk * HALF_CHUNK + lane * 4;
  float values[4] = {};
  if (row < rows) load4(x + row * in, at, in, rows_aligned(x, in), values);
  float power = power_for(warp_magnitude(values));
  int64_t tile = row / TILE_ROWS;
  int64_t place = row % TILE_ROWS;
  int64_t step = chunk * HALF_STEPS + lane / 4;
  if (step < steps) {
    fragments[(tile * steps + step) * WARP + place * 4 + lane % 4] = split4(values, power);
  }
  if (lane == 0) inverses[(tile * chunks + chunk) * TILE_ROWS + place] = inverse_power(power);
}

KERNEL(ELEMENT_THREADS)
pad_rows(const float* x, int64_t in, int64_t pitch, int64_t size, float* padded) {
  for (int64_t i = first_element(); i < size; i += element_step()) {
    int64_t column = i % pitch;
    padded[i] = column < in ? x[i / pitch * in + column] : 0.0f;
  }
}

static int64_t row_tiles(int64_t rows) { return divide_up(rows, TILE_ROWS); }

static int64_t padded_pitch(int64_t in) { return divide_up(in, 4) * 4; }

int64_t half_panel_bytes(int64_t rows, int64_t in) {
  return row_tiles(rows) * (half_steps(in) * FRAGMENT + half_chunks(in) * TILE_ROWS * 4);
}

int64_t float_panel_bytes(int64_t rows, int64_t in) { return rows * padded_pitch(in) * 4; }

int fill_half_panel(const LinearCall& call, int64_t first, int64_t rows, void* memory,
                    HalfPanel& panel) {
  int64_t tiles = row_tiles(rows);
  uint4* fragments = static_cast<uint4*>(memory);
  float* inverses = reinterpret_cast<float*>(fragments + tiles * half_steps(call.in) * WARP);
  panel.fragments = static_cast<const unsigned char*>(memory);
  panel.inverses = inverses;
  int64_t units = tiles * TILE_ROWS * half_chunks(call.in);
  unsigned blocks = static_cast<unsigned>(divide_up(units, ELEMENT_THREADS / WARP));
  cudaError_t outcome = LAUNCH((split_rows), blocks, ELEMENT_THREADS, 0, stream_of(call.context),
                               call.x + first * call.in, call.in, rows, units, fragments, inverses);
  return check(call.context, outcome, "linear");
}

int fill_float_panel(const LinearCall& call, int64_t first, int64_t rows, void* memory,
                     FloatPanel& panel) {
  const float* x = call.x + first * call.in;
  if (rows_aligned(call.x, call.in)) {
    panel = {x, call.in};
    return JKC_OK;
  }
  int64_t pitch = padded_pitch(call.in);
  int64_t size = rows * pitch;
  panel = {static_cast<const float*>(memory), pitch};
  cudaError_t outcome =
      LAUNCH((pad_rows), element_blocks(call.context, size), ELEMENT_THREADS, 0,
             stream_of(call.context), x, call.in, pitch, size, static_cast<float*>(memory));
  return check(call.context, outcome, "linear");
}

int panel_memory(const LinearCall& call, int64_t bytes, void** memory) {
  void* block = nullptr;
  int status = scratch(call.context, static_cast<size_t>(bytes), "linear", &block);
  if (status == JKC_OK) {
    *memory = static_cast<char*>(block) + SCRATCH_COUNTERS * sizeof(int32_t);
  }
  return status;
}

}  // namespace jukebox
