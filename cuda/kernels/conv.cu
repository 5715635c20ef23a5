#include "conv_tile.h"

#include "context.h"
#include "grid.h"
#include "neighbours.h"

namespace jukebox {

/*
 * A call. A transposed convolution is `stride` ordinary ones, its phases: output time t is row
 * (t + padding) / stride of phase (t + padding) % stride, and tap k is tap k / stride of phase
 * k % stride, which looks back.
 */
struct Conv {
  const float* x;
  const float* packed;
  const float* bias;
  const float* residual;
  float* y;
  float scale;
  int32_t in;
  int32_t out;
  int32_t out_stride;
  int32_t kernel;
  int32_t stride;
  int64_t padding;
  int64_t dilation;
  int64_t time_in;
  int64_t time_out;
  bool transposed;
  bool relu;
  bool aligned_input;
  bool aligned_output;
  uint32_t column_tiles;
  uint32_t phases;
  uint32_t row_tiles;
};

/* The taps of a phase, and those of all phases before it. */
HOST_DEVICE int32_t phase_taps(int32_t kernel, int32_t stride, int32_t phase) {
  return kernel / stride + (phase < kernel % stride ? 1 : 0);
}
HOST_DEVICE int32_t taps_before(int32_t kernel, int32_t stride, int32_t phase) {
  int32_t rest = kernel % stride;
  return phase * (kernel / stride) + (phase < rest ? phase : rest);
}

/* Rounded towards minus infinity. */
HOST_DEVICE int64_t floor_divide(int64_t a, int64_t b) {
  return a >= 0 ? a / b : -((-a + b - 1) / b);
}

/* The rows [first, end) of a phase that lie inside the output. */
HOST_DEVICE int64_t first_row_of(const Conv& c, int64_t phase) {
  return -floor_divide(phase - c.padding, c.stride);
}
HOST_DEVICE int64_t end_row_of(const Conv& c, int64_t phase) {
  return floor_divide(c.time_out - 1 + c.padding - phase, c.stride) + 1;
}

KERNEL(ELEMENT_THREADS)
conv_pack(const float* weight, int32_t in, int32_t out, int32_t out_stride, int32_t kernel,
          int32_t stride, bool transposed, int64_t size, float* packed) {
  for (int64_t e = first_element(); e < size; e += element_step()) {
    int64_t n = e % out_stride;
    int64_t c = e / out_stride % in;
    int32_t tap = static_cast<int32_t>(e / out_stride / in);
    int32_t k = tap;
    if (transposed) {
      int32_t phase = 0;
      while (phase + 1 < stride && taps_before(kernel, stride, phase + 1) <= tap) phase++;
      k = phase + (tap - taps_before(kernel, stride, phase)) * stride;
    }
    int64_t from = (transposed ? c * out + n : n * in + c) * kernel + k;
    packed[e] = n < out ? weight[from] : 0.0f;
  }
}

/* Four columns of the residual from an element on; left as they are where there is none. */
DEVICE void conv_residual(const Conv& c, int64_t at, int32_t column, float (&residual)[4]) {
  if (c.residual == nullptr) return;
  if (c.aligned_output) {
    read_neighbours<4, true>(c.residual + at, 4, residual);
  } else {
    read_neighbours<4, false>(c.residual + at, c.out - column, residual);
  }
}

/* y = residual + scale * (sum + bias), four columns of a row. */
DEVICE void conv_store(const Conv& c, int64_t at, int32_t column, const float* sum,
                       const float (&residual)[4]) {
  float y[4] = {};
  if (c.aligned_output) {
    read_neighbours<4, true>(c.bias + column, 4, y);
  } else {
    read_neighbours<4, false>(c.bias + column, c.out - column, y);
  }
  UNROLL
  for (int n = 0; n < 4; n++) {
    y[n] = sum[n] + y[n];
    if (c.residual != nullptr) y[n] = fmaf(c.scale, y[n], residual[n]);
  }
  if (c.aligned_output) {
    write_neighbours<4, true>(c.y + at, 4, y);
  } else {
    write_neighbours<4, false>(c.y + at, c.out - column, y);
  }
}

/* A block computes one tile; neighbours share the input, by columns, then phases. */
template <typename T>
KERNEL(T::THREADS)
conv_apply(Conv c) {
  DYNAMIC_SHARED(shared);
  uint32_t block = blockIdx.x;
  int32_t column0 = static_cast<int32_t>(block % c.column_tiles) * T::N;
  block /= c.column_tiles;
  int32_t phase = static_cast<int32_t>(block % c.phases);
  block /= c.phases;
  int64_t row0 = static_cast<int64_t>(block % c.row_tiles) * T::M;
  int64_t item = block / c.row_tiles;

  int64_t end = c.time_out;
  int32_t taps = c.kernel;
  int32_t packed_row = 0;
  if (c.transposed) {
    row0 += first_row_of(c, phase);
    end = end_row_of(c, phase);
    taps = phase_taps(c.kernel, c.stride, phase);
    packed_row = taps_before(c.kernel, c.stride, phase) * c.in;
  }
  if (row0 >= end) return;
  int64_t rows = end - row0;
  Gather gather{c.x + item * c.time_in * c.in,
                c.time_in,
                c.transposed ? 1 : c.stride,
                c.transposed ? -1 : c.dilation,
                c.transposed ? 0 : -c.padding,
                c.in,
                taps * c.in,
                c.relu,
                c.aligned_input};
  Packed packed{c.packed + static_cast<int64_t>(packed_row) * c.out_stride, c.out_stride};
  int64_t step = c.transposed ? c.stride : 1;
  int64_t first = item * c.time_out + row0 * step + (c.transposed ? phase - c.padding : 0);
  T::products(gather, row0, rows, packed, column0, column0 + 1, reinterpret_cast<float*>(shared),
              [&](int32_t from, float(&sum)[T::ROWS][T::COLUMNS]) {
                /* Some at once: no load moves above an earlier store, which may be of the same memory. */
                constexpr int TOGETHER = T::ROWS < 4 ? T::ROWS : 4;
                constexpr int GROUPS = T::COLUMNS / 4;
                UNROLL
                for (int i = 0; i < T::ROWS; i += TOGETHER) {
                  /* Calls work(row, group, element, column) for each four that there is. */
                  auto each = [&](const auto& work) {
                    UNROLL
                    for (int j = 0; j < TOGETHER * GROUPS; j++) {
                      int row = j / GROUPS;
                      int group = j % GROUPS;
                      int32_t column = from + T::column(group);
                      if (T::row(i + row) >= rows || column >= c.out) continue;
                      work(row, group, (first + T::row(i + row) * step) * c.out + column, column);
                    }
                  };
                  float residual[TOGETHER][GROUPS][4] = {};
                  each([&](int row, int group, int64_t at, int32_t column) {
                    conv_residual(c, at, column, residual[row][group]);
                  });
                  each([&](int row, int group, int64_t at, int32_t column) {
                    conv_store(c, at, column, sum[i + row] + 4 * group, residual[row][group]);
                  });
                }
              });
}

/* For more than 32 outputs, for more than 4, and for the side of the audio. */
using Wide = Tile<4, 1, 8, 8, 8>;
using Slim = Tile<4, 1, 8, 8, 4>;
using Narrow = Tile<4, 1, 1, 2, 4>;

template <typename T>
static int conv_launch(jkc_context* context, Conv c, int64_t batch, int64_t rows) {
  c.column_tiles = static_cast<uint32_t>(divide_up(c.out, T::N));
  int64_t row_tiles = divide_up(rows, T::M);
  int64_t most = INT32_MAX / (int64_t{c.column_tiles} * c.phases);
  if (row_tiles > most || batch > most / row_tiles) return JKC_BAD_ARGUMENT;
  c.row_tiles = static_cast<uint32_t>(row_tiles);
  int64_t blocks = row_tiles * batch * c.column_tiles * c.phases;
  return check(context,
               LAUNCH((conv_apply<T>), static_cast<unsigned>(blocks), T::THREADS, T::SHARED_BYTES,
                      stream_of(context), c),
               "conv");
}

static bool bad_extents(int64_t in, int64_t out, int64_t kernel) {
  return in < 1 || out < 1 || kernel < 1 || in > INT32_MAX / kernel || out > INT32_MAX - 256;
}

}  // namespace jukebox

