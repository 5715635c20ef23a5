package dev.jukebox.compute.host;

import dev.jukebox.compute.ElementwiseOps;
import dev.jukebox.compute.Tensor;
import dev.jukebox.error.ComputeException;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;

/** Element operations and copies in plain Java. */
final class HostElementwise implements ElementwiseOps {

  @Override
  public void addSlice(Tensor x, Tensor table, long start, Tensor y) {
    int batch = Math.toIntExact(x.shape().dim(0));
    int count = Math.toIntExact(x.shape().dim(1));
    int width = x.shape().rowLength();
    int length = Math.toIntExact(table.shape().dim(1));
    HostTensors.require(
        table.shape().rank() == 3
            && table.shape().dim(2) == width
            && (table.shape().dim(0) == batch || table.shape().dim(0) == 1)
            && (length == 1 || start + count <= length),
        "add slice",
        "table",
        table,
        "[" + batch + " or 1, at least " + (start + count) + " or 1, " + width + "]");
    HostTensors.requireRows("add slice", "y", y, (long) batch * count, width);
    FloatBuffer a = HostTensors.floats(x);
    FloatBuffer b = HostTensors.floats(table);
    FloatBuffer out = HostTensors.floats(y);
    for (int n = 0; n < batch; n++) {
      int item = table.shape().dim(0) == 1 ? 0 : n;
      for (int i = 0; i < count; i++) {
        int position = length == 1 ? 0 : Math.toIntExact(start) + i;
        int from = (item * length + position) * width;
        int to = (n * count + i) * width;
        for (int c = 0; c < width; c++) {
          out.put(to + c, a.get(to + c) + b.get(from + c));
        }
      }
    }
  }

  @Override
  public void interpolate(Tensor a, Tensor b, float weight, Tensor y) {
    HostTensors.requireShape("interpolate", "b", b, a.dtype(), a.shape().toArray());
    HostTensors.requireShape("interpolate", "y", y, a.dtype(), a.shape().toArray());
    FloatBuffer first = HostTensors.floats(a);
    FloatBuffer second = HostTensors.floats(b);
    FloatBuffer out = HostTensors.floats(y);
    for (int i = 0; i < out.limit(); i++) {
      out.put(i, first.get(i) + weight * (second.get(i) - first.get(i)));
    }
  }

  @Override
  public void copyPositions(
      Tensor source, long sourceStart, Tensor target, long targetStart, long count) {
    long batch = source.shape().dim(0);
    long sourceLength = source.shape().dim(1);
    long targetLength = target.shape().dim(1);
    long rowBytes = sourceLength == 0 ? 0 : source.byteSize() / batch / sourceLength;
    long targetRowBytes = targetLength == 0 ? 0 : target.byteSize() / batch / targetLength;
    if (target.shape().dim(0) != batch
        || target.dtype() != source.dtype()
        || rowBytes != targetRowBytes
        || sourceStart + count > sourceLength
        || targetStart + count > targetLength) {
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
    ByteBuffer from = HostTensors.bytes(source);
    ByteBuffer to = HostTensors.bytes(target);
    for (long n = 0; n < batch; n++) {
      to.put(
          Math.toIntExact((n * targetLength + targetStart) * rowBytes),
          from,
          Math.toIntExact((n * sourceLength + sourceStart) * rowBytes),
          Math.toIntExact(count * rowBytes));
    }
  }
}
