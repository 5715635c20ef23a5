/* Sizes by which the matrix products are cut, in one place. None of them changes a result's bits. */
#ifndef JUKEBOX_LINEAR_TUNING_H
#define JUKEBOX_LINEAR_TUNING_H

#include "context.h"

namespace jukebox {

/* Up to so many rows a product is a decode step, bound by reading the weight. */
constexpr int64_t DECODE_ROWS = 32;

/* Up to so many rows every block of a decode step normalises them anew rather than a kernel before. */
constexpr int64_t FUSED_NORM_ROWS = 8;

/* How the blocks of a decode step share a multiprocessor. */
struct DecodeTuning {
  /* Bytes of a block's shared memory where it is alone on a multiprocessor. */
  size_t shared_alone;
  /* The same where several share one, and how many. */
  size_t shared_beside;
  int beside;
};

inline DecodeTuning decode_tuning(const jkc_context* context) {
  constexpr size_t HOPPER = 200 * 1024;
  constexpr size_t AMPERE = 150 * 1024;
  if (context->shared_limit >= HOPPER) return {184 * 1024, 72 * 1024, 3};
  if (context->shared_limit >= AMPERE) return {144 * 1024, 52 * 1024, 3};
  return {90 * 1024, 44 * 1024, 2};
}

constexpr int DECODE_WARPS_ALONE = 16;
constexpr int DECODE_WARPS_BESIDE = 8;

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

/* Whether there are enough large tiles to keep the device busy; else small ones are used. */
inline bool large_tiles_pay(const jkc_context* context, int64_t tiles) {
  return tiles >= context->multiprocessors;
}

}  // namespace jukebox

#endif
