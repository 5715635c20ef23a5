package dev.jukebox.core.weights.store;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Bytes that can be looked at in pieces, such as a part of a mapped file. */
public interface ByteSource {

  /** The most bytes one view may have: 2^30. */
  int MAX_VIEW = 1 << 30;

  /** Number of bytes. */
  long byteSize();

  /** Where the bytes come from, for messages: a path, or a few words. */
  String description();

  /**
   * A read-only, little-endian view; position 0, limit {@code length}.
   *
   * @param start the first byte
   * @param length at most {@link #MAX_VIEW} bytes, within the source
   */
  ByteBuffer view(long start, int length);

  /** A part of this source, which has to lie within it. */
  default ByteSource part(long start, long length) {
    return new PartialSource(this, start, length);
  }

  /** A source over the remaining bytes of a buffer, which is not copied. */
  static ByteSource of(String description, ByteBuffer bytes) {
    ByteBuffer all = bytes.slice().asReadOnlyBuffer();
    return new ByteSource() {
      @Override
      public long byteSize() {
        return all.capacity();
      }

      @Override
      public String description() {
        return description;
      }

      @Override
      public ByteBuffer view(long start, int length) {
        return all.slice(Math.toIntExact(start), length).order(ByteOrder.LITTLE_ENDIAN);
      }
    };
  }
}
