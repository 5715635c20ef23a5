/* Which cache rows a query reads, and which positions they belong to: AttentionSpec.java on devices. */
#ifndef JUKEBOX_ATTENTION_PATTERN_H
#define JUKEBOX_ATTENTION_PATTERN_H

#include "device.h"

namespace jukebox {

/* The original's attn_func. */
enum AttentionPattern : int32_t {
  DENSE = 0,
  BLOCK = 1,
  TRANSPOSE_BLOCK = 2,
  PREV_BLOCK = 3,
  SUMMARY = 4,
  ENCODER = 6,
  PRIME = 7
};

struct AttentionShape {
  int32_t pattern;
  int32_t heads;
  int32_t head_dim;
  int32_t n_ctx;
  int32_t blocks;
  int32_t key_length;
  int32_t block_ctx;
  int32_t n_state;
  /* Cache rows of one item. */
  int32_t slots;
};

/* Row r of a query's range is cache row first_slot + r and holds position base + r * stride. */
struct AttendedRange {
  int32_t first_slot;
  int32_t base;
  int32_t stride;
};

/* The same for all queries of a block, of a column, or of the window. */
HOST_DEVICE AttendedRange attended_range(const AttentionShape& shape, int32_t position) {
  int32_t length = shape.block_ctx;
  int32_t block = position / length;
  switch (shape.pattern) {
    case BLOCK:
      return {0, block * length, 1};
    case TRANSPOSE_BLOCK:
      return {position % length * shape.blocks, position % length, length};
    case PREV_BLOCK:
      return {(block + 1) % 2 * length, (block - 1) * length, 1};
    case SUMMARY:
      /* Row 0 is the zero key, of no position. */
      return {0, -1, length};
    default:
      return {0, 0, 1};
  }
}

/* How many rows the query at a position reads. */
HOST_DEVICE int32_t attended_count(const AttentionShape& shape, int32_t position) {
  int32_t length = shape.block_ctx;
  int32_t block = position / length;
  switch (shape.pattern) {
    case BLOCK:
      return position % length + 1;
    case TRANSPOSE_BLOCK:
      return block + 1;
    case PREV_BLOCK:
      return block == 0 ? 0 : length;
    case SUMMARY: {
      int32_t ended = (position + 1) / length;
      return 1 + (ended < shape.blocks - 1 ? ended : shape.blocks - 1);
    }
    case ENCODER:
      return shape.key_length;
    case PRIME:
      return position + 1 < shape.slots ? position + 1 : shape.slots;
    default:
      return position + 1;
  }
}

/* The row of its range that is a query's own position, which is the last one; -1 if there is none. */
HOST_DEVICE int32_t own_row(const AttentionShape& shape, const AttendedRange& range,
                            int32_t position, int32_t count) {
  bool present = shape.pattern != ENCODER && count > 0 &&
                 range.base + (count - 1) * range.stride == position;
  return present ? count - 1 : -1;
}

/* The most rows that any query of the window reads. */
HOST_DEVICE int32_t most_attended(const AttentionShape& shape) {
  switch (shape.pattern) {
    case TRANSPOSE_BLOCK:
      return shape.blocks;
    case PREV_BLOCK:
      return shape.block_ctx;
    default:
      return shape.slots;
  }
}

/* The cache row that a position is written to, or -1. */
HOST_DEVICE int32_t slot_of(const AttentionShape& shape, int32_t position) {
  int32_t length = shape.block_ctx;
  int32_t block = position / length;
  int32_t within = position % length;
  switch (shape.pattern) {
    case BLOCK:
      return within;
    case TRANSPOSE_BLOCK:
      return within * shape.blocks + block;
    case PREV_BLOCK:
      return position % (2 * length);
    case SUMMARY:
      return within == length - 1 && block < shape.blocks - 1 ? block + 1 : -1;
    case ENCODER:
      return -1;
    case PRIME:
      return position < shape.slots ? position : -1;
    default:
      return position;
  }
}

/* After how many positions a cache row is written again; 0 for never. */
HOST_DEVICE int32_t ring_length(const AttentionShape& shape) {
  switch (shape.pattern) {
    case BLOCK:
      return shape.block_ctx;
    case PREV_BLOCK:
      return 2 * shape.block_ctx;
    default:
      return 0;
  }
}

/* Queries that share their attended range: positions first, first + step, ... */
struct QueryGroup {
  int32_t first;
  int32_t step;
  int32_t size;
};

/* Number of groups that [start, end) falls into, some of them empty. */
HOST_DEVICE int32_t query_groups(const AttentionShape& shape, int32_t start, int32_t end) {
  switch (shape.pattern) {
    case BLOCK:
    case PREV_BLOCK:
      return (end - 1) / shape.block_ctx - start / shape.block_ctx + 1;
    case TRANSPOSE_BLOCK:
      return shape.block_ctx;
    default:
      return 1;
  }
}

/* The most queries of one group. */
HOST_DEVICE int32_t largest_group(const AttentionShape& shape, int32_t start, int32_t end) {
  int32_t count = end - start;
  switch (shape.pattern) {
    case BLOCK:
    case PREV_BLOCK:
      return count < shape.block_ctx ? count : shape.block_ctx;
    case TRANSPOSE_BLOCK:
      return (count + shape.block_ctx - 1) / shape.block_ctx;
    default:
      return count;
  }
}

HOST_DEVICE QueryGroup query_group(const AttentionShape& shape, int32_t start, int32_t end,
                                   int32_t group) {
  int32_t length = shape.block_ctx;
  switch (shape.pattern) {
    case BLOCK:
    case PREV_BLOCK: {
      int32_t from = (start / length + group) * length;
      int32_t to = from + length < end ? from + length : end;
      if (from < start) from = start;
      return {from, 1, to - from};
    }
    case TRANSPOSE_BLOCK: {
      int32_t first = start + (group - start % length + length) % length;
      return {first, length, first < end ? (end - first + length - 1) / length : 0};
    }
    default:
      return {start, 1, end - start};
  }
}

}  // namespace jukebox

#endif
