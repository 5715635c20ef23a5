/*
 * The keys or values of one head as a query sees them: older ones in the cache, new ones in qkv.
 * The zero key of SUMMARY is row 0 of its cache, which nobody writes.
 */
#ifndef JUKEBOX_ATTENTION_ROWS_H
#define JUKEBOX_ATTENTION_ROWS_H

#include "attention.h"

namespace jukebox {

/* Elements of 16 bytes. */
template <typename T>
constexpr int GRANULE = 16 / static_cast<int>(sizeof(T));

/* 16 bytes of a cache row, kept as words until they are used: so that no load is waited for early. */
template <typename T>
struct alignas(16) Granule {
  uint4 words;
};

/* The elements of a granule. */
template <typename T>
DEVICE void elements_of(const Granule<T>& granule, float (&x)[GRANULE<T>]) {
  constexpr int EACH = GRANULE<T> / 4;
  uint32_t words[4] = {granule.words.x, granule.words.y, granule.words.z, granule.words.w};
  UNROLL
  for (int w = 0; w < 4; w++) {
    if constexpr (EACH == 1) {
      x[w] = bits_float(words[w]);
    } else {
      x[2 * w] = to_float(from_bits<T>(words[w] & 0xffffu));
      x[2 * w + 1] = to_float(from_bits<T>(words[w] >> 16));
    }
  }
}

/* What a new key or value is after its way through the cache. */
template <typename T>
DEVICE float rounded(float value) { return to_float(from_float<T>(value)); }

template <typename T>
struct AttendedRows {
  const T* cache;
  const float* fresh;
  int32_t cache_step;
  int32_t fresh_step;
  int32_t base;
  int32_t stride;
  /* Positions from here on are in qkv. */
  int32_t start;
  int32_t head_dim;

  /* Null if row r is not in qkv. */
  DEVICE const float* in_qkv(int32_t r) const {
    int32_t position = base + r * stride;
    return position >= start ? fresh + static_cast<int64_t>(position - start) * fresh_step : nullptr;
  }
  /* The values beside these keys. */
  DEVICE AttendedRows values(const AttentionCall& call) const {
    AttendedRows other = *this;
    other.cache = static_cast<const T*>(call.values) + (cache - static_cast<const T*>(call.keys));
    other.fresh += call.shape.n_state;
    return other;
  }
  DEVICE const T* in_cache(int32_t r) const { return cache + static_cast<int64_t>(r) * cache_step; }

  /*
   * Elements [column, column + GRANULE) of row r in the cache, zeros beyond the head, read in pieces
   * of `access` bytes, to which the caches' rows and heads are aligned.
   */
  template <int access>
  DEVICE Granule<T> granule(int32_t r, int32_t column) const {
    Granule<T> result;
    const T* source = in_cache(r) + column;
    if constexpr (access == 16) {
      result.words = *reinterpret_cast<const uint4*>(source);
    } else {
      constexpr int EACH = 4 / static_cast<int>(sizeof(T));
      uint32_t words[4];
      UNROLL
      for (int w = 0; w < 4; w++) {
        int at = w * EACH;
        words[w] = 0;
        if constexpr (access == 4) {
          if (column + at < head_dim) words[w] = *reinterpret_cast<const uint32_t*>(source + at);
        } else {
          const uint16_t* halves = reinterpret_cast<const uint16_t*>(source + at);
          if (column + at < head_dim) words[w] = halves[0];
          if (column + at + 1 < head_dim) words[w] |= static_cast<uint32_t>(halves[1]) << 16;
        }
      }
      result.words = make_uint4(words[0], words[1], words[2], words[3]);
    }
    return result;
  }

  /*
   * Elements [column, column + 4) of row r as fp32, zeros beyond the head; `wide` where fours of
   * both sources are aligned.
   */
  template <bool wide>
  DEVICE float4 four(int32_t r, int32_t column) const {
    const float* row = in_qkv(r);
    float x[4] = {0.0f, 0.0f, 0.0f, 0.0f};
    if constexpr (wide) {
      if (column < head_dim) {
        if (row != nullptr) {
          float4 read = *reinterpret_cast<const float4*>(row + column);
          x[0] = rounded<T>(read.x);
          x[1] = rounded<T>(read.y);
          x[2] = rounded<T>(read.z);
          x[3] = rounded<T>(read.w);
        } else {
          struct alignas(4 * sizeof(T)) Four {
            T element[4];
          };
          Four read = *reinterpret_cast<const Four*>(in_cache(r) + column);
          UNROLL
          for (int i = 0; i < 4; i++) x[i] = to_float(read.element[i]);
        }
      }
    } else {
      const T* source = in_cache(r) + column;
      UNROLL
      for (int i = 0; i < 4; i++) {
        if (column + i < head_dim) {
          x[i] = row != nullptr ? rounded<T>(row[column + i]) : to_float(source[i]);
        }
      }
    }
    return make_float4(x[0], x[1], x[2], x[3]);
  }
};

/* The keys of one head; start is the first position of the call. */
template <typename T>
DEVICE AttendedRows<T> attended_keys(const AttentionCall& call, const AttendedRange& range,
                                     int32_t item, int32_t head, int32_t start) {
  const AttentionShape& shape = call.shape;
  const T* cache = static_cast<const T*>(call.keys);
  AttendedRows<T> rows;
  int64_t column = static_cast<int64_t>(head) * shape.head_dim;
  rows.cache_step = shape.n_state;
  rows.cache =
      cache + (static_cast<int64_t>(item) * shape.slots + range.first_slot) * shape.n_state + column;
  rows.fresh_step = call.row;
  rows.fresh = call.qkv + static_cast<int64_t>(item) * call.count * call.row +
               shape.n_state + column;
  rows.base = range.base;
  rows.stride = range.stride;
  rows.start = shape.pattern == ENCODER ? INT32_MAX : start;
  rows.head_dim = shape.head_dim;
  return rows;
}

/* The largest power of two, at most 16, that all heads of all cache rows are aligned to. */
template <typename T>
int cache_alignment(const AttentionCall& call) {
  uintptr_t all = reinterpret_cast<uintptr_t>(call.keys) |
                  reinterpret_cast<uintptr_t>(call.values) | 16 |
                  static_cast<uintptr_t>(call.shape.head_dim) * sizeof(T);
  return static_cast<int>(all & (~all + 1));
}

/* Whether fours of caches, qkv and out are aligned for all heads. */
template <typename T>
bool is_wide(const AttentionCall& call) {
  return cache_alignment<T>(call) >= static_cast<int>(4 * sizeof(T)) &&
         is_aligned16(call.qkv) && is_aligned16(call.out) && call.shape.head_dim % 4 == 0;
}

}  // namespace jukebox

#endif
