// Each family's file adds its kernels to the table of the tier it is compiled for.
#ifndef JUKEBOX_TIER_H
#define JUKEBOX_TIER_H

#include "calls.h"
#include "simd.h"

namespace jk {
namespace JK_NAMESPACE {

void add_linear(Kernels& kernels);
void add_conv(Kernels& kernels);
void add_attention(Kernels& kernels);
void add_norm(Kernels& kernels);
void add_codebook(Kernels& kernels);
void add_elementwise(Kernels& kernels);
void add_attention_gradient(Kernels& kernels);
void add_norm_gradient(Kernels& kernels);
void add_loss(Kernels& kernels);
void add_spectral(Kernels& kernels);
void add_embedding_gradient(Kernels& kernels);
void add_matmul(Kernels& kernels);
void add_conv_gradient(Kernels& kernels);
void add_activation(Kernels& kernels);
void add_optimizer(Kernels& kernels);

// The table of this tier.
Kernels kernels();

}  // namespace JK_NAMESPACE
}  // namespace jk

#endif
