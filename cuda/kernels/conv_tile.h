/*
 * Products of a gathered matrix with a packed one, in fp32: tiles of the result lie in registers,
 * those of the factors pass through shared memory, one ahead in the background.
 *
 * Each element is one chain of fused multiply-adds over ascending columns of the left side, so its
 * bits do not depend on the tile that computes it, nor on its place in it.
 */
#ifndef JUKEBOX_CONV_TILE_H
#define JUKEBOX_CONV_TILE_H

#include <type_traits>

#include "device.h"

namespace jukebox {

/*
 * The left side: column tap * in + c of row m is x[m * step + tap * tap_step + start][c], and zero
 * where x [length, in] has no such position.
 */
struct Gather {
  const float* x;
  int64_t length;
  int64_t step;
  int64_t tap_step;
  int64_t start;
  int32_t in;
  int32_t depth;
  bool relu;
  /* Whether four neighbouring channels can be read as 16 aligned bytes. */
  bool aligned;
};

/* The right side [depth, stride], aligned to 16, its stride a multiple of 4. */
struct Packed {
  const float* weights;
  int32_t stride;
};

/* WARPS_M x WARPS_N warps of 32 / LANES_N x LANES_N lanes, each with ROWS x COLUMNS elements. */
template <int WARPS_M, int WARPS_N, int LANES_N, int ROWS_, int COLUMNS_>
struct Tile {
  static constexpr int ROWS = ROWS_;
  static constexpr int COLUMNS = COLUMNS_;
  static constexpr int LANES_M = WARP / LANES_N;
  static constexpr int THREADS = WARPS_M * WARPS_N * WARP;
  static constexpr int M = WARPS_M * LANES_M * ROWS;
  static constexpr int N = WARPS_N * LANES_N * COLUMNS;
  static constexpr int DEPTH = 16;
  /* Neighbouring rows are 20 floats apart, which spreads eight of them over all banks. */
  static constexpr int LEFT_STRIDE = DEPTH + 4;
  static constexpr int LEFT = M * LEFT_STRIDE;
  static constexpr int STAGE = LEFT + DEPTH * N;
  static constexpr int SHARED_BYTES = 2 * STAGE * static_cast<int>(sizeof(float));
  static constexpr int VECTORS = DEPTH / 4;
  /* Columns of the left side read at once: two keep registers free, four suit lone rows' banks. */
  static constexpr int STEP = LANES_N == 1 ? 4 : 2;
  using Step = typename std::conditional<STEP == 4, float4, float2>::type;
  static_assert(COLUMNS % 4 == 0 && THREADS % DEPTH == 0 && M % (THREADS / VECTORS) == 0, "tile");

  static DEVICE int lane() { return static_cast<int>(threadIdx.x) % WARP; }
  static DEVICE int warp() { return static_cast<int>(threadIdx.x) / WARP; }

  static DEVICE int first_row() {
    return warp() / WARPS_N * (LANES_M * ROWS) + lane() / LANES_N;
  }
  /* The row of the tile that an element of this thread lies in. */
  static DEVICE int row(int i) { return first_row() + i * LANES_M; }
  /* The column of the tile of the first of four elements of this thread. */
  static DEVICE int column(int group) {
    return warp() % WARPS_N * (LANES_N * COLUMNS) + group * (LANES_N * 4) + lane() % LANES_N * 4;
  }

  /* Starts or makes the copy of columns [k0, k0 + DEPTH) of rows from row0 on. */
  static DEVICE void load_left(const Gather& g, int64_t row0, int k0, float* left) {
    int thread = static_cast<int>(threadIdx.x);
    int rows_at_once = g.aligned ? THREADS / VECTORS : THREADS / DEPTH;
    int at = g.aligned ? thread % VECTORS * 4 : thread % DEPTH;
    int k = k0 + at;
    int tap = k / g.in;
    int channel = k - tap * g.in;
    int m = g.aligned ? thread / VECTORS : thread / DEPTH;
    int64_t position = (row0 + m) * g.step + tap * g.tap_step + g.start;
    int64_t offset = position * g.in + channel;
    int64_t ahead = rows_at_once * g.step;
    float* to = left + m * LEFT_STRIDE + at;
    if (g.aligned) {
      UNROLL
      for (int i = 0; i < M * VECTORS / THREADS; i++) {
        bool valid = k < g.depth && position >= 0 && position < g.length;
        async_copy16(to, g.x + (valid ? offset : 0), valid);
        position += ahead;
        offset += ahead * g.in;
        to += THREADS / VECTORS * LEFT_STRIDE;
      }
    } else if (at < (g.depth - k0 + 3) / 4 * 4) {
      UNROLL_BY(4)
      for (int i = 0; i < M * DEPTH / THREADS; i++) {
        bool valid = k < g.depth && position >= 0 && position < g.length;
        float value = valid ? g.x[offset] : 0.0f;
        if (g.relu && value < 0) value = 0;
        *to = value;
        position += ahead;
        offset += ahead * g.in;
        to += THREADS / DEPTH * LEFT_STRIDE;
      }
    }
  }

