#include "context.h"
#include "grid.h"

namespace jukebox {

/*
 * Sums of the rows of each code. The rows are put in the order of their codes by a stable counting
 * sort, chunk by chunk, so that each sum has one order: integers are counted in any, floats never.
 */
constexpr int LEAST_CHUNK = 512;
constexpr int64_t MOST_CHUNKS = 1024;
constexpr int64_t MOST_CELLS = int64_t{1} << 24;
constexpr int PLACE_WARPS = 4;
constexpr int SCAN_THREADS = 256;
constexpr int SUM_COLUMNS = 64;
constexpr int SUM_GROUPS = 8;

/* cells [chunks, bins] counts the codes of each chunk of rows. */
KERNEL(ELEMENT_THREADS)
codebook_count(const int32_t* codes, int64_t rows, int64_t chunk, int64_t bins, int32_t* cells,
               int32_t* faults) {
  for (int64_t r = first_element(); r < rows; r += element_step()) {
    int32_t code = codes[r];
    if (code < 0 || code >= bins) {
      *static_cast<volatile int32_t*>(faults) = JKC_FAULT_ID;
      continue;
    }
    atomic_add(cells + r / chunk * bins + code, 1);
  }
}

/* Turns the counts of a bin into what the chunks before have; totals [bins]. */
KERNEL(ELEMENT_THREADS)
codebook_scan_chunks(int64_t chunks, int64_t bins, int32_t* cells, int32_t* totals) {
  for (int64_t bin = first_element(); bin < bins; bin += element_step()) {
    int32_t before = 0;
    for (int64_t chunk = 0; chunk < chunks; chunk++) {
      int32_t own = cells[chunk * bins + bin];
      cells[chunk * bins + bin] = before;
      before += own;
    }
    totals[bin] = before;
  }
}

/* starts [bins]: the rows of all bins before. One block. */
KERNEL(SCAN_THREADS) codebook_scan_bins(const int32_t* totals, int64_t bins, int32_t* starts) {
  SHARED(int32_t, sums, SCAN_THREADS);
  int thread = static_cast<int>(threadIdx.x);
  int64_t share = (bins + SCAN_THREADS - 1) / SCAN_THREADS;
  int64_t from = thread * share < bins ? thread * share : bins;
  int64_t to = from + share < bins ? from + share : bins;
  int32_t own = 0;
  for (int64_t bin = from; bin < to; bin++) own += totals[bin];
  sums[thread] = own;
  sync_block();
  int32_t before = 0;
  for (int other = 0; other < thread; other++) before += sums[other];
  for (int64_t bin = from; bin < to; bin++) {
    starts[bin] = before;
    before += totals[bin];
  }
}

/* order [rows]: the rows by code, then as they came. A warp places a chunk. */
KERNEL(PLACE_WARPS * WARP)
codebook_place(const int32_t* codes, int64_t rows, int64_t chunk, int64_t bins,
               const int32_t* starts, int32_t* cells, int32_t* order) {
  int64_t number = static_cast<int64_t>(blockIdx.x) * PLACE_WARPS + threadIdx.x / WARP;
  int lane = static_cast<int>(threadIdx.x) % WARP;
  int64_t end = (number + 1) * chunk < rows ? (number + 1) * chunk : rows;
  for (int64_t from = number * chunk; from < end; from += WARP) {
    int64_t row = from + lane;
    int32_t code = row < end ? codes[row] : -1;
    bool placed = code >= 0 && code < bins;
    int rank = 0;
    int same = 0;
    for (int other = 0; other < WARP; other++) {
      bool equal = shuffle(code, other) == code;
      same += equal ? 1 : 0;
      rank += equal && other < lane ? 1 : 0;
    }
    int32_t* cell = cells + number * bins + code;
    int32_t before = placed ? *cell : 0;
    if (placed) order[starts[code] + before + rank] = static_cast<int32_t>(row);
    sync_warp();
    if (placed && rank == same - 1) *cell = before + same;
    sync_warp();
  }
}

/* A block sums SUM_COLUMNS columns of a bin, every SUM_GROUPS-th row by the same threads. */
KERNEL(SUM_COLUMNS * SUM_GROUPS)
codebook_sum(const float* x, int64_t width, const int32_t* order, const int32_t* starts,
             const int32_t* totals, uint32_t column_tiles, float* counts, float* sums) {
  SHARED(double, partial, SUM_COLUMNS * SUM_GROUPS);
  int64_t bin = blockIdx.x / column_tiles;
  int32_t count = totals[bin];
  if (count == 0) return;
  int thread = static_cast<int>(threadIdx.x);
  int64_t column = static_cast<int64_t>(blockIdx.x % column_tiles) * SUM_COLUMNS +
                   thread % SUM_COLUMNS;
  const int32_t* rows = order + starts[bin];
  double sum = 0;
  if (column < width) {
    for (int32_t i = thread / SUM_COLUMNS; i < count; i += SUM_GROUPS) {
      sum += x[rows[i] * width + column];
    }
  }
  partial[thread] = sum;
  sync_block();
  if (thread < SUM_COLUMNS && column < width) {
    for (int group = 1; group < SUM_GROUPS; group++) sum += partial[group * SUM_COLUMNS + thread];
    float* target = sums + bin * width + column;
    *target = static_cast<float>(*target + sum);
    if (column == 0) counts[bin] += static_cast<float>(count);
  }
}

}  // namespace jukebox

