/* Right kernels give right results in every order of threads and blocks, eagerly and lazily. */
#include "check.h"

using namespace jukebox;

namespace {

template <int THREADS>
KERNEL(THREADS) sum_rows(const float* x, float* y, int n) {
  SHARED(float, parts, THREADS / 32);
  const float* row = x + static_cast<size_t>(blockIdx.x) * n;
  float sum = 0;
  for (int i = threadIdx.x; i < n; i += THREADS) sum += row[i];
  sum = warp_sum(sum);
  if (threadIdx.x % 32 == 0) parts[threadIdx.x / 32] = sum;
  sync_block();
  float total = 0;
  for (int i = 0; i < THREADS / 32; i++) total += parts[i];
  if (threadIdx.x == 0) y[blockIdx.x] = total;
}

/* Two arrays of fixed size, one dynamic, three dimensions, several barriers. */
KERNEL(192) reverse(const int* x, int* y, int rounds) {
  SHARED(int, a, 192);
  SHARED(uint8_t, odd, 7);
  DYNAMIC_SHARED(bytes);
  int* b = reinterpret_cast<int*>(bytes);
  const int i = threadIdx.x + blockDim.x * (threadIdx.y + blockDim.y * threadIdx.z);
  const int block = blockIdx.x + gridDim.x * (blockIdx.y + gridDim.y * blockIdx.z);
  const int n = blockDim.x * blockDim.y * blockDim.z;
  if (i < 7) odd[i] = static_cast<uint8_t>(i);
  a[i] = x[block * n + i];
  for (int r = 0; r < rounds; r++) {
    sync_block();
    b[n - 1 - i] = a[i];
    sync_block();
    a[i] = b[i];
  }
  y[block * n + i] = a[i] + odd[6] - 6;
}

KERNEL(64) shuffles(int* y) {
  const int i = threadIdx.x;
  const int lane = i % 32;
  y[i] = shuffle_xor(i, 5) == (i ^ 5);
  y[i] += shuffle(i, 7) == i / 32 * 32 + 7;
  y[i] += shuffle(i, lane + 3) == i / 32 * 32 + (lane + 3) % 32;
  y[i] += shuffle_up(i, 4) == (lane < 4 ? i : i - 4);
  y[i] += jukebox::ballot(lane % 3 == 0) == 0x49249249u;
  y[i] += shuffle_xor(static_cast<double>(i), 31) == static_cast<double>(i ^ 31);
  y[i] += warp_max(static_cast<float>(lane)) == 31;
  y[i] += reduce_max(static_cast<uint32_t>(i ^ 21)) == static_cast<uint32_t>(i / 32 * 32 + 31);
}

KERNEL(128) count(int32_t* counter, float* sum, double* precise, uint32_t* most, uint32_t* bits) {
  const unsigned i = blockIdx.x * 128 + threadIdx.x;
  atomic_add(counter, 1);
  atomic_add(sum, 0.5f);
  atomic_add(precise, 0.25);
  atomic_max(most, i);
  atomic_or(bits, 1u << i % 32);
}

/* The last block to finish adds up what the others wrote. */
KERNEL(32) last_block(float* parts, uint32_t* finished, float* y) {
  if (threadIdx.x == 0) parts[blockIdx.x] = static_cast<float>(blockIdx.x);
  fence_device();
  uint32_t place = 0;
  if (threadIdx.x == 0) place = atomic_add(finished, 1u);
  place = shuffle(place, 0);
  sync_warp();
  if (place != gridDim.x - 1) return;
  float sum = 0;
  for (unsigned i = threadIdx.x; i < gridDim.x; i += 32) sum += load_fresh(parts + i);
  sum = warp_sum(sum);
  if (threadIdx.x == 0) *y = sum;
}

/* A pipeline of two stages, the last tile cut short. */
KERNEL(64) pipeline(const float* x, float* y, int n) {
  SHARED(float4, tiles, 2 * 64);
  const int i = threadIdx.x;
  const int steps = (n + 255) / 256;
  const auto fetch = [&](int step) {
    const int from = step * 256 + i * 4;
    async_copy16(&tiles[step % 2 * 64 + i], x + from, from < n);
    async_commit();
  };
  fetch(0);
  float sum = 0;
  for (int step = 0; step < steps; step++) {
    if (step + 1 < steps) {
      fetch(step + 1);
      async_wait<1>();
    } else {
      async_wait<0>();
    }
    sync_block();
    const float4 other = tiles[step % 2 * 64 + 63 - i];
    sum += other.x + other.y + other.z + other.w;
    sync_block();
  }
  y[i] = sum;
}

void check_once() {
  const int rows = 37;
  const int n = 501;
  std::vector<float> x(rows * n);
  std::vector<float> sums(rows);
  for (int i = 0; i < rows * n; i++) {
    x[i] = small_number(i);
    sums[i / n] += x[i];
  }
  const Buffer<float> in(x);
  const Buffer<float> out(rows);
  CHECK_OK(LAUNCH((sum_rows<256>), rows, 256, 0, nullptr, in.get(), out.get(), n));
  CHECK(out.read() == sums);
  CHECK_OK(LAUNCH((sum_rows<1024>), rows, 1024, 0, nullptr, in.get(), out.get(), n));
  CHECK(out.read() == sums);

  const dim3 grid(3, 2, 2);
  const dim3 block(4, 8, 6);
  const int count_all = 12 * 192;
  std::vector<int> numbers(count_all);
  std::vector<int> reversed(count_all);
  for (int i = 0; i < count_all; i++) numbers[i] = i;
  for (int i = 0; i < count_all; i++) reversed[i] = i / 192 * 192 + 191 - i % 192;
  const Buffer<int> from(numbers);
  const Buffer<int> to(count_all);
  CHECK_OK(LAUNCH(reverse, grid, block, 192 * 4, nullptr, from.get(), to.get(), 3));
  CHECK(to.read() == reversed);

  const Buffer<int> flags(64);
  CHECK_OK(LAUNCH(shuffles, 1, 64, 0, nullptr, flags.get()));
  CHECK(flags.read() == std::vector<int>(64, 8));

  const Buffer<float> piped(64);
  const Buffer<float> whole(std::vector<float>(x.begin(), x.begin() + 1000));
  CHECK_OK(LAUNCH(pipeline, 1, 64, 0, nullptr, whole.get(), piped.get(), 1000));
  float total = 0;
  float expected = 0;
  for (const float part : piped.read()) total += part;
  for (int i = 0; i < 1000; i++) expected += x[i];
  CHECK(total == expected);
}

void check_atomics() {
  const Buffer<int32_t> counter(std::vector<int32_t>{5});
  const Buffer<float> sum(std::vector<float>{1});
  const Buffer<double> precise(std::vector<double>{1});
  const Buffer<uint32_t> most(std::vector<uint32_t>{0});
  const Buffer<uint32_t> bits(std::vector<uint32_t>{0});
  CHECK_OK(LAUNCH(count, 500, 128, 0, nullptr, counter.get(), sum.get(), precise.get(), most.get(),
                  bits.get()));
  CHECK(counter.read()[0] == 64005);
  CHECK(sum.read()[0] == 32001);
  CHECK(precise.read()[0] == 16001);
  CHECK(most.read()[0] == 63999);
  CHECK(bits.read()[0] == 0xffffffffu);
  const Buffer<float> parts(300);
  const Buffer<uint32_t> finished(std::vector<uint32_t>{0});
  const Buffer<float> y(1);
  CHECK_OK(LAUNCH(last_block, 300, 32, 0, nullptr, parts.get(), finished.get(), y.get()));
  CHECK(y.read()[0] == 300 * 299 / 2);
}

}  // namespace

void check_kernels() {
  for (int order = 0; order < 3; order++) {
    for (int lazy = 0; lazy < 2; lazy++) {
      for (int workers = 1; workers < 4; workers += 2) {
        jukebox_emulator_set_order(order, 7 + workers);
        jukebox_emulator_set_lazy(lazy);
        jukebox_emulator_set_workers(workers);
        jukebox_emulator_set_align(lazy);
        check_once();
        check_atomics();
      }
    }
  }
}
