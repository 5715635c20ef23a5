package dev.jukebox.compute.cpp;

import static dev.jukebox.compute.host.HostTensors.address;

import dev.jukebox.compute.ElementwiseOps;
import dev.jukebox.compute.Position;
import dev.jukebox.compute.Tensor;
import dev.jukebox.compute.check.ElementwiseCheck;
import dev.jukebox.compute.host.HostTensors;
import java.nio.IntBuffer;

/** Additions and copies. */
final class CppElementwise implements ElementwiseOps {
  private final CppEngine engine;

  CppElementwise(CppEngine engine) {
    this.engine = engine;
  }

  @Override
  public void addSlice(Tensor x, Tensor table, Position position, Tensor y) {
    long start = HostTensors.value(position);
    ElementwiseCheck.addSlice(x, table, start, y);
    long batch = x.shape().dim(0);
    long count = x.shape().dim(1);
    long width = x.shape().dim(2);
    long length = table.shape().dim(1);
    int status =
        NativeApi.addSlice(
            engine.handle(),
            address(x),
            address(table),
            table.shape().dim(0) == 1 ? 0 : length * width,
            length == 1 ? 0 : width,
            start,
            batch,
            count,
            width,
            address(y));
    CppEngine.check(status, "add slice", x, table, y);
  }

  @Override
  public void interpolate(Tensor a, Tensor b, float weight, Tensor y) {
    ElementwiseCheck.interpolate(a, b, y);
    int status =
        NativeApi.interpolate(
            engine.handle(), address(a), address(b), weight, a.size(), address(y));
    CppEngine.check(status, "interpolate", a, b, y);
  }

  @Override
  public void copyPositions(
      Tensor source, long sourceStart, Tensor target, Position position, long count) {
    long targetStart = HostTensors.value(position);
    ElementwiseCheck.copyPositions(source, sourceStart, target, targetStart, count);
    long batch = source.shape().dim(0);
    long sourceLength = source.shape().dim(1);
    long targetLength = target.shape().dim(1);
    long rowBytes = ElementwiseCheck.rowBytes(source);
    int status =
        NativeApi.copyStrided(
            engine.handle(),
            address(source) + sourceStart * rowBytes,
            sourceLength * rowBytes,
            address(target) + targetStart * rowBytes,
            targetLength * rowBytes,
            batch,
            count * rowBytes);
    CppEngine.check(status, "copy positions", source, target);
  }

  @Override
  public void increment(Tensor counter) {
    ElementwiseCheck.counter("increment", counter);
    IntBuffer value = HostTensors.ints(counter);
    value.put(0, value.get(0) + 1);
  }
}
