// The gradient of a convolution's weight as one product: positions of the short side are the sum,
// the long side's values under every tap are one factor, the short side's the other. A transposed
// convolution differs in which side is the input.
#include "product.h"
#include "tier.h"

namespace jk {
namespace JK_NAMESPACE {
namespace {

// The input that tap 0 of short position t meets is t·stride - padding.
struct Sides {
  const float* wide;
  int64_t wide_time, wide_channels;
  bool wide_relu;
  const float* narrow;
  int64_t narrow_time, narrow_channels;
  bool narrow_relu;

  explicit Sides(const ConvGradientCall& call) {
    const ConvShape& s = call.shape;
    if (s.transposed) {
      *this = {call.dy, call.time_out, s.out, false, call.x, call.time_in, s.in, call.relu};
    } else {
      *this = {call.x, call.time_in, s.in, call.relu, call.dy, call.time_out, s.out, false};
    }
  }

 private:
  Sides(const float* w, int64_t wt, int64_t wc, bool wr, const float* n, int64_t nt, int64_t nc,
        bool nr)
      : wide(w), wide_time(wt), wide_channels(wc), wide_relu(wr), narrow(n), narrow_time(nt),
        narrow_channels(nc), narrow_relu(nr) {}
};

JK_INLINE vf relu(vf x) {
  // A NaN stays one: max gives its second operand.
  return max(set1(0.0f), x);
}

JK_INLINE void copy_row(float* to, const float* from, int64_t n, bool positive) {
  int64_t i = 0;
  for (; i + W <= n; i += W) store(to + i, positive ? relu(load(from + i)) : load(from + i));
  if (i < n) {
    int rest = static_cast<int>(n - i);
    vf v = load(from + i, rest);
    store(to + i, positive ? relu(v) : v, rest);
  }
}

// One row of the wide side, `count` values from `channel` on; zeros outside.
JK_INLINE void copy_wide(const Sides& sides, int64_t item, int64_t time, int64_t channel,
                         int64_t count, float* to) {
  if (time < 0 || time >= sides.wide_time) {
    memset(to, 0, static_cast<size_t>(count) * sizeof(float));
  } else {
    int64_t row = item * sides.wide_time + time;
    copy_row(to, sides.wide + row * sides.wide_channels + channel, count, sides.wide_relu);
  }
}

// Columns of the wide side under every tap, [tap][channel].
struct Taps {
  const ConvShape& shape;
  const Sides& sides;

  void operator()(int64_t k0, int64_t depth, int64_t r0, int64_t rows, float* to,
                  int64_t lda) const {
    int64_t channels = sides.wide_channels;
    for (int64_t done = 0; done < rows;) {
      int64_t tap = (r0 + done) / channels;
      int64_t channel = (r0 + done) % channels;
      int64_t some = channels - channel < rows - done ? channels - channel : rows - done;
      int64_t item = k0 / sides.narrow_time;
      int64_t t = k0 % sides.narrow_time;
      for (int64_t i = 0; i < depth; i++) {
        int64_t time = t * shape.stride - shape.padding + tap * shape.dilation;
        copy_wide(sides, item, time, channel, some, to + i * lda + done);
        if (++t == sides.narrow_time) {
          t = 0;
          item++;
        }
      }
      done += some;
    }
  }
};

void copy_narrow(const Sides& sides, int64_t k0, int64_t depth, int64_t panel, float* to) {
  copy_panel(sides.narrow, sides.narrow_channels, k0, depth, panel, to);
  if (!sides.narrow_relu) return;
  for (int64_t i = 0; i < depth * NR; i += W) store(to + i, relu(load(to + i)));
}

// The wide side where the product is cut into parts: the rows under a slice are copied once, and
// read by all taps where they are.
struct Window {
  const ConvShape& shape;
  const Sides& sides;

  // Taps follow one another in memory unless they are dilated; then no strip crosses from one to
  // the next.
  bool flat() const { return shape.dilation == 1; }
  int64_t per_tap() const { return strips_of(sides.wide_channels); }
  int64_t strips() const {
    return flat() ? strips_of(shape.kernel * sides.wide_channels) : shape.kernel * per_tap();
  }
  Strip strip(int64_t index) const {
    if (flat()) return strip_at(index, shape.kernel * sides.wide_channels);
    int64_t channel = index % per_tap() * sides.wide_channels / per_tap();
    int64_t behind = (index % per_tap() + 1) * sides.wide_channels / per_tap();
    return {index / per_tap() * sides.wide_channels + channel, static_cast<int>(behind - channel)};
  }
  int64_t times(int64_t depth) const {
    return (depth - 1) * shape.stride + (shape.kernel - 1) * shape.dilation + 1;
  }
  int64_t floats() const { return times(KC) * sides.wide_channels + L; }

