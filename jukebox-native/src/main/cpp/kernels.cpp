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
  add_attention_gradient(table);
  add_norm_gradient(table);
  add_loss(table);
  add_spectral(table);
  add_embedding_gradient(table);
  add_matmul(table);
  add_conv_gradient(table);
  add_activation(table);
  add_optimizer(table);
  return table;
}

}  // namespace JK_NAMESPACE
}  // namespace jk
