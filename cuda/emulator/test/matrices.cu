/* The matrix instructions against plain loops over whole matrices. */
#include "check.h"

using namespace jukebox;

namespace {

/* D = A x B with A of 16 x 16, B of 16 x 8, both row by row; C is where D starts. */
template <typename T>
KERNEL(32) multiply(const T* a, const T* b, const float* c, float* d) {
  const int group = threadIdx.x / 4;
  const int pair = threadIdx.x % 4 * 2;
  const auto pairs = [&](int row, int k) { return pack2(a[row * 16 + k], a[row * 16 + k + 1]); };
  const uint32_t left[4] = {pairs(group, pair), pairs(group + 8, pair), pairs(group, pair + 8),
                            pairs(group + 8, pair + 8)};
  const uint32_t right[2] = {pack2(b[pair * 8 + group], b[(pair + 1) * 8 + group]),
                             pack2(b[(pair + 8) * 8 + group], b[(pair + 9) * 8 + group])};
  float sum[4];
  for (int i = 0; i < 4; i++) sum[i] = c[(group + i / 2 * 8) * 8 + pair + i % 2];
  mma16816<T>(sum, left, right);
  for (int i = 0; i < 4; i++) d[(group + i / 2 * 8) * 8 + pair + i % 2] = sum[i];
}

/* The same with both factors by way of shared memory, as the real kernels do. */
template <typename T>
KERNEL(32) multiply_shared(const T* a, const T* b, float* d) {
  SHARED(T, left, 16 * 24);
  SHARED(T, right, 16 * 8);
  const int lane = threadIdx.x;
  async_copy16(&left[lane / 2 * 24 + lane % 2 * 8], a + lane * 8, true);
  if (lane < 16) async_copy16(&right[lane * 8], b + lane * 8, true);
  async_commit();
  async_wait<0>();
  sync_warp();
  uint32_t x[4];
  load_matrices(x, &left[(lane % 8 + lane / 8 % 2 * 8) * 24 + lane / 16 * 8]);
  uint32_t y[4];
  load_matrices_transposed(y, &right[lane % 16 * 8]);
  const uint32_t half[2] = {y[0], y[1]};
  float sum[4] = {};
  mma16816<T>(sum, x, half);
  for (int i = 0; i < 4; i++) d[(lane / 4 + i / 2 * 8) * 8 + lane % 4 * 2 + i % 2] = sum[i];
}

KERNEL(32) matrices(uint32_t* plain, uint32_t* transposed) {
  SHARED(uint16_t, rows, 32 * 8);
  const int lane = threadIdx.x;
  for (int i = 0; i < 8; i++) rows[lane * 8 + i] = static_cast<uint16_t>(lane * 16 + i);
  sync_warp();
  uint32_t r[4];
  load_matrices(r, &rows[lane * 8]);
  for (int m = 0; m < 4; m++) plain[m * 32 + lane] = r[m];
  load_matrices_transposed(r, &rows[lane * 8]);
  for (int m = 0; m < 4; m++) transposed[m * 32 + lane] = r[m];
}

template <typename T>
void check_products(float scale) {
  std::vector<T> a(16 * 16);
  std::vector<T> b(16 * 8);
  std::vector<float> c(16 * 8);
  for (unsigned i = 0; i < a.size(); i++) a[i] = from_float<T>(small_number(i) * scale);
  for (unsigned i = 0; i < b.size(); i++) b[i] = from_float<T>(small_number(i + 1000));
  for (unsigned i = 0; i < c.size(); i++) c[i] = small_number(i + 2000) * scale;
  std::vector<float> with(16 * 8);
  std::vector<float> without(16 * 8);
  for (int i = 0; i < 16; i++) {
    for (int j = 0; j < 8; j++) {
      double sum = 0;
      for (int k = 0; k < 16; k++) {
        sum += static_cast<double>(to_float(a[i * 16 + k])) * to_float(b[k * 8 + j]);
      }
      with[i * 8 + j] = static_cast<float>(sum + c[i * 8 + j]);
      without[i * 8 + j] = static_cast<float>(sum);
    }
  }
  const Buffer<T> left(a);
  const Buffer<T> right(b);
  const Buffer<float> start(c);
  const Buffer<float> d(16 * 8);
  CHECK_OK(LAUNCH((multiply<T>), 1, 32, 0, nullptr, left.get(), right.get(), start.get(), d.get()));
  CHECK(d.read() == with);
  CHECK_OK(LAUNCH((multiply_shared<T>), 1, 32, 0, nullptr, left.get(), right.get(), d.get()));
  CHECK(d.read() == without);
}

}  // namespace

void check_matrices() {
  for (int order = 0; order < 3; order++) {
    jukebox_emulator_set_order(order, 3);
    check_products<f16>(1);
    check_products<bf16>(1);
    /* Subnormal in fp16. */
    check_products<f16>(0x1p-20f);
    const Buffer<uint32_t> plain(128);
    const Buffer<uint32_t> transposed(128);
    CHECK_OK(LAUNCH(matrices, 1, 32, 0, nullptr, plain.get(), transposed.get()));
    bool right = true;
    const std::vector<uint32_t> p = plain.read();
    const std::vector<uint32_t> t = transposed.read();
    for (unsigned m = 0; m < 4; m++) {
      for (unsigned lane = 0; lane < 32; lane++) {
        const unsigned i = lane / 4;
        const unsigned j = lane % 4 * 2;
        const auto element = [&](unsigned row, unsigned column) {
          return (m * 8 + row) * 16 + column;
        };
        right = right && p[m * 32 + lane] == (element(i, j) | element(i, j + 1) << 16);
        right = right && t[m * 32 + lane] == (element(j, i) | element(j + 1, i) << 16);
      }
    }
    CHECK(right);
  }
}
