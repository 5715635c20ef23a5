package dev.jukebox.compute.cpp;

import static dev.jukebox.compute.host.HostTensors.address;

import dev.jukebox.compute.DType;
import dev.jukebox.compute.ElementwiseOps;
import dev.jukebox.compute.Tensor;
import dev.jukebox.compute.host.HostTensors;
import dev.jukebox.error.ComputeException;

/** Additions and copies. */
final class CppElementwise implements ElementwiseOps {
  private final CppEngine engine;

  CppElementwise(CppEngine engine) {
    this.engine = engine;
  }

  @Override
  public void addSlice(Tensor x, Tensor table, long start, Tensor y) {
    HostTensors.require(
        x.shape().rank() == 3 && x.dtype() == DType.F32,
        "add slice",
        "x",
        x,
        "F32 [batch, count, width]");
    long batch = x.shape().dim(0);
    long count = x.shape().dim(1);
    long width = x.shape().dim(2);
    HostTensors.require(
        table.shape().rank() == 3
            && table.dtype() == DType.F32
            && table.shape().dim(2) == width
            && (table.shape().dim(0) == batch || table.shape().dim(0) == 1)
            && start >= 0
            && (table.shape().dim(1) == 1 || start <= table.shape().dim(1) - count),
        "add slice",
        "table",
        table,
        "F32 [" + batch + " or 1, at least " + (start + count) + " or 1, " + width + "]");
    HostTensors.requireRows("add slice", "y", y, batch * count, width);
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
    HostTensors.require(a.dtype() == DType.F32, "interpolate", "a", a, "elements F32");
    HostTensors.requireShape("interpolate", "b", b, DType.F32, a.shape().toArray());
    HostTensors.requireShape("interpolate", "y", y, DType.F32, a.shape().toArray());
    int status =
        NativeApi.interpolate(
            engine.handle(), address(a), address(b), weight, a.size(), address(y));
    CppEngine.check(status, "interpolate", a, b, y);
  }

  @Override
  public void copyPositions(
      Tensor source, long sourceStart, Tensor target, long targetStart, long count) {
    long batch = source.shape().dim(0);
    long sourceLength = source.shape().dim(1);
    long targetLength = target.shape().dim(1);
    long sourceRow = rowBytes(source);
    if (target.shape().dim(0) != batch
        || target.dtype() != source.dtype()
        || (sourceRow != rowBytes(target) && count > 0)
        || count < 0
        || sourceStart < 0
        || targetStart < 0
        || sourceStart > sourceLength - count
        || targetStart > targetLength - count) {
      throw new ComputeException(
          "copy positions: "
              + count
              + " from "
              + sourceStart
              + " of "
              + source
              + " do not fit at "
              + targetStart
              + " of "
              + target);
    }
    int status =
        NativeApi.copyStrided(
            engine.handle(),
            address(source) + sourceStart * sourceRow,
            sourceLength * sourceRow,
            address(target) + targetStart * sourceRow,
            targetLength * sourceRow,
            batch,
            count * sourceRow);
    CppEngine.check(status, "copy positions", source, target);
  }

  /** Bytes of one position of one item. */
  private static long rowBytes(Tensor tensor) {
    long positions = tensor.shape().dim(0) * tensor.shape().dim(1);
    return positions == 0 ? 0 : tensor.byteSize() / positions;
  }
}
