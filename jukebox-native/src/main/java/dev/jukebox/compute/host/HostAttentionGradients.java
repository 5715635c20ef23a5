package dev.jukebox.compute.host;

import dev.jukebox.compute.AttentionGradients;
import dev.jukebox.compute.AttentionSpec;
import dev.jukebox.compute.Tensor;

/** AttentionGradients in plain Java. */
final class HostAttentionGradients implements AttentionGradients {

  @Override
  public void attend(AttentionSpec spec, Tensor qkv, Tensor out) {
    throw new UnsupportedOperationException("attend");
  }

  @Override
  public void attendGradient(AttentionSpec spec, Tensor qkv, Tensor out, Tensor dOut, Tensor dQkv) {
    throw new UnsupportedOperationException("attendGradient");
  }

  @Override
  public void attendEncoder(AttentionSpec spec, Tensor queries, Tensor kv, Tensor out) {
    throw new UnsupportedOperationException("attendEncoder");
  }

  @Override
  public void attendEncoderGradient(
      AttentionSpec spec,
      Tensor queries,
      Tensor kv,
      Tensor out,
      Tensor dOut,
      Tensor dQueries,
      Tensor dKv) {
    throw new UnsupportedOperationException("attendEncoderGradient");
  }
}
