package dev.jukebox.compute.cpp;

import static dev.jukebox.compute.host.HostTensors.address;

import dev.jukebox.compute.ActivationOps;
import dev.jukebox.compute.Tensor;
import dev.jukebox.compute.check.ActivationCheck;

/** Single-element functions and sums over rows. */
final class CppActivation implements ActivationOps {
  private final CppEngine engine;

  CppActivation(CppEngine engine) {
    this.engine = engine;
  }

  @Override
  public void fill(Tensor x, float value) {
    ActivationCheck.sameSize("fill", x);
    int status = TrainingApi.fill(engine.handle(), address(x), value, x.size());
    CppEngine.check(status, "fill", x);
  }

  @Override
  public void scale(Tensor x, float a, boolean add, Tensor y) {
    ActivationCheck.sameSize("scale", x, y);
    int status =
        TrainingApi.scale(engine.handle(), address(x), a, add ? 1 : 0, x.size(), address(y));
    CppEngine.check(status, "scale", x, y);
  }

  @Override
  public void add(Tensor a, Tensor b, Tensor y) {
    ActivationCheck.sameSize("add", a, b, y);
    int status = TrainingApi.add(engine.handle(), address(a), address(b), a.size(), address(y));
    CppEngine.check(status, "add", a, b, y);
  }

  @Override
  public void quickGelu(Tensor x, Tensor y) {
    ActivationCheck.sameSize("quick GELU", x, y);
    int status = TrainingApi.quickGelu(engine.handle(), address(x), x.size(), address(y));
    CppEngine.check(status, "quick GELU", x, y);
  }

  @Override
  public void quickGeluGradient(Tensor x, Tensor dy, Tensor dx) {
    ActivationCheck.sameSize("quick GELU gradient", x, dy, dx);
    int status =
        TrainingApi.quickGeluGradient(
            engine.handle(), address(x), address(dy), x.size(), address(dx));
    CppEngine.check(status, "quick GELU gradient", x, dy, dx);
  }

  @Override
  public void reluGradient(Tensor x, Tensor dy, boolean add, Tensor dx) {
    ActivationCheck.sameSize("ReLU gradient", x, dy, dx);
    int status =
        TrainingApi.reluGradient(
            engine.handle(), address(x), address(dy), add ? 1 : 0, x.size(), address(dx));
    CppEngine.check(status, "ReLU gradient", x, dy, dx);
  }

  @Override
  public void sumRows(Tensor x, Tensor sums) {
    ActivationCheck.sumRows(x, sums);
    int status =
        TrainingApi.sumRows(
            engine.handle(), address(x), x.shape().rows(), x.shape().rowLength(), address(sums));
    CppEngine.check(status, "sum rows", x, sums);
  }
}