using namespace jukebox;

extern "C" {

int64_t jkc_conv_packed_size(int64_t in, int64_t out, int64_t kernel) {
  return in * kernel * (divide_up(out, 4) * 4);
}

int jkc_conv_pack(jkc_context* context, const float* weight, int64_t in, int64_t out,
                  int64_t kernel, int64_t stride, int32_t transposed, float* packed) {
  if (context == nullptr || bad_extents(in, out, kernel) || stride < 1 || stride > INT32_MAX ||
      weight == nullptr || packed == nullptr) {
    return JKC_BAD_ARGUMENT;
  }
  int64_t size = jkc_conv_packed_size(in, out, kernel);
  return check(context,
               LAUNCH((conv_pack), element_blocks(context, size), ELEMENT_THREADS, 0,
                      stream_of(context), weight, in, out, divide_up(out, 4) * 4, kernel, stride,
                      transposed != 0, size, packed),
               "conv pack");
}

int jkc_conv_apply(jkc_context* context, const float* packed, const float* bias, int64_t in,
                   int64_t out, int64_t kernel, int64_t stride, int64_t padding, int64_t dilation,
                   int32_t transposed, const float* x, int64_t batch, int64_t time_in,
                   int32_t relu_input, const float* residual, float scale, float* y,
                   int64_t time_out) {
  if (context == nullptr || bad_extents(in, out, kernel) || stride < 1 || stride > INT32_MAX ||
      padding < 0 || dilation < 1 || (transposed != 0 && dilation != 1) || batch < 0 ||
      time_in < 0 || time_out < 0) {
    return JKC_BAD_ARGUMENT;
  }
  if (batch == 0 || time_out == 0) return JKC_OK;
  if (packed == nullptr || bias == nullptr || x == nullptr || y == nullptr ||
      !is_aligned16(packed)) {
    return JKC_BAD_ARGUMENT;
  }
  Conv c{};
  c.x = x;
  c.packed = packed;
  c.bias = bias;
  c.residual = residual;
  c.y = y;
  c.scale = scale;
  c.in = static_cast<int32_t>(in);
  c.out = static_cast<int32_t>(out);
  c.out_stride = static_cast<int32_t>(divide_up(out, 4) * 4);
  c.kernel = static_cast<int32_t>(kernel);
  c.stride = static_cast<int32_t>(stride);
  c.padding = padding;
  c.dilation = dilation;
  c.time_in = time_in;
  c.time_out = time_out;
  c.transposed = transposed != 0;
  c.relu = relu_input != 0;
  c.aligned_input = in % 4 == 0 && is_aligned16(x);
  c.aligned_output = out % 4 == 0 && is_aligned16(y) && is_aligned16(bias) &&
                     (residual == nullptr || is_aligned16(residual));
  c.phases = c.transposed ? static_cast<uint32_t>(stride) : 1;
  int64_t rows = c.transposed ? divide_up(time_out, stride) : time_out;

  if (out <= Narrow::N) return conv_launch<Narrow>(context, c, batch, rows);
  if (out <= Slim::N) return conv_launch<Slim>(context, c, batch, rows);
  return conv_launch<Wide>(context, c, batch, rows);
}

}  // extern "C"
