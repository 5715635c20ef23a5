package dev.jukebox.compute.cuda;

import static dev.jukebox.compute.cuda.CudaMemory.address;
import static dev.jukebox.compute.cuda.CudaMemory.counter;

import dev.jukebox.compute.ElementwiseOps;
import dev.jukebox.compute.Position;
import dev.jukebox.compute.Tensor;
import dev.jukebox.compute.check.ElementwiseCheck;

/** Additions and copies. */
final class CudaElementwise implements ElementwiseOps {
  private final CudaContext context;

  CudaElementwise(CudaContext context) {
    this.context = context;
  }

  @Override
  public void addSlice(Tensor x, Tensor table, Position start, Tensor y) {
    ElementwiseCheck.addSlice(x, table, start.offset(), y);
    long length = table.shape().dim(1);
    long width = table.shape().dim(2);
    int status =
        CudaApi.addSlice(
            context.handle(),
            address(x),
            address(table),
            table.shape().dim(0) == 1 ? 0 : length * width,
            length == 1 ? 0 : width,
            length == 1 ? Long.MAX_VALUE : length,
            start.offset(),
            counter(start),
            x.shape().dim(0),
            x.shape().dim(1),
            width,
            address(y));
    context.check(status, "add slice", x, table, y);
  }

  @Override
  public void interpolate(Tensor a, Tensor b, float weight, Tensor y) {
    ElementwiseCheck.interpolate(a, b, y);
    int status =
        CudaApi.interpolate(context.handle(), address(a), address(b), weight, a.size(), address(y));
    context.check(status, "interpolate", a, b, y);
  }

  @Override
  public void copyPositions(
      Tensor source, long sourceStart, Tensor target, Position targetStart, long count) {
    ElementwiseCheck.copyPositions(source, sourceStart, target, targetStart.offset(), count);
    int status =
        CudaApi.copyPositions(
            context.handle(),
            address(source),
            source.shape().dim(1),
            sourceStart,
            address(target),
            target.shape().dim(1),
            targetStart.offset(),
            counter(targetStart),
            source.shape().dim(0),
            count,
            ElementwiseCheck.rowBytes(source) / Float.BYTES);
    context.check(status, "copy positions", source, target);
  }

  @Override
  public void increment(Tensor counter) {
    ElementwiseCheck.counter("increment", counter);
    context.check(CudaApi.increment(context.handle(), address(counter)), "increment");
  }
}
