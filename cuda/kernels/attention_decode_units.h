/*
 * How a chunk of a decode step over 16-bit caches is dealt to warps: units of scores are UNIT_SLOTS
 * slots by a segment, units of values a run by UNIT_COLUMNS columns. 64 slots of 480 columns are 16
 * and 15 of them.
 */
#ifndef JUKEBOX_ATTENTION_DECODE_UNITS_H
#define JUKEBOX_ATTENTION_DECODE_UNITS_H

#include "attention_decode.h"
#include "attention_half_order.h"

namespace jukebox {

constexpr int UNIT_TILES = 2;
constexpr int UNIT_SLOTS = UNIT_TILES * SLOT_TILE;
constexpr int UNIT_COLUMNS = 64;

HOST_DEVICE int segments_of(int32_t head_dim) { return (head_dim + SEGMENT - 1) / SEGMENT; }

struct UnitCounts {
  int slot_groups;
  int runs;
  int scores;
  int values;

  HOST_DEVICE UnitCounts(int32_t head_dim, int32_t slots) {
    /* Of no slots one group and run, so that all can be divided by them. */
    slot_groups = slots == 0 ? 1 : (slots + UNIT_SLOTS - 1) / UNIT_SLOTS;
    runs = slots == 0 ? 1 : (slots + RUN_SLOTS - 1) / RUN_SLOTS;
    scores = slot_groups * segments_of(head_dim);
    values = runs * ((head_dim + UNIT_COLUMNS - 1) / UNIT_COLUMNS);
  }
};

/* A block's shared memory. */
template <typename T>
struct HalfMemory {
  int width;
  /* Fragments of the segment that a warp is at. */
  uint4* fragments;
  OwnRows<T> own;
  /* [segment][MOST_CHUNK_SLOTS] */
  float* dots;
  /* [run][column] */
  float* sums;
  ChunkFacts* facts;
  ChunkWeights* found;
  unsigned char* end;

  HOST_DEVICE HalfMemory(const AttentionStep& step, int threads, unsigned char* memory) {
    int segments = segments_of(step.call.shape.head_dim);
    width = segments * SEGMENT;
    fragments = reinterpret_cast<uint4*>(memory);
    own.query = reinterpret_cast<float*>(fragments + threads / WARP * FRAGMENTS<T, 1>);
    own.key = reinterpret_cast<T*>(own.query + width);
    own.value = own.key + width;
    dots = reinterpret_cast<float*>(own.value + width);
    sums = dots + segments * MOST_CHUNK_SLOTS;
    facts = reinterpret_cast<ChunkFacts*>(sums + step.chunk_size / RUN_SLOTS * width);
    found = reinterpret_cast<ChunkWeights*>(facts + step.chunks);
    end = reinterpret_cast<unsigned char*>(found + 1);
  }
};

}  // namespace jukebox

#endif