  void copy(int64_t item, int64_t t, int64_t depth, float* to) const {
    int64_t time = t * shape.stride - shape.padding;
    for (int64_t i = 0; i < times(depth); i++) {
      copy_wide(sides, item, time + i, 0, sides.wide_channels, to + i * sides.wide_channels);
    }
  }
  const float* at(const float* copied, int64_t row) const {
    return copied + row / sides.wide_channels * shape.dilation * sides.wide_channels +
           row % sides.wide_channels;
  }
};

ProductPlan plan_of(const ConvGradientCall& call, int threads) {
  Sides sides(call);
  return ProductPlan(sides.wide_channels * call.shape.kernel, sides.narrow_channels,
                     call.batch * sides.narrow_time, threads);
}

// Few narrow channels fill no register tile as columns; as rows they do.
bool turned(const Sides& sides) { return sides.narrow_channels < 8 && sides.wide_channels >= 8; }

ProductPlan turned_plan(const ConvGradientCall& call, int threads) {
  Sides sides(call);
  return ProductPlan(sides.narrow_channels, sides.wide_channels * call.shape.kernel,
                     call.batch * sides.narrow_time, threads);
}

int64_t weight_size(const ConvGradientCall& call) {
  return (call.shape.in * call.shape.out * call.shape.kernel + L) / L * L;
}

int64_t shared(const ConvGradientCall& call, int threads) {
  Sides sides(call);
  if (turned(sides)) return weight_size(call) + turned_plan(call, threads).shared_floats();
  ProductPlan plan = plan_of(call, threads);
  int64_t windows = Window{call.shape, sides}.strips() * MR * plan.count * NR * plan.parts;
  int64_t product = plan.shared_floats();
  return weight_size(call) + (plan.cut() && windows > product ? windows : product);
}

size_t scratch(const ConvGradientCall& call, int threads) {
  Sides sides(call);
  if (turned(sides)) return turned_plan(call, threads).scratch_bytes();
  ProductPlan plan = plan_of(call, threads);
  if (!plan.cut()) return plan.scratch_bytes();
  int64_t floats = Window{call.shape, sides}.floats() + KC * NR + L;
  return static_cast<size_t>(floats) * sizeof(float);
}

void product_of_windows(const ProductPlan& plan, const Window& window, const Result& result,
                        float* partial, const Workers& workers) {
  const Sides& sides = window.sides;
  int64_t strips = window.strips();
  int64_t lda = window.shape.stride * sides.wide_channels;
  parallel(*workers.pool, plan.parts, true, [&](int64_t number, int thread) {
    float* sums = partial + number * strips * MR * plan.count * NR;
    float* a = workers.floats(thread);
    float* b = a + window.floats();
    int64_t begin = number * plan.part;
    int64_t end = begin + plan.part < plan.k ? begin + plan.part : plan.k;
    int64_t depth;
    for (int64_t k0 = begin; k0 < end; k0 += depth) {
      int64_t t = k0 % sides.narrow_time;
      depth = end - k0 < KC ? end - k0 : KC;
      if (sides.narrow_time - t < depth) depth = sides.narrow_time - t;
      window.copy(k0 / sides.narrow_time, t, depth, a);
      for (int64_t p = 0; p < plan.count; p++) {
        copy_narrow(sides, k0, depth, p, b);
        bool wide = columns_of(p, plan.n) > W;
        for (int64_t s = 0; s < strips; s++) {
          Strip some = window.strip(s);
          auto kernel = wide ? micro_deep_for<2>(some.rows) : micro_deep_for<1>(some.rows);
          float* tile = sums + (p * strips + s) * MR * NR;
          kernel(window.at(a, some.row), lda, b, depth, tile, k0 > begin);
        }
      }
    }
  });
  add_parts(plan, strips, [&](int64_t s) { return window.strip(s); }, result, partial, workers);
}

// The sums [tap, wide, narrow], or [narrow, tap, wide] where they are turned.
void sum_positions(const ConvGradientCall& call, const Sides& sides, float* sums,
                   const Workers& workers) {
  float* rest = sums + weight_size(call);
  Result result = {sums, false, nullptr};
  auto narrow = [&](int64_t k0, int64_t depth, int64_t panel, float* to) {
    copy_narrow(sides, k0, depth, panel, to);
  };
  Taps taps = {call.shape, sides};
  if (turned(sides)) {
    ProductPlan plan = turned_plan(call, workers.threads());
    auto columns = [&](int64_t k0, int64_t depth, int64_t r0, int64_t rows, float* to,
                       int64_t lda) {
      for (int64_t i = 0; i < depth; i++) {
        copy_row(to + i * lda, sides.narrow + (k0 + i) * sides.narrow_channels + r0, rows,
                 sides.narrow_relu);
      }
    };
    product(plan, ColumnsLeft<decltype(columns)>{columns},
            [&](int64_t k0, int64_t depth, int64_t panel, float* to) {
      int64_t some = columns_of(panel, plan.n);
      taps(k0, depth, panel * NR, some, to, NR);
      if (some == NR) return;
      for (int64_t i = 0; i < depth; i++) {
        for (int64_t j = some; j < NR; j++) to[i * NR + j] = 0.0f;
      }
    }, result, rest, workers);
    return;
  }
  ProductPlan plan = plan_of(call, workers.threads());
  if (plan.cut()) {
    product_of_windows(plan, {call.shape, sides}, result, rest, workers);
  } else {
    product(plan, ColumnsLeft<Taps>{taps}, narrow, result, rest, workers);
  }
}

void conv_gradient(const ConvGradientCall& call, const Workers& workers) {
  Sides sides(call);
  if (call.batch * sides.narrow_time == 0) return;
  float* sums = call.shared;
  sum_positions(call, sides, sums, workers);

  // To [narrow, wide, tap].
  int64_t kernel = call.shape.kernel;
  int64_t wide = sides.wide_channels;
  int64_t narrow = sides.narrow_channels;
  int64_t apart = turned(sides) ? 1 : narrow;
  parallel(*workers.pool, narrow, narrow * wide * kernel > 65536, [&](int64_t o, int) {
    float* to = call.d_weight + o * wide * kernel;
    const float* from = sums + (turned(sides) ? o * wide * kernel : o);
    for (int64_t tap = 0; tap < kernel; tap++) {
      for (int64_t i = 0; i < wide; i++) {
        to[i * kernel + tap] += call.scale * from[(tap * wide + i) * apart];
      }
    }
  });
}

}  // namespace

void add_conv_gradient(Kernels& kernels) {
  kernels.conv_gradient = conv_gradient;
  kernels.conv_gradient_shared = shared;
  kernels.conv_gradient_scratch = scratch;
}

}  // namespace JK_NAMESPACE
}  // namespace jk
