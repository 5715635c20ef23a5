/*
 * Rows prepared for a product of many rows, a panel of them at a time in scratch memory.
 *
 * For 16-bit products: fragments b of mma16816, [tile of 8 rows][step][lane] of 16 bytes as split4
 * gives them, each chunk of a row times a power of two; the inverses [tile][chunk][8 rows] follow.
 * For F32: the rows themselves where they are aligned, else a copy padded to 16 bytes.
 */
#ifndef JUKEBOX_GEMM_PANEL_H
#define JUKEBOX_GEMM_PANEL_H

#include "linear.h"
#include "linear_tuning.h"

namespace jukebox {

constexpr int TILE_ROWS = 8;

struct HalfPanel {
  const unsigned char* fragments;
  const float* inverses;
};

struct FloatPanel {
  const float* rows;
  /* Floats from one row to the next, a multiple of 4; zeros from `in` on. */
  int64_t pitch;
};

/* Rows of a panel: as many as PANEL_BYTES take, in multiples of `unit`, or all. */
inline int64_t panel_rows(int64_t rows, int64_t row_bytes, int64_t unit) {
  int64_t fit = PANEL_BYTES / row_bytes;
  if (fit >= rows) return rows;
  fit -= fit % unit;
  return fit < unit ? unit : fit;
}

/* Bytes of scratch memory for a panel of so many rows. */
int64_t half_panel_bytes(int64_t rows, int64_t in);
int64_t float_panel_bytes(int64_t rows, int64_t in);

int fill_half_panel(const LinearCall& call, int64_t first, int64_t rows, void* memory,
                    HalfPanel& panel);
int fill_float_panel(const LinearCall& call, int64_t first, int64_t rows, void* memory,
                     FloatPanel& panel);

/* Memory behind the counters of the scratch memory. */
int panel_memory(const LinearCall& call, int64_t bytes, void** memory);

/* The results' places of the rows from `first` on. */
inline LinearFinish finish_from(const LinearFinish& finish, int64_t first) {
  LinearFinish moved = finish;
  int64_t offset = first * finish.out;
  moved.y += offset;
  if (moved.residual != nullptr) moved.residual += offset;
  if (moved.base != nullptr) moved.base += offset;
  return moved;
}

}  // namespace jukebox

#endif
