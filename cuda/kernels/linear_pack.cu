#include "grid.h"
#include "linear.h"

namespace jukebox {

constexpr int PACK_THREADS = 256;

/* A weight [in, out], or [out, in] if transposed. */
struct PlainWeight {
  const float* values;
  int64_t in;
  int64_t out;
  int32_t transposed;

  /* Zero outside. */
  DEVICE float at(int64_t input, int64_t output) const {
    if (input >= in || output >= out) return 0.0f;
    return transposed != 0 ? values[output * in + input] : values[input * out + output];
  }
};

/* Writes of each output what its values are multiplied with: largest / 127, or a power of two. */
KERNEL(PACK_THREADS)
pack_scales(PlainWeight weight, int32_t storage, int64_t outputs, float* scales) {
  int64_t output = first_element() / WARP;
  if (output >= outputs) return;
  /* Magnitudes order as their bits do, with NaNs above all. */
  uint32_t largest = 0;
  for (int64_t i = threadIdx.x % WARP; i < weight.in; i += WARP) {
    uint32_t bits = float_bits(weight.at(i, output)) & 0x7fffffffu;
    if (bits > largest) largest = bits;
  }
  for (int mask = WARP / 2; mask > 0; mask /= 2) {
    uint32_t other = shuffle_xor(largest, mask);
    if (other > largest) largest = other;
  }
  if (threadIdx.x % WARP == 0) {
    float magnitude = bits_float(largest);
    scales[output] =
        storage == JKC_I8 ? magnitude / 127.0f : inverse_power(power_for(magnitude));
  }
}

KERNEL(PACK_THREADS) pack_f32(PlainWeight weight, int64_t chunks, int64_t size, float* packed) {
  for (int64_t i = first_element(); i < size; i += element_step()) {
    int64_t output = i % TILE_OUT;
    int64_t input = i / TILE_OUT % (chunks * FLOAT_CHUNK);
    int64_t tile = i / TILE_OUT / (chunks * FLOAT_CHUNK);
    int64_t to = float_offset(chunks, tile, input / FLOAT_CHUNK, input % FLOAT_CHUNK) + output;
    packed[to] = weight.at(input, tile * TILE_OUT + output);
  }
}

DEVICE f16 packed_f16(float value) { return from_float<f16>(value); }

DEVICE f16 packed_bf16(float value, float scale) {
  return from_float<f16>(to_float(from_float<bf16>(value)) * inverse_power(scale));
}

/* Rounds ties to even; what is no number becomes 0. The byte is the value plus 128. */
DEVICE uint32_t packed_i8(float value, float scale) {
  if (!(scale > 0.0f)) return 128;
  float q = value / scale;
  if (!(q >= -127.0f)) q = q < 0.0f ? -127.0f : 0.0f;
  if (q > 127.0f) q = 127.0f;
  return static_cast<uint32_t>(static_cast<int32_t>(rintf(q)) + 128);
}

/* Register r of a lane's fragment: two inputs of an output. */
DEVICE int64_t fragment_output(int64_t tile, int lane, int r) {
  return tile * TILE_OUT + lane / 4 + r % 2 * 8;
}
DEVICE int64_t fragment_input(int64_t step, int lane, int r) {
  return step * HALF_STEP + lane % 4 * 4 + r / 2 * 2;
}

KERNEL(PACK_THREADS)
pack_half(PlainWeight weight, const float* scales, int64_t steps, int64_t size, uint32_t* packed) {
  for (int64_t i = first_element(); i < size; i += element_step()) {
    int lane = static_cast<int>(i % WARP);
    int64_t step = i / WARP % steps;
    int64_t tile = i / WARP / steps;
    for (int r = 0; r < 4; r++) {
      int64_t output = fragment_output(tile, lane, r);
      int64_t input = fragment_input(step, lane, r);
      float first = weight.at(input, output);
      float second = weight.at(input + 1, output);
      if (scales == nullptr) {
        packed[i * 4 + r] = pack2(packed_f16(first), packed_f16(second));
      } else {
        packed[i * 4 + r] =
            pack2(packed_bf16(first, scales[output]), packed_bf16(second, scales[output]));
      }
    }
  }
}

KERNEL(PACK_THREADS)
pack_i8(PlainWeight weight, const float* scales, int64_t pairs, int64_t size, uint32_t* packed) {
  for (int64_t i = first_element(); i < size; i += element_step()) {
    int lane = static_cast<int>(i % WARP);
    int64_t pair = i / WARP % pairs;
    int64_t tile = i / WARP / pairs;
    for (int word = 0; word < 4; word++) {
      uint32_t bytes = 0;
      for (int r = 0; r < 2; r++) {
        int reg = word % 2 * 2 + r;
        int64_t output = fragment_output(tile, lane, reg);
        int64_t input = fragment_input(2 * pair + word / 2, lane, reg);
        float scale = output < weight.out ? scales[output] : 0.0f;
        bytes |= packed_i8(weight.at(input, output), scale) << 16 * r;
        bytes |= packed_i8(weight.at(input + 1, output), scale) << (16 * r + 8);
      }
      packed[i * 4 + word] = bytes;
    }
  }
}

static int pack(jkc_context* context, const PlainWeight& weight, int32_t storage, void* packed,
                float* scales) {
  int64_t tiles = tiles_of(weight.out);
  cudaStream_t stream = stream_of(context);
  cudaError_t outcome = cudaSuccess;
  if (storage == JKC_F32) {
    int64_t chunks = float_chunks(weight.in);
    int64_t size = tiles * chunks * FLOAT_CHUNK * TILE_OUT;
    outcome = LAUNCH((pack_f32), element_blocks(context, size), PACK_THREADS, 0, stream, weight,
                     chunks, size, static_cast<float*>(packed));
    return check(context, outcome, "linear pack");
  }
  if (storage == JKC_BF16) {
    scales = reinterpret_cast<float*>(static_cast<char*>(packed) +
                                      packed_values_bytes(weight.in, weight.out, storage));
  }
  if (storage != JKC_F16) {
    int64_t outputs = storage == JKC_I8 ? weight.out : tiles * TILE_OUT;
    unsigned blocks = static_cast<unsigned>(divide_up(outputs, PACK_THREADS / WARP));
    outcome = LAUNCH((pack_scales), blocks, PACK_THREADS, 0, stream, weight, storage, outputs,
                     scales);
    if (outcome != cudaSuccess) return check(context, outcome, "linear pack");
  }
  int64_t fragments = half_fragments(weight.in, storage);
  int64_t size = tiles * fragments * WARP;
  if (storage == JKC_I8) {
    outcome = LAUNCH((pack_i8), element_blocks(context, size), PACK_THREADS, 0, stream, weight,
                     scales, fragments, size, static_cast<uint32_t*>(packed));
  } else {
    outcome = LAUNCH((pack_half), element_blocks(context, size), PACK_THREADS, 0, stream, weight,
                     storage == JKC_F16 ? nullptr : scales, fragments, size,
                     static_cast<uint32_t*>(packed));
  }
  return check(context, outcome, "linear pack");
}

}  // namespace jukebox

using namespace jukebox;

extern "C" {

int64_t jkc_linear_packed_bytes(int64_t in, int64_t out, int32_t storage) {
  if (storage < JKC_F32 || storage > JKC_I8 || in < 1 || out < 1) return -1;
  int64_t scales = storage == JKC_BF16 ? tiles_of(out) * TILE_OUT * 4 : 0;
  return packed_values_bytes(in, out, storage) + scales;
}

int jkc_linear_pack(jkc_context* context, const float* weight, int32_t transposed, int64_t in,
                    int64_t out, int32_t storage, void* packed, float* scales) {
  if (context == nullptr || weight == nullptr || packed == nullptr || in < 1 || out < 1 ||
      in > INT32_MAX || out > INT32_MAX || storage < JKC_F32 || storage > JKC_I8 ||
      (storage == JKC_I8 && scales == nullptr)) {
    return JKC_BAD_ARGUMENT;
  }
  return pack(context, {weight, in, out, transposed}, storage, packed, scales);
}

}  // extern "C"
