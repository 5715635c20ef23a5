package dev.jukebox.compute.host;

import dev.jukebox.compute.ElementwiseOps;
import dev.jukebox.compute.Position;
import dev.jukebox.compute.Tensor;
import dev.jukebox.compute.check.ElementwiseCheck;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.nio.IntBuffer;

/** Element operations and copies in plain Java. */
final class HostElementwise implements ElementwiseOps {

  @Override
  public void addSlice(Tensor x, Tensor table, Position position, Tensor y) {
    long start = HostTensors.value(position);
    ElementwiseCheck.addSlice(x, table, start, y);
    int batch = Math.toIntExact(x.shape().dim(0));
    int count = Math.toIntExact(x.shape().dim(1));
    int width = x.shape().rowLength();
    int length = Math.toIntExact(table.shape().dim(1));
    FloatBuffer a = HostTensors.floats(x);
    FloatBuffer b = HostTensors.floats(table);
    FloatBuffer out = HostTensors.floats(y);
    for (int n = 0; n < batch; n++) {
      int item = table.shape().dim(0) == 1 ? 0 : n;
      for (int i = 0; i < count; i++) {
        int row = length == 1 ? 0 : Math.toIntExact(start) + i;
        int from = (item * length + row) * width;
        int to = (n * count + i) * width;
        for (int c = 0; c < width; c++) {
          out.put(to + c, a.get(to + c) + b.get(from + c));
        }
      }
    }
  }

  @Override
  public void interpolate(Tensor a, Tensor b, float weight, Tensor y) {
    ElementwiseCheck.interpolate(a, b, y);
    FloatBuffer first = HostTensors.floats(a);
    FloatBuffer second = HostTensors.floats(b);
    FloatBuffer out = HostTensors.floats(y);
    for (int i = 0; i < out.limit(); i++) {
      out.put(i, first.get(i) + weight * (second.get(i) - first.get(i)));
    }
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

  @Override
  public void increment(Tensor counter) {
    ElementwiseCheck.counter("increment", counter);
    IntBuffer value = HostTensors.ints(counter);
    value.put(0, value.get(0) + 1);
  }
}
