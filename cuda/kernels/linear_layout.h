/*
 * How packed weights lie in memory, and the order of summation that the layout fixes.
 *
 * Outputs are cut into tiles of 16, inputs into chunks: an output's sum is that of its chunks' sums
 * in ascending order, and a chunk is summed in ascending order of its inputs. So a chunk may be
 * summed by any warp, and gives the same bits.
 *
 * F32: chunks of 32 inputs. A tile is a sequence of groups of 8 chunks (fewer at the end), in which
 * the i-th inputs of all chunks are neighbours: [tile][group][i][chunk][16 outputs].
 *
 * F16, BF16, I8: chunks of 128 inputs, steps of 16, each one fragment of mma16816 with 16 bytes for
 * each lane: [tile][step][lane]. A lane with group = lane / 4 and quad = lane % 4 holds inputs
 * 4 quad .. 4 quad + 3 of outputs `group` and `group` + 8; the rows' fragments permute the inputs
 * of a step alike. BF16 values are kept as f16 times a power of two of their output, which loses
 * nothing that is larger than 2^-29 of the output's largest; the inverses follow the fragments.
 * I8 holds two steps in a lane's 16 bytes, as values plus 128.
 */
#ifndef JUKEBOX_LINEAR_LAYOUT_H
#define JUKEBOX_LINEAR_LAYOUT_H

#include "device.h"
#include "jukebox_cuda.h"

namespace jukebox {

constexpr int TILE_OUT = 16;

constexpr int FLOAT_CHUNK = 32;
constexpr int FLOAT_GROUP = 8;

constexpr int HALF_STEP = 16;
constexpr int HALF_STEPS = 8;
constexpr int HALF_CHUNK = HALF_STEP * HALF_STEPS;
/* Bytes of a fragment of all lanes. */
constexpr int FRAGMENT = 512;

HOST_DEVICE int64_t tiles_of(int64_t out) { return (out + TILE_OUT - 1) / TILE_OUT; }
HOST_DEVICE int64_t float_chunks(int64_t in) { return (in + FLOAT_CHUNK - 1) / FLOAT_CHUNK; }
HOST_DEVICE int64_t half_steps(int64_t in) { return (in + HALF_STEP - 1) / HALF_STEP; }
HOST_DEVICE int64_t half_chunks(int64_t in) { return (in + HALF_CHUNK - 1) / HALF_CHUNK; }

/* Fragments of a tile: I8 has two steps in one. */
HOST_DEVICE int64_t half_fragments(int64_t in, int32_t storage) {
  int64_t steps = half_steps(in);
  return storage == JKC_I8 ? (steps + 1) / 2 : steps;
}

/* Chunks of an F32 group. */
HOST_DEVICE int64_t float_group_chunks(int64_t chunks, int64_t group) {
  int64_t rest = chunks - group * FLOAT_GROUP;
  return rest < FLOAT_GROUP ? rest : FLOAT_GROUP;
}

/* Offset in floats of the i-th input of a chunk in a tile of F32. */
HOST_DEVICE int64_t float_offset(int64_t chunks, int64_t tile, int64_t chunk, int64_t i) {
  int64_t group = chunk / FLOAT_GROUP;
  int64_t row = (tile * chunks + group * FLOAT_GROUP) * FLOAT_CHUNK +
                i * float_group_chunks(chunks, group) + chunk % FLOAT_GROUP;
  return row * TILE_OUT;
}

HOST_DEVICE int64_t packed_values_bytes(int64_t in, int64_t out, int32_t storage) {
  if (storage == JKC_F32) {
    return tiles_of(out) * float_chunks(in) * FLOAT_CHUNK * TILE_OUT * 4;
  }
  return tiles_of(out) * half_fragments(in, storage) * FRAGMENT;
}

}  // namespace jukebox

#endif
