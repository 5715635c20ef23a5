package dev.jukebox.compute.host;

import dev.jukebox.compute.DType;
import dev.jukebox.compute.HalfFloats;
import dev.jukebox.compute.Tensor;
import java.nio.ByteBuffer;

/** A moment of Adam as singles, whether it is stored so or as scaled halves. */
final class HostMoments {
  private final ByteBuffer bytes;
  private final boolean halves;
  private float scaleBefore = 1;
  private float scaleAfter = 1;

  private HostMoments(ByteBuffer bytes, boolean halves) {
    this.bytes = bytes;
    this.halves = halves;
  }

  static HostMoments of(Tensor tensor) {
    return new HostMoments(HostTensors.bytes(tensor), tensor.dtype() == DType.F16);
  }

  /** What the stored elements are multiplied by. */
  void scaleBefore(float scale) {
    scaleBefore = scale;
  }

  /** What those that are put will be multiplied by. */
  void scaleAfter(float scale) {
    scaleAfter = scale;
  }

  float get(int i) {
    return halves
        ? HalfFloats.fromHalf(bytes.getShort(i * Short.BYTES)) * scaleBefore
        : bytes.getFloat(i * Float.BYTES);
  }

  void put(int i, float value) {
    if (halves) {
      bytes.putShort(i * Short.BYTES, HalfFloats.toHalf(value / scaleAfter));
    } else {
      bytes.putFloat(i * Float.BYTES, value);
    }
  }
}
