package dev.jukebox.core.weights.pickle;

import dev.jukebox.core.weights.store.ByteSource;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/** The bytes of a pickle; every length is compared with what is left before it is believed. */
final class PickleInput {
  private static final int MAX_LINE = 1 << 16;

  private final ByteBuffer bytes;
  private final boolean cut;

  /** Reads at most {@code limit} bytes from {@code start}. */
  PickleInput(ByteSource source, long start, int limit) {
    long available = source.byteSize() - start;
    this.cut = available > limit;
    this.bytes =
        source.view(start, (int) Math.min(available, limit)).order(ByteOrder.LITTLE_ENDIAN);
  }

  int position() {
    return bytes.position();
  }

  int u8() {
    return Byte.toUnsignedInt(need(1).get());
  }

  int u16() {
    return Short.toUnsignedInt(need(2).getShort());
  }

  int i32() {
    return need(4).getInt();
  }

  long u32() {
    return Integer.toUnsignedLong(need(4).getInt());
  }

  long i64() {
    return need(8).getLong();
  }

  /** The only big-endian number of the format. */
  double f64() {
    return Double.longBitsToDouble(Long.reverseBytes(i64()));
  }

  byte[] bytes(long length) {
    need(length);
    byte[] copy = new byte[(int) length];
    bytes.get(copy);
    return copy;
  }

  String text(long length) {
    return new String(bytes(length), StandardCharsets.UTF_8);
  }

  /** Characters below 256 up to a newline, which is consumed. */
  String line() {
    int start = bytes.position();
    while (need(1).get() != '\n') {
      if (bytes.position() - start > MAX_LINE) {
        throw new PickleFormatException("is damaged (a line without an end)");
      }
    }
    byte[] line = new byte[bytes.position() - 1 - start];
    bytes.get(start, line);
    return new String(line, StandardCharsets.ISO_8859_1);
  }

  private ByteBuffer need(long count) {
    if (count < 0 || count > bytes.remaining()) {
      throw new PickleFormatException(
          cut && count >= 0
              ? "has an object description larger than we read"
              : "is damaged or incomplete (its object description ends too early)");
    }
    return bytes;
  }
}
