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

// Columns [r, r + n) of the wide side under every tap, [tap][channel], as a strip.
struct Taps {
  const ConvShape& shape;
  const Sides& sides;

  void operator()(int64_t k0, int64_t depth, int64_t r, int64_t n, float* to) const {
    int64_t channels = sides.wide_channels;
    for (int64_t done = 0; done < n;) {
      int64_t tap = (r + done) / channels;
      int64_t channel = (r + done) % channels;
      int64_t some = channels - channel < n - done ? channels - channel : n - done;
      int64_t item = k0 / sides.narrow_time;
      int64_t t = k0 % sides.narrow_time;
      for (int64_t i = 0; i < depth; i++) {
        float* place = to + i * MR + done;
        int64_t time = t * shape.stride - shape.padding + tap * shape.dilation;
        if (time < 0 || time >= sides.wide_time) {
          for (int64_t j = 0; j < some; j++) place[j] = 0.0f;
        } else {
          copy_row(place, sides.wide + (item * sides.wide_time + time) * channels + channel, some,
                   sides.wide_relu);
        }
        if (++t == sides.narrow_time) {
          t = 0;
          item++;
        }
      }
      done += some;
    }
  }
};

ProductPlan plan_of(const ConvGradientCall& call, int threads) {
  Sides sides(call);
  return ProductPlan(sides.wide_channels * call.shape.kernel, sides.narrow_channels,
                     call.batch * sides.narrow_time, threads);
}

int64_t weight_size(const ConvGradientCall& call) {
  return call.shape.in * call.shape.out * call.shape.kernel;
}

int64_t shared(const ConvGradientCall& call, int threads) {
  return weight_size(call) + L + plan_of(call, threads).shared_floats();
}

size_t scratch(const ConvGradientCall& call, int threads) {
  return plan_of(call, threads).scratch_bytes();
}

void conv_gradient(const ConvGradientCall& call, const Workers& workers) {
  ProductPlan plan = plan_of(call, workers.threads());
  if (plan.k == 0) return;
  Sides sides(call);
  float* sums = call.shared;
  product(plan, StripsLeft<Taps>{{call.shape, sides}},
          [&](int64_t k0, int64_t depth, int64_t panel, float* to) {
    copy_panel(sides.narrow, sides.narrow_channels, k0, depth, panel, to);
    if (!sides.narrow_relu) return;
    for (int64_t i = 0; i < depth * NR; i += W) store(to + i, relu(load(to + i)));
  }, {sums, false, nullptr}, sums + (weight_size(call) + L) / L * L, workers);

  // From [tap, wide, narrow] to [narrow, wide, tap].
  int64_t kernel = call.shape.kernel;
  int64_t wide = sides.wide_channels;
  int64_t narrow = sides.narrow_channels;
  parallel(*workers.pool, narrow, weight_size(call) > 65536, [&](int64_t o, int) {
    float* to = call.d_weight + o * wide * kernel;
    for (int64_t tap = 0; tap < kernel; tap++) {
      const float* from = sums + tap * wide * narrow + o;
      for (int64_t i = 0; i < wide; i++) to[i * kernel + tap] += call.scale * from[i * narrow];
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