using namespace jukebox;

extern "C" int jkc_codebook_accumulate(jkc_context* context, const float* x, int64_t rows,
                                       int64_t width, const int32_t* codes, int64_t bins,
                                       float* counts, float* sums) {
  const char* operation = "accumulate codes";
  if (context == nullptr || rows < 0 || rows > INT32_MAX || width < 1 || bins < 1 ||
      bins > INT32_MAX / divide_up(width, SUM_COLUMNS)) {
    return JKC_BAD_ARGUMENT;
  }
  if (rows == 0) return JKC_OK;
  if (x == nullptr || codes == nullptr || counts == nullptr || sums == nullptr) {
    return JKC_BAD_ARGUMENT;
  }
  int64_t most = MOST_CELLS / bins < MOST_CHUNKS ? MOST_CELLS / bins : MOST_CHUNKS;
  int64_t chunk = divide_up(divide_up(rows, most < 1 ? 1 : most), WARP) * WARP;
  if (chunk < LEAST_CHUNK) chunk = LEAST_CHUNK;
  int64_t chunks = divide_up(rows, chunk);

  size_t words = static_cast<size_t>((chunks + 2) * bins + rows);
  void* block = nullptr;
  int status = scratch(context, words * sizeof(int32_t), operation, &block);
  if (status != JKC_OK) return status;
  int32_t* cells = static_cast<int32_t*>(block) + SCRATCH_COUNTERS;
  int32_t* totals = cells + chunks * bins;
  int32_t* starts = totals + bins;
  int32_t* order = starts + bins;

  cudaStream_t stream = stream_of(context);
  size_t bytes = static_cast<size_t>(chunks * bins) * sizeof(int32_t);
  cudaError_t outcome = cudaMemsetAsync(cells, 0, bytes, stream);
  if (outcome == cudaSuccess) {
    outcome = LAUNCH((codebook_count), element_blocks(context, rows), ELEMENT_THREADS, 0, stream,
                     codes, rows, chunk, bins, cells, context->device_faults);
  }
  if (outcome == cudaSuccess) {
    outcome = LAUNCH((codebook_scan_chunks), element_blocks(context, bins), ELEMENT_THREADS, 0,
                     stream, chunks, bins, cells, totals);
  }
  if (outcome == cudaSuccess) {
    outcome = LAUNCH((codebook_scan_bins), 1, SCAN_THREADS, 0, stream, totals, bins, starts);
  }
  if (outcome == cudaSuccess) {
    outcome = LAUNCH((codebook_place), static_cast<unsigned>(divide_up(chunks, PLACE_WARPS)),
                     PLACE_WARPS * WARP, 0, stream, codes, rows, chunk, bins, starts, cells, order);
  }
  if (outcome == cudaSuccess) {
    int64_t tiles = divide_up(width, SUM_COLUMNS);
    outcome = LAUNCH((codebook_sum), static_cast<unsigned>(bins * tiles), SUM_COLUMNS * SUM_GROUPS,
                     0, stream, x, width, order, starts, totals, tiles, counts, sums);
  }
  return check(context, outcome, operation);
}
