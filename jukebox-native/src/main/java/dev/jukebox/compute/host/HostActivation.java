package dev.jukebox.compute.host;

import dev.jukebox.compute.ActivationOps;
import dev.jukebox.compute.Tensor;

/** ActivationOps in plain Java. */
final class HostActivation implements ActivationOps {

  @Override
  public void fill(Tensor x, float value) {
    throw new UnsupportedOperationException("fill");
  }

  @Override
  public void scale(Tensor x, float a, boolean add, Tensor y) {
    throw new UnsupportedOperationException("scale");
  }

  @Override
  public void add(Tensor a, Tensor b, Tensor y) {
    throw new UnsupportedOperationException("add");
  }

  @Override
  public void quickGelu(Tensor x, Tensor y) {
    throw new UnsupportedOperationException("quickGelu");
  }

  @Override
  public void quickGeluGradient(Tensor x, Tensor dy, Tensor dx) {
    throw new UnsupportedOperationException("quickGeluGradient");
  }

  @Override
  public void reluGradient(Tensor x, Tensor dy, boolean add, Tensor dx) {
    throw new UnsupportedOperationException("reluGradient");
  }

  @Override
  public void sumRows(Tensor x, Tensor sums) {
    throw new UnsupportedOperationException("sumRows");
  }
}
