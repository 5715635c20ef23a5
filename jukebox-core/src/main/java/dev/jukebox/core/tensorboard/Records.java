package dev.jukebox.core.tensorboard;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.zip.CRC32C;

/**
 * The framing of event files: length, its checksum, content, its checksum, all little-endian. A
 * reader that meets a record that was cut off knows it for one.
 */
final class Records {

  private static final int MASK = 0xA282EAD8;

  private Records() {}

  static byte[] frame(byte[] content) {
    ByteBuffer record =
        ByteBuffer.allocate(Long.BYTES + Integer.BYTES + content.length + Integer.BYTES)
            .order(ByteOrder.LITTLE_ENDIAN);
    record.putLong(content.length);
    record.putInt(maskedChecksum(record.array(), 0, Long.BYTES));
    record.put(content);
    record.putInt(maskedChecksum(content, 0, content.length));
    return record.array();
  }

  /** CRC-32C, rotated and moved: checksums of content that holds checksums are poor. */
  static int maskedChecksum(byte[] bytes, int offset, int length) {
    CRC32C checksum = new CRC32C();
    checksum.update(bytes, offset, length);
    return Integer.rotateRight((int) checksum.getValue(), 15) + MASK;
  }
}
