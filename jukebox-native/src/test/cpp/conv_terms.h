// The plain definition of a convolution, of which results and gradients are sums.
#ifndef JUKEBOX_CONV_TERMS_H
#define JUKEBOX_CONV_TERMS_H

#include <cstdint>

struct ConvTerms {
  int64_t in;
  int64_t out;
  int64_t kernel;
  int64_t stride;
  int64_t padding;
  int64_t dilation;
  bool transposed;
  int64_t time;

  int64_t length() const {
    return transposed ? (time - 1) * stride - 2 * padding + kernel
                      : (time + 2 * padding - dilation * (kernel - 1) - 1) / stride + 1;
  }

  // Calls use(x, w, y) with the places of an input, a weight and the output that their product is
  // part of, for all of so many items.
  template <typename Use>
  void each(int64_t items, const Use& use) const {
    for (int64_t n = 0; n < items; n++) {
      for (int64_t t = 0; t < time; t++) {
        for (int64_t k = 0; k < kernel; k++) {
          int64_t back = t + padding - k * dilation;
          if (!transposed && (back < 0 || back % stride != 0)) continue;
          int64_t o = transposed ? t * stride + k - padding : back / stride;
          if (o < 0 || o >= length()) continue;
          for (int64_t c = 0; c < in; c++) {
            for (int64_t j = 0; j < out; j++) {
              use((n * time + t) * in + c,
                  transposed ? (c * out + j) * kernel + k : (j * in + c) * kernel + k,
                  (n * length() + o) * out + j);
            }
          }
        }
      }
    }
  }
};

#endif
