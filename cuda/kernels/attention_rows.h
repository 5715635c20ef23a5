/*
 * The keys or values of one head as a query sees them: older ones in the cache, new ones in qkv.
 * The zero key of SUMMARY is row 0 of its cache, which nobody writes.
 */
#ifndef JUKEBOX_ATTENTION_ROWS_H
#define JUKEBOX_ATTENTION_ROWS_H

#include "attention.h"

namespace jukebox {

/*
 * 32-bit words of a row, of which `left` elements are left, zeros beyond; read in pieces of `access`
 * bytes, to which rows and columns are aligned.
 */
template <int access, typename T, int count>
DEVICE void read_words(const T* source, int32_t left, uint32_t (&words)[count]) {
  constexpr int EACH = 4 / static_cast<int>(sizeof(T));
  constexpr int PIECE = access < 4 ? 1 : access / 4;
  UNROLL
  for (int w = 0; w < count; w += PIECE) {
    const T* from = source + w * EACH;
    UNROLL
    for (int i = 0; i < PIECE; i++) words[w + i] = 0;
    if (w * EACH >= left) continue;
    if constexpr (access == 16) {
      uint4 four = *reinterpret_cast<const uint4*>(from);
      words[w] = four.x;
      words[w + 1] = four.y;
      words[w + 2] = four.z;
      words[w + 3] = four.w;
    } else if constexpr (access == 8) {
      uint2 two = *reinterpret_cast<const uint2*>(from);
      words[w] = two.x;
      words[w + 1] = two.y;
    } else if constexpr (access == 4) {
      words[w] = *reinterpret_cast<const uint32_t*>(from);
    } else {
      const uint16_t* halves = reinterpret_cast<const uint16_t*>(from);
      words[w] = halves[0];
      if (w * EACH + 1 < left) words[w] |= static_cast<uint32_t>(halves[1]) << 16;
    }
  }
}

/* 16 bytes of a row, as read_words: words until they are used, so that no load is waited for early. */
template <int access, typename T>
DEVICE uint4 read_granule(const T* source, int32_t left) {
  uint32_t words[4];
  read_words<access>(source, left, words);
  return make_uint4(words[0], words[1], words[2], words[3]);
}

DEVICE float4 as_floats(uint4 words) {
  return make_float4(bits_float(words.x), bits_float(words.y), bits_float(words.z),
                     bits_float(words.w));
}

/* What `four` below reads as elements of the cache's type: new ones after their way through it. */
template <typename T>
DEVICE uint2 as_cached(uint4 words, bool fresh) {
  if (!fresh) return make_uint2(words.x, words.y);
  float4 x = as_floats(words);
  return make_uint2(pack2(from_float<T>(x.x), from_float<T>(x.y)),
                    pack2(from_float<T>(x.z), from_float<T>(x.w)));
}

/*
 * Where the rows of one head lie. Without pointers, so that it may be kept in shared memory: the
 * compiler knows what those of a call point to, but not those that it reads back.
 */
struct RowPlaces {
  /* Of row 0 in the cache, and where it would be if it were in qkv. */
  int64_t cached;
  int64_t fresh;
  /* From one row to the next. */
  int64_t fresh_step;
  int32_t cache_step;
  /* Rows from here on are in qkv. */
  int32_t first_fresh;
  int32_t head_dim;

  DEVICE bool is_fresh(int32_t r) const { return r >= first_fresh; }
};

template <typename T>
struct AttendedRows : RowPlaces {
  const T* cache;
  const float* qkv;

  DEVICE AttendedRows(const RowPlaces& places, const void* all, const float* projection)
      : RowPlaces(places),
        cache(static_cast<const T*>(all) + places.cached),
        qkv(projection) {}

  DEVICE const T* in_cache(int32_t r) const { return cache + static_cast<int64_t>(r) * cache_step; }
  DEVICE const float* in_qkv(int32_t r) const { return qkv + (fresh + r * fresh_step); }

