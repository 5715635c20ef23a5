#include "grid.h"
#include "interpolate.h"

namespace jukebox {

KERNEL(ELEMENT_THREADS)
add_slice(const float* x, const float* table, int64_t table_item, int64_t table_row,
          int64_t table_length, int64_t start, const int32_t* counter, int64_t count, int64_t width,
          int64_t size, float* y) {
  int64_t from = place(start, counter);
  for (int64_t i = first_element(); i < size; i += element_step()) {
    int64_t column = i % width;
    int64_t position = i / width % count;
    int64_t item = i / width / count;
    /* A counter that ran past the table must not read behind it. */
    int64_t row = from + position < table_length ? from + position : table_length - 1;
    y[i] = x[i] + table[item * table_item + row * table_row + column];
  }
}

KERNEL(ELEMENT_THREADS)
interpolate(const float* a, const float* b, float weight, int64_t size, float* y) {
  for (int64_t i = first_element(); i < size; i += element_step()) {
    y[i] = interpolated(a[i], b[i], weight);
  }
}

KERNEL(ELEMENT_THREADS)
copy_positions(const uint32_t* source, int64_t source_length, int64_t source_start,
               uint32_t* target, int64_t target_length, int64_t target_start,
               const int32_t* counter, int64_t count, int64_t row, int64_t size) {
  int64_t to = place(target_start, counter);
  for (int64_t i = first_element(); i < size; i += element_step()) {
    int64_t word = i % row;
    int64_t position = i / row % count;
    int64_t item = i / row / count;
    if (to + position < target_length) {
      target[(item * target_length + to + position) * row + word] =
          source[(item * source_length + source_start + position) * row + word];
    }
  }
}

KERNEL(WARP) increment(int32_t* counter) {
  if (threadIdx.x == 0) *counter += 1;
}

}  // namespace jukebox

using namespace jukebox;

extern "C" {

int jkc_add_slice(jkc_context* context, const float* x, const float* table, int64_t table_item,
                  int64_t table_row, int64_t table_length, int64_t start, const int32_t* counter,
                  int64_t batch, int64_t count, int64_t width, float* y) {
  if (context == nullptr || batch < 0 || count < 0 || width < 0 || start < 0) {
    return JKC_BAD_ARGUMENT;
  }
  int64_t size = batch * count * width;
  if (size == 0) return JKC_OK;
  if (x == nullptr || table == nullptr || y == nullptr || table_length < 1) {
    return JKC_BAD_ARGUMENT;
  }
  return check(context,
               LAUNCH((add_slice), element_blocks(context, size), ELEMENT_THREADS, 0,
                      stream_of(context), x, table, table_item, table_row, table_length, start,
                      counter, count, width, size, y),
               "add slice");
}

int jkc_interpolate(jkc_context* context, const float* a, const float* b, float weight,
                    int64_t size, float* y) {
  if (context == nullptr || size < 0) return JKC_BAD_ARGUMENT;
  if (size == 0) return JKC_OK;
  if (a == nullptr || b == nullptr || y == nullptr) return JKC_BAD_ARGUMENT;
  return check(context,
               LAUNCH((interpolate), element_blocks(context, size), ELEMENT_THREADS, 0,
                      stream_of(context), a, b, weight, size, y),
               "interpolate");
}

int jkc_copy_positions(jkc_context* context, const void* source, int64_t source_length,
                       int64_t source_start, void* target, int64_t target_length,
                       int64_t target_start, const int32_t* counter, int64_t batch, int64_t count,
                       int64_t row) {
  if (context == nullptr || batch < 0 || count < 0 || row < 0 || source_start < 0 ||
      target_start < 0 || source_start > source_length - count ||
      target_start > target_length - count) {
    return JKC_BAD_ARGUMENT;
  }
  int64_t size = batch * count * row;
  if (size == 0) return JKC_OK;
  if (source == nullptr || target == nullptr) return JKC_BAD_ARGUMENT;
  constexpr int64_t WORD = sizeof(uint32_t);
  if (batch == 1 && counter == nullptr) {
    return check(context,
                 cudaMemcpyAsync(static_cast<uint32_t*>(target) + target_start * row,
                                 static_cast<const uint32_t*>(source) + source_start * row,
                                 static_cast<size_t>(size * WORD), cudaMemcpyDeviceToDevice,
                                 stream_of(context)),
                 "copy positions");
  }
  return check(context,
               LAUNCH((copy_positions), element_blocks(context, size), ELEMENT_THREADS, 0,
                      stream_of(context), static_cast<const uint32_t*>(source), source_length,
                      source_start, static_cast<uint32_t*>(target), target_length, target_start,
                      counter, count, row, size),
               "copy positions");
}

int jkc_increment(jkc_context* context, int32_t* counter) {
  if (context == nullptr || counter == nullptr) return JKC_BAD_ARGUMENT;
  return check(context, LAUNCH((increment), 1, WARP, 0, stream_of(context), counter), "increment");
}

}  // extern "C"
