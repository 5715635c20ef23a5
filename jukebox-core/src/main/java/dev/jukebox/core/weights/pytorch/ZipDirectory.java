package dev.jukebox.core.weights.pytorch;

import dev.jukebox.core.weights.pickle.PickleFormatException;
import dev.jukebox.core.weights.store.ByteSource;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

/** The central directory of a zip archive of any size: where each entry's bytes begin. */
final class ZipDirectory {
  private static final int LOCAL = 0x04034b50;
  private static final int CENTRAL = 0x02014b50;
  private static final int END = 0x06054b50;
  private static final int END_64 = 0x06064b50;
  private static final int LOCATOR_64 = 0x07064b50;
  private static final int END_LENGTH = 22;
  private static final int MAX_DIRECTORY = 1 << 27;
  private static final long SATURATED = 0xffffffffL;

  private ZipDirectory() {}

  /**
   * One entry.
   *
   * @param name its path in the archive
   * @param method 0 for stored, 8 for deflated
   * @param crc the checksum of its content
   * @param compressed bytes in the archive
   * @param size bytes of its content
   * @param header where its local header begins
   */
  record Entry(String name, int method, int crc, long compressed, long size, long header) {

    /** The entry's bytes as they lie in the archive. */
    ByteSource stored(ByteSource file) {
      if (header < 0 || header > file.byteSize() - 30) {
        throw damaged();
      }
      ByteBuffer local = file.view(header, 30);
      long data =
          header
              + 30
              + Short.toUnsignedInt(local.getShort(26))
              + Short.toUnsignedInt(local.getShort(28));
      if (local.getInt(0) != LOCAL || compressed < 0 || compressed > file.byteSize() - data) {
        throw damaged();
      }
      return file.part(data, compressed);
    }
  }

  /** The entries by name, in the directory's order. */
  static Map<String, Entry> read(ByteSource file) {
    ByteBuffer directory = locate(file);
    Map<String, Entry> entries = new LinkedHashMap<>();
    while (directory.remaining() >= 46 && directory.getInt(directory.position()) == CENTRAL) {
      Entry entry = next(directory);
      if (entries.put(entry.name(), entry) != null) {
        throw new PickleFormatException("is damaged (it has " + entry.name() + " twice)");
      }
    }
    if (directory.hasRemaining()) {
      throw damaged();
    }
    return entries;
  }

  private static ByteBuffer locate(ByteSource file) {
    int tailLength = (int) Math.min(file.byteSize(), END_LENGTH + 0xffff);
    long tailStart = file.byteSize() - tailLength;
    ByteBuffer tail = file.view(tailStart, tailLength);
    int end = tailLength - END_LENGTH;
    while (end >= 0 && tail.getInt(end) != END) {
      end--;
    }
    if (end < 0) {
      throw new PickleFormatException(
          "is incomplete: its zip directory is missing; download or copy it again");
    }
    long size = Integer.toUnsignedLong(tail.getInt(end + 12));
    long start = Integer.toUnsignedLong(tail.getInt(end + 16));
    if (end >= 20 && tail.getInt(end - 20) == LOCATOR_64) {
      long end64 = tail.getLong(end - 12);
      if (end64 < 0 || end64 > file.byteSize() - 56) {
        throw damaged();
      }
      ByteBuffer wide = file.view(end64, 56);
      if (wide.getInt(0) != END_64) {
        throw damaged();
      }
      size = wide.getLong(40);
      start = wide.getLong(48);
    }
    if (start < 0 || size < 0 || size > file.byteSize() - start || size > MAX_DIRECTORY) {
      throw damaged();
    }
    return file.view(start, (int) size);
  }

  private static Entry next(ByteBuffer in) {
    int at = in.position();
    int nameLength = Short.toUnsignedInt(in.getShort(at + 28));
    int extraLength = Short.toUnsignedInt(in.getShort(at + 30));
    int commentLength = Short.toUnsignedInt(in.getShort(at + 32));
    long length = 46L + nameLength + extraLength + commentLength;
    if (length > in.remaining() || (in.getShort(at + 8) & 1) != 0) {
      throw damaged();
    }
    byte[] name = new byte[nameLength];
    in.get(at + 46, name);
    long size = Integer.toUnsignedLong(in.getInt(at + 24));
    long compressed = Integer.toUnsignedLong(in.getInt(at + 20));
    long header = Integer.toUnsignedLong(in.getInt(at + 42));
    ByteBuffer wide = zip64(in.slice(at + 46 + nameLength, extraLength).order(in.order()));
    size = size == SATURATED ? wideField(wide) : size;
    compressed = compressed == SATURATED ? wideField(wide) : compressed;
    header = header == SATURATED ? wideField(wide) : header;
    in.position(at + (int) length);
    return new Entry(
        new String(name, StandardCharsets.UTF_8),
        Short.toUnsignedInt(in.getShort(at + 10)),
        in.getInt(at + 16),
        compressed,
        size,
        header);
  }

  /** The content of the extra field for 64-bit numbers; empty if there is none. */
  private static ByteBuffer zip64(ByteBuffer extra) {
    while (extra.remaining() >= 4) {
      int id = Short.toUnsignedInt(extra.getShort());
      int length = Short.toUnsignedInt(extra.getShort());
      if (length > extra.remaining()) {
        break;
      }
      if (id == 1) {
        return extra.slice(extra.position(), length).order(extra.order());
      }
      extra.position(extra.position() + length);
    }
    return ByteBuffer.allocate(0);
  }

  private static long wideField(ByteBuffer wide) {
    if (wide.remaining() < Long.BYTES) {
      throw damaged();
    }
    return wide.getLong();
  }

  static PickleFormatException damaged() {
    return new PickleFormatException("is damaged (its zip directory makes no sense)");
  }
}
