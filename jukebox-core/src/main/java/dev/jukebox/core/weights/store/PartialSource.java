package dev.jukebox.core.weights.store;

import java.nio.ByteBuffer;

/** A part of another source. */
record PartialSource(ByteSource whole, long first, long byteSize) implements ByteSource {

  PartialSource {
    Ranges.check(first, byteSize, whole.byteSize());
  }

  @Override
  public String description() {
    return whole.description();
  }

  @Override
  public ByteBuffer view(long start, int length) {
    Ranges.check(start, length, byteSize);
    return whole.view(first + start, length);
  }

  @Override
  public ByteSource part(long start, long length) {
    Ranges.check(start, length, byteSize);
    return new PartialSource(whole, first + start, length);
  }
}
