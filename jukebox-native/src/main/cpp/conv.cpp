// One-dimensional convolutions as products: the rows under a block of outputs are gathered (zeros
// outside, relu applied) and multiplied with the packed taps. A transposed convolution is one such
// product for each phase of the output.
#include "gemm.h"
#include "tier.h"

namespace jk {
namespace JK_NAMESPACE {
namespace {

// The taps that reach outputs of one phase: tap first + i·step meets input base + i·direction.
struct Phase {
  int64_t first, step, taps;
  int64_t offset;  // of its panels in the packed weight
};

int64_t phase_count(const ConvShape& s) { return s.transposed ? s.stride : 1; }

Phase phase_at(const ConvShape& s, int64_t phase) {
  if (!s.transposed) return {0, 1, s.kernel, 0};
  int64_t before = 0;
  for (int64_t p = 0; p < phase; p++) {
    if (p < s.kernel) before += (s.kernel - p + s.stride - 1) / s.stride;
  }
  int64_t taps = phase < s.kernel ? (s.kernel - phase + s.stride - 1) / s.stride : 0;
  return {phase, s.stride, taps, before * s.in * panels(s.out) * NR};
}

void pack(const ConvPackCall& call, const Workers& workers) {
  const ConvShape& s = call.shape;
  int64_t count = panels(s.out);
  bool worthwhile = s.in * s.out * s.kernel > 65536;
  for (int64_t number = 0; number < phase_count(s); number++) {
    Phase phase = phase_at(s, number);
    parallel(*workers.pool, count, worthwhile, [&](int64_t p, int) {
      int64_t columns = columns_of(p, s.out);
      float* to = call.packed + phase.offset + p * phase.taps * s.in * NR;
      for (int64_t i = 0; i < phase.taps; i++) {
        int64_t tap = phase.first + i * phase.step;
        for (int64_t c = 0; c < s.in; c++, to += NR) {
          for (int64_t j = 0; j < NR; j++) {
            int64_t column = p * NR + j;
            int64_t from = s.transposed ? (c * s.out + column) * s.kernel + tap
                                        : (column * s.in + c) * s.kernel + tap;
            to[j] = j < columns ? call.weight[from] : 0.0f;
          }
        }
      }
    });
  }
}

void copy_row(float* to, const float* from, int64_t n, bool relu) {
  int64_t c = 0;
  // A NaN stays one: max gives its second operand.
  const vf zero = set1(0.0f);
  for (; c + W <= n; c += W) store(to + c, relu ? max(zero, load(from + c)) : load(from + c));
  for (; c < n; c++) to[c] = relu && from[c] < 0.0f ? 0.0f : from[c];
}

void zero_row(float* to, int64_t n) { memset(to, 0, static_cast<size_t>(n) * sizeof(float)); }

// Outputs of one phase: the j-th lies at start + j·step and sees input base + j·advance of its
// first tap, base + j·advance + i·apart of the i-th.
struct Outputs {
  int64_t start, step, count, base, advance, apart;
};

Outputs outputs_of(const ConvCall& call, int64_t phase) {
  const ConvShape& s = call.shape;
  if (!s.transposed) return {0, 1, call.time_out, -s.padding, s.stride, s.dilation};
  int64_t start = (phase - s.padding) % s.stride;
  if (start < 0) start += s.stride;
  int64_t count = start < call.time_out ? (call.time_out - start + s.stride - 1) / s.stride : 0;
  return {start, s.stride, count, (start + s.padding - phase) / s.stride, 1, -1};
}

// How the outputs of a phase are divided into tasks: blocks of positions, and groups of panels where
// blocks are few.
struct Plan {
  int64_t k;
  Cut cut;
  int64_t blocks, groups, count;

  Plan(const ConvCall& call, const Phase& phase, const Outputs& outputs, int threads)
      : k(phase.taps * call.shape.in), cut(k), count(panels(call.shape.out)) {
    blocks = (outputs.count + cut.rows - 1) / cut.rows;
    int64_t tasks = blocks * call.batch;
    int64_t wanted = threads == 1 ? 1 : 4 * threads;
    groups = tasks > 0 && tasks < wanted ? (wanted + tasks - 1) / tasks : 1;
    if (groups > count) groups = count;
  }
  int64_t scratch_floats() const {
    return cut.slice_floats() + cut.chain_floats((count + groups - 1) / groups);
  }
};

// Elements [k0, k0 + depth) of the rows under outputs [j0, j0 + m): taps, then channels.
void gather(const ConvCall& call, const Outputs& outputs, const float* x, int64_t j0, int64_t m,
            int64_t k0, int64_t depth, float* to, int64_t lda) {
  int64_t in = call.shape.in;
  for (int64_t k = k0; k < k0 + depth;) {
    int64_t tap = k / in;
    int64_t channel = k % in;
    int64_t n = in - channel < k0 + depth - k ? in - channel : k0 + depth - k;
    int64_t time = outputs.base + j0 * outputs.advance + tap * outputs.apart;
    for (int64_t j = 0; j < m; j++, time += outputs.advance) {
      float* row = to + j * lda + (k - k0);
      if (time < 0 || time >= call.time_in) {
        zero_row(row, n);
      } else {
        copy_row(row, x + time * in + channel, n, call.relu);
      }
    }
    k += n;
  }
}

void apply_phase(const ConvCall& call, const Workers& workers, int64_t number) {
  const ConvShape& s = call.shape;
  Phase phase = phase_at(s, number);
  Outputs outputs = outputs_of(call, number);
  if (outputs.count == 0) return;
  Plan plan(call, phase, outputs, workers.threads());
  bool worthwhile = outputs.count * call.batch * plan.k * s.out > (int64_t{1} << 18);
  parallel(*workers.pool, call.batch * plan.blocks * plan.groups, worthwhile,
           [&](int64_t task, int thread) {
    int64_t group = task % plan.groups;
    int64_t item = task / plan.groups / plan.blocks;
    int64_t j0 = task / plan.groups % plan.blocks * plan.cut.rows;
    int64_t m = outputs.count - j0 < plan.cut.rows ? outputs.count - j0 : plan.cut.rows;
    const float* x = call.x + item * call.time_in * s.in;
    int64_t at = (item * call.time_out + outputs.start + j0 * outputs.step) * s.out;
    const float* residual = call.epilogue.residual;
    Target target = {call.y + at, residual == nullptr ? nullptr : residual + at,
                     outputs.step * s.out};
    multiply<F32>(
        plan.cut, m,
        [&](int64_t k0, int64_t depth, float* to, int64_t lda) {
          gather(call, outputs, x, j0, m, k0, depth, to, lda);
        },
        call.packed + phase.offset, plan.k, s.out, group * plan.count / plan.groups,
        (group + 1) * plan.count / plan.groups, call.epilogue, target, workers.floats(thread));
  });
}

void apply(const ConvCall& call, const Workers& workers) {
  for (int64_t number = 0; number < phase_count(call.shape); number++) {
    apply_phase(call, workers, number);
  }
}

size_t scratch(const ConvCall& call, int threads) {
  int64_t most = 0;
  for (int64_t number = 0; number < phase_count(call.shape); number++) {
    Plan plan(call, phase_at(call.shape, number), outputs_of(call, number), threads);
    if (plan.scratch_floats() > most) most = plan.scratch_floats();
  }
  return static_cast<size_t>(most) * sizeof(float);
}

}  // namespace

void add_conv(Kernels& kernels) {
  kernels.conv_pack = pack;
  kernels.conv = apply;
  kernels.conv_scratch = scratch;
}

}  // namespace JK_NAMESPACE
}  // namespace jk