  static DEVICE void load_right(const Packed& packed, int depth, int32_t column0, int k0,
                                float* right) {
    constexpr int ALL = DEPTH * N / 4;
    UNROLL
    for (int i = 0; i < (ALL + THREADS - 1) / THREADS; i++) {
      int vector = static_cast<int>(threadIdx.x) + i * THREADS;
      if (ALL % THREADS != 0 && vector >= ALL) break;
      int k = k0 + vector / (N / 4);
      int32_t n = column0 + vector % (N / 4) * 4;
      bool valid = k < depth && n < packed.stride;
      const float* source = packed.weights + (valid ? static_cast<int64_t>(k) * packed.stride + n : 0);
      async_copy16(right + vector * 4, source, valid);
    }
  }

  /* What this thread itself has copied, once it is there. */
  static DEVICE void relu_own(float* left) {
    int thread = static_cast<int>(threadIdx.x);
    UNROLL
    for (int i = 0; i < M * VECTORS / THREADS; i++) {
      float4* own = reinterpret_cast<float4*>(
          left + (thread / VECTORS + i * (THREADS / VECTORS)) * LEFT_STRIDE + thread % VECTORS * 4);
      float4 v = *own;
      v.x = v.x < 0 ? 0 : v.x;
      v.y = v.y < 0 ? 0 : v.y;
      v.z = v.z < 0 ? 0 : v.z;
      v.w = v.w < 0 ? 0 : v.w;
      *own = v;
    }
  }

  /* Adds the products of `count` columns of the left side, rounded up. */
  static DEVICE void multiply(const float* stage, int count, float (&sum)[ROWS][COLUMNS]) {
    const float* left = stage + first_row() * LEFT_STRIDE;
    const float* right = stage + LEFT + column(0);
    NO_UNROLL
    for (int k = 0; k < count; k += STEP) {
      Step a[ROWS];
      UNROLL
      for (int i = 0; i < ROWS; i++) {
        a[i] = *reinterpret_cast<const Step*>(left + i * (LANES_M * LEFT_STRIDE) + k);
      }
      UNROLL
      for (int j = 0; j < STEP; j++) {
        UNROLL
        for (int n = 0; n < COLUMNS; n += 4) {
          float4 b = *reinterpret_cast<const float4*>(right + (k + j) * N + n * LANES_N);
          UNROLL
          for (int i = 0; i < ROWS; i++) {
            float value = reinterpret_cast<const float*>(&a[i])[j];
            sum[i][n] = fmaf(value, b.x, sum[i][n]);
            sum[i][n + 1] = fmaf(value, b.y, sum[i][n + 1]);
            sum[i][n + 2] = fmaf(value, b.z, sum[i][n + 2]);
            sum[i][n + 3] = fmaf(value, b.w, sum[i][n + 3]);
          }
        }
      }
    }
  }

  /*
   * The rows [row0, row0 + rows) by the columns [column0, columns), a tile of columns after the
   * other; finish(first column, sums) for each. All threads of a block come here alike.
   */
  template <typename Finish>
  static DEVICE void products(const Gather& g, int64_t row0, int64_t rows, const Packed& packed,
                              int32_t column0, int32_t columns, float* shared, Finish finish) {
    bool active = warp() / WARPS_N * (LANES_M * ROWS) < rows;
    float* stage = shared;
    float* other = shared + STAGE;
    if (g.depth > 0) load(g, row0, packed, column0, 0, stage);
    for (; column0 < columns; column0 += N) {
      float sum[ROWS][COLUMNS];
      clear(sum);
      for (int k = 0; k < g.depth; k += DEPTH) {
        async_wait<0>();
        if (g.relu && g.aligned) relu_own(stage);
        sync_block();
        bool last = k + DEPTH >= g.depth;
        int32_t next = last ? column0 + N : column0;
        if (next < columns) load(g, row0, packed, next, last ? 0 : k + DEPTH, other);
        if (active) multiply(stage, last ? g.depth - k : DEPTH, sum);
        float* used = stage;
        stage = other;
        other = used;
      }
      finish(column0, sum);
    }
  }

 private:
  static DEVICE void clear(float (&sum)[ROWS][COLUMNS]) {
    UNROLL
    for (int i = 0; i < ROWS; i++) {
      UNROLL
      for (int n = 0; n < COLUMNS; n++) sum[i][n] = 0;
    }
  }

  static DEVICE void load(const Gather& g, int64_t row0, const Packed& packed, int32_t column,
                          int k0, float* stage) {
    load_left(g, row0, k0, stage);
    load_right(packed, g.depth, column, k0, stage + LEFT);
    async_commit();
  }
};

}  // namespace jukebox

#endif
