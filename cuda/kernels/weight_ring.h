/*
 * The weights of all linear phases of a stack on their way to a block: a ring of items in shared
 * memory, an item being what a warp multiplies at a time, a chunk of a tile. Each lane copies the
 * bytes that it will use itself, so that nobody waits for another, and weights stream from memory
 * at an even pace, whatever the phases wait for.
 */
#ifndef JUKEBOX_WEIGHT_RING_H
#define JUKEBOX_WEIGHT_RING_H

#include "linear_layout.h"

namespace jukebox {

/* One block of a stack fills a multiprocessor. Constants, as addresses shall need no arithmetic. */
constexpr int STACK_WARPS = 16;
constexpr int STACK_THREADS = STACK_WARPS * WARP;

/* The weights of a linear phase: fragments of a tile after those of the tile before. */
struct alignas(16) StackWeights {
  const unsigned char* packed;
  int32_t tiles;
  int32_t fragments;
};

/* The most items that a warp has under way. */
constexpr int MOST_DEPTH = 3;
/* Shared memory of one fragment of each warp. */
constexpr int RING_STEP = STACK_THREADS * 16;

/*
 * A warp's items of LOADS fragments: of phase after phase the block's tiles, and of a tile the warp's
 * chunks.
 */
template <int LOADS>
class WeightRing {
 public:
  /* Shared memory of one item of each warp. */
  static constexpr int ROUND = LOADS * RING_STEP;

  /* `weights` and the `depth` rounds of items are in shared memory. */
  DEVICE WeightRing(const StackWeights* weights, int count, unsigned char* memory, int depth)
      : weights_(weights), end_(weights + count), memory_(memory + threadIdx.x * 16),
        depth_(depth), place_(0) {
    settle();
    NO_UNROLL
    for (int i = 0; i < depth; i++) ask();
  }

  /* The next item, as soon as it is there; what it lacks to a whole chunk is zeros. */
  DEVICE void take(uint4 (&item)[LOADS]) {
    if (depth_ == MOST_DEPTH) {
      async_wait<MOST_DEPTH - 1>();
    } else if (depth_ == 2) {
      async_wait<1>();
    } else {
      async_wait<0>();
    }
    const unsigned char* from = memory_ + place_ * ROUND;
    UNROLL
    for (int i = 0; i < LOADS; i++) {
      item[i] = *reinterpret_cast<const uint4*>(from + i * RING_STEP);
    }
    ask();
  }

 private:
  /* The phase of the first item that is not asked for, and the end of all. */
  const StackWeights* weights_;
  const StackWeights* end_;
  unsigned char* memory_;
  int depth_;
  /* Of the items in the ring, the one that is used next and then asked for anew. */
  int place_;
  int tile_;
  /* Where the lane's part of that item lies, and how many fragments the tile has from there on. */
  const unsigned char* from_;
  int rest_;

  DEVICE static int warp() { return static_cast<int>(threadIdx.x) / WARP; }

  /* Moves on to a phase that has an item for this warp. */
  DEVICE void settle() {
    tile_ = static_cast<int>(blockIdx.x);
    while (weights_ != end_ &&
           (tile_ >= weights_->tiles || warp() * LOADS >= weights_->fragments)) {
      weights_++;
    }
    if (weights_ != end_) point(*weights_);
  }

  DEVICE void point(const StackWeights& own) {
    int first = warp() * LOADS;
    from_ = own.packed + (static_cast<int64_t>(tile_) * own.fragments + first) * FRAGMENT +
            threadIdx.x % WARP * 16;
    rest_ = own.fragments - first;
  }

  /* Starts the copy of an item to the place of the one that was used. */
  DEVICE void ask() {
    if (weights_ != end_) {
      unsigned char* to = memory_ + place_ * ROUND;
      if (rest_ >= LOADS) {
        UNROLL
        for (int i = 0; i < LOADS; i++) {
          async_copy16(to + i * RING_STEP, from_ + i * FRAGMENT, true);
        }
      } else {
        UNROLL
        for (int i = 0; i < LOADS; i++) {
          bool valid = i < rest_;
          async_copy16(to + i * RING_STEP, from_ + (valid ? i * FRAGMENT : 0), valid);
        }
      }
      from_ += STACK_WARPS * LOADS * FRAGMENT;
      rest_ -= STACK_WARPS * LOADS;
      if (rest_ <= 0) {
        tile_ += static_cast<int>(gridDim.x);
        if (tile_ < weights_->tiles) {
          point(*weights_);
        } else {
          weights_++;
          settle();
        }
      }
    }
    async_commit();
    place_ = place_ + 1 == depth_ ? 0 : place_ + 1;
  }
};

}  // namespace jukebox

#endif
