#include "tier.h"

namespace jk {
namespace JK_NAMESPACE {

Kernels kernels() {
  Kernels table = {};
  add_linear(table);
  add_conv(table);
  add_attention(table);
  add_norm(table);
  add_codebook(table);
  add_elementwise(table);
  add_matmul(table);
  add_conv_gradient(table);
  add_activation(table);
  add_optimizer(table);
  return table;
}

}  // namespace JK_NAMESPACE
}  // namespace jk
