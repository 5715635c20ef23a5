/*
 * The weights of all linear phases of a stack on their way to a block: a ring of items in shared
 * memory, an item being a run of bytes that a warp multiplies at a time. Each warp copies what it will
 * use itself, so that nobody waits for another, and weights stream from memory at an even pace, whatever
 * the phases wait for.
 */
#ifndef JUKEBOX_WEIGHT_RING_H
#define JUKEBOX_WEIGHT_RING_H

#include "linear_layout.h"

namespace jukebox {

/* One block of a stack fills a multiprocessor. */
constexpr int STACK_WARPS = 16;
constexpr int STACK_THREADS = STACK_WARPS * WARP;

/* The weights of a linear phase, tile after tile. */
struct alignas(16) StackWeights {
  const unsigned char* packed;
  int32_t tiles;
  int32_t tile_bytes;
};

/* The most items that a warp has under way: memory allows three of 16 bits, and six of 8. */
constexpr int MOST_DEPTH = 6;

/* Shared memory of a ring: the weights of all phases, and `depth` rounds of items. */
struct RingMemory {
  const StackWeights* weights;
  int count;
  unsigned char* rounds;
  int depth;
};

/*
 * A warp's items: of phase after phase the block's tiles; of a tile, which is cut into stretches, every
 * STACK_WARPS-th from the warp's number on; and of a stretch PARTS alike. All calls are given the same
 * memory.
 */
template <int STRETCH, int PARTS>
class WeightRing {
 public:
  static constexpr int ITEM = STRETCH / PARTS;
  /* Shared memory of one item of each warp, and of how far it has come. */
  static constexpr int ROUND = STACK_WARPS * (ITEM + static_cast<int>(sizeof(Arrival)));

  DEVICE explicit WeightRing(const RingMemory& memory)
      : phase_(0), part_(0), place_(0), parity_(0) {
    if (lane() == 0) {
      NO_UNROLL
      for (int i = 0; i < memory.depth; i++) begin_arrival(arrival(memory, i));
    }
    settle(memory);
    NO_UNROLL
    for (int i = 0; i < memory.depth; i++) ask(memory, i);
    sync_warp();
  }

  /* The next item, as soon as it is there: for all lanes, until they call used(). */
  DEVICE const unsigned char* item(const RingMemory& memory) const {
    wait_arrival(arrival(memory, place_), parity_);
    return place(memory, place_);
  }
  DEVICE void used(const RingMemory& memory) {
    done_with_copy();
    sync_warp();
    ask(memory, place_);
    if (++place_ == memory.depth) {
      place_ = 0;
      parity_ ^= 1;
    }
  }

 private:
  /* The phase, the tile and the part of a stretch of the first item that is not asked for. */
  int phase_;
  int tile_;
  int part_;
  /* Where that item lies, and the bytes from its stretch to the end of the tile. */
  const unsigned char* from_;
  int rest_;
  /* Of the items in the ring, the one that is used next and then asked for anew. */
  int place_;
  int parity_;

  DEVICE static int warp() { return static_cast<int>(threadIdx.x) / WARP; }
  DEVICE static int lane() { return static_cast<int>(threadIdx.x) % WARP; }

  DEVICE static unsigned char* place(const RingMemory& memory, int i) {
    return memory.rounds + (i * STACK_WARPS + warp()) * ITEM;
  }
  DEVICE static Arrival* arrival(const RingMemory& memory, int i) {
    Arrival* first = reinterpret_cast<Arrival*>(memory.rounds + memory.depth * STACK_WARPS * ITEM);
    return first + i * STACK_WARPS + warp();
  }

  /* Moves on to a phase that has an item for this warp. */
  DEVICE void settle(const RingMemory& memory) {
    tile_ = static_cast<int>(blockIdx.x);
    NO_UNROLL
    for (; phase_ < memory.count; phase_++) {
      const StackWeights& own = memory.weights[phase_];
      if (tile_ < own.tiles && warp() * STRETCH < own.tile_bytes) {
        point(own);
        return;
      }
    }
  }

  DEVICE void point(const StackWeights& own) {
    int first = warp() * STRETCH;
    from_ = own.packed + static_cast<int64_t>(tile_) * own.tile_bytes + first;
    rest_ = own.tile_bytes - first;
  }

  /* Starts the copy of an item to a place whose bytes all lanes have used. */
  DEVICE void ask(const RingMemory& memory, int to) {
    if (phase_ == memory.count) return;
    int bytes = (rest_ < STRETCH ? rest_ : STRETCH) / PARTS;
    if (lane() == 0) bulk_copy(place(memory, to), from_, bytes, arrival(memory, to));
    from_ += bytes;
    if (PARTS > 1 && ++part_ < PARTS) return;
    part_ = 0;
    from_ += (STACK_WARPS - 1) * STRETCH;
    rest_ -= STACK_WARPS * STRETCH;
    if (rest_ > 0) return;
    tile_ += static_cast<int>(gridDim.x);
    if (tile_ < memory.weights[phase_].tiles) {
      point(memory.weights[phase_]);
    } else {
      phase_++;
      settle(memory);
    }
  }
};

}  // namespace jukebox

#endif