  /*
   * Elements [column, column + 4) of row r as they lie there: fp32 if the row is in qkv, else in as
   * many words of the cache's type; zeros beyond the head. `access` is that of the cache; qkv is
   * aligned to as many elements.
   */
  template <int access>
  DEVICE uint4 four(int32_t r, int32_t column) const {
    return four_at<access>(is_fresh(r), in_qkv(r) + column, in_cache(r) + column,
                           head_dim - column);
  }
  /* The same where the row would lie in qkv and in the cache, of which `left` elements are left. */
  template <int access>
  DEVICE static uint4 four_at(bool fresh, const float* new_row, const T* old_row, int32_t left) {
    constexpr int WIDER = 4 / static_cast<int>(sizeof(T));
    if (fresh) return read_granule<access * WIDER>(new_row, left);
    uint32_t words[4 / WIDER];
    read_words<access>(old_row, left, words);
    if constexpr (WIDER == 1) {
      return make_uint4(words[0], words[1], words[2], words[3]);
    } else {
      return make_uint4(words[0], words[1], 0, 0);
    }
  }

  /* The same as fp32, at any address. */
  DEVICE float4 floats(int32_t r, int32_t column) const {
    uint4 words = four<static_cast<int>(sizeof(T))>(r, column);
    if constexpr (sizeof(T) == 4) {
      return as_floats(words);
    } else {
      uint2 two = as_cached<T>(words, is_fresh(r));
      return make_float4(
          to_float(from_bits<T>(two.x & 0xffffu)), to_float(from_bits<T>(two.x >> 16)),
          to_float(from_bits<T>(two.y & 0xffffu)), to_float(from_bits<T>(two.y >> 16)));
    }
  }
};

/* Of a head; start is the first position of the call. */
DEVICE RowPlaces row_places(const AttentionCall& call, const AttendedRange& range, int32_t item,
                            int32_t head, int32_t start) {
  const AttentionShape& shape = call.shape;
  int64_t column = static_cast<int64_t>(head) * shape.head_dim;
  int64_t slot = static_cast<int64_t>(item) * shape.slots + range.first_slot;
  int64_t position = static_cast<int64_t>(item) * call.count + range.base - start;
  int32_t before = start - range.base;
  RowPlaces places;
  places.cached = slot * shape.n_state + column;
  places.cache_step = shape.n_state;
  places.fresh = position * call.row + column;
  places.fresh_step = static_cast<int64_t>(range.stride) * call.row;
  places.first_fresh = before <= 0 ? 0 : (before - 1) / range.stride + 1;
  if (shape.pattern == ENCODER) places.first_fresh = INT32_MAX;
  places.head_dim = shape.head_dim;
  return places;
}

/* The keys there, or the values. */
template <typename T>
DEVICE AttendedRows<T> rows_at(const AttentionCall& call, const RowPlaces& places, bool values) {
  return AttendedRows<T>(places, values ? call.values : call.keys,
                         call.qkv + (values ? 2 : 1) * call.shape.n_state);
}

/* The largest power of two, at most 16, that all heads of all cache rows are aligned to. */
template <typename T>
int cache_alignment(const AttentionCall& call) {
  uintptr_t all = reinterpret_cast<uintptr_t>(call.keys) |
                  reinterpret_cast<uintptr_t>(call.values) | 16 |
                  static_cast<uintptr_t>(call.shape.head_dim) * sizeof(T);
  return static_cast<int>(all & (~all + 1));
}

/*
 * The bytes of a cache that a prompt reads at once, at most those of four elements: as many elements
 * of qkv and out are aligned as well.
 */
template <typename T>
int four_access(const AttentionCall& call) {
  int size = static_cast<int>(sizeof(T));
  int access = cache_alignment<T>(call);
  if (access > 4 * size) access = 4 * size;
  return is_aligned16(call.qkv) && is_aligned16(call.out) ? access : size;
}

}  // namespace jukebox

#endif
