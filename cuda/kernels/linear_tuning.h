/* Sizes by which the matrix products are cut, in one place. None changes a result's bits. */
#ifndef JUKEBOX_LINEAR_TUNING_H
#define JUKEBOX_LINEAR_TUNING_H

#include "context.h"

namespace jukebox {

/* Up to so many rows a product is a decode step, bound by reading the weight. */
constexpr int64_t DECODE_ROWS = 32;

/* Up to so many rows every block of a decode step normalises them itself. */
constexpr int64_t FUSED_NORM_ROWS = 8;

/*
 * What a kernel of decode steps may take of a multiprocessor: its registers allow `beside` blocks
 * of DECODE_WARPS_BESIDE warps, or one of `warps`.
 */
struct DecodeShare {
  int beside;
  int warps;
};

/* Blocks leave this much of a multiprocessor to its first-level cache, through which loads go. */
constexpr size_t DECODE_CACHE = 48 * 1024;

/* Bytes of shared memory of each of so many blocks on a multiprocessor. */
inline size_t decode_shared(const jkc_context* context, int blocks) {
  return (context->shared_limit - DECODE_CACHE) / blocks;
}

/* Warps of a block that is alone on its multiprocessor because tiles are few, or beside others. */
constexpr int DECODE_WARPS_ALONE = 16;
constexpr int DECODE_WARPS_BESIDE = 8;

/* Kernels of more rows than one need more registers. */
constexpr DecodeShare decode_half_share(bool one_row) {
  return {one_row ? 3 : 2, DECODE_WARPS_ALONE};
}
constexpr DecodeShare decode_f32_share(bool one_row) {
  return {one_row ? 2 : 1, DECODE_WARPS_BESIDE};
}

/* Tiles of outputs of a block, at most. */
constexpr int64_t DECODE_TILES = 8;

/* Loads of 16 bytes that a lane of an F32 decode step has under way, by how many rows it sums. */
template <int rows>
constexpr int DECODE_F32_LOADS = rows <= 8 ? 16 : 8;

/* Bytes of rows that a product of many rows prepares at a time, so that they stay in the cache. */
constexpr int64_t PANEL_BYTES = 32 * 1024 * 1024;

/* Warps of a tile of a product of many rows, along outputs and rows; stages of its copies. */
struct HalfGemmLarge {
  static constexpr int OUT_WARPS = 2;
  static constexpr int ROW_WARPS = 4;
  static constexpr int STAGES = 4;
};
struct HalfGemmSmall {
  static constexpr int OUT_WARPS = 1;
  static constexpr int ROW_WARPS = 2;
  static constexpr int STAGES = 4;
};
struct FloatGemmLarge {
  static constexpr int OUT_WARPS = 4;
  static constexpr int ROW_WARPS = 2;
  static constexpr int STAGES = 3;
};
struct FloatGemmSmall {
  static constexpr int OUT_WARPS = 2;
  static constexpr int ROW_WARPS = 1;
  static constexpr int STAGES = 3;
};

/* Whether large tiles fit, and are enough to keep the device busy; else small ones are used. */
inline bool large_tiles_pay(const jkc_context* context, int64_t tiles, size_t shared) {
  return tiles >= context->multiprocessors && shared <= context->shared_limit;
}

}  // namespace jukebox

#endif
