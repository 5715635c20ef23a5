package dev.jukebox.core.weights.pytorch;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32;

/**
 * Writes stored entries of any size one after the other, each at a multiple of 64 bytes so that it
 * can be mapped, with 64-bit numbers where 32 bits do not hold them.
 */
final class ZipStream {
  private static final int ALIGNMENT = 64;
  private static final int PADDING_FIELD = 0x4246;

  /** Sizes follow the content (bit 3); names are UTF-8 (bit 11). */
  private static final int FLAGS = 0x0808;

  /** The first of January 1980, the earliest date a zip can hold. */
  private static final int DATE = 0x21;

  private static final int SATURATED = 0xffffffff;

  private final OutputStream out;
  private final long wideFrom;
  private final List<Written> directory = new ArrayList<>();
  private long position;

  private record Written(String path, int crc, long size, long header) {}

  /** Writes the content of one entry. */
  @FunctionalInterface
  interface Content {
    void writeTo(OutputStream out) throws IOException;
  }

  /** Numbers from {@code wideFrom} on are written with 64 bits; 2^32 - 1 unless for tests. */
  ZipStream(OutputStream out, long wideFrom) {
    this.out = out;
    this.wideFrom = wideFrom;
  }

  /** Writes an entry whose content has exactly {@code size} bytes. */
  void entry(String path, long size, Content content) throws IOException {
    byte[] name = path.getBytes(StandardCharsets.UTF_8);
    long header = position;
    boolean wide = size >= wideFrom;
    int wideLength = wide ? 20 : 0;
    long unpadded = position + 30 + name.length + wideLength + 4;
    int padding = (int) (-unpadded & (ALIGNMENT - 1));
    ByteBuffer local = buffer(30 + name.length + wideLength + 4 + padding);
    local.putInt(0x04034b50).putShort((short) (wide ? 45 : 20)).putShort((short) FLAGS);
    local.putShort((short) 0).putShort((short) 0).putShort((short) DATE).putInt(0);
    local.putInt(wide ? SATURATED : 0).putInt(wide ? SATURATED : 0);
    local.putShort((short) name.length).putShort((short) (wideLength + 4 + padding)).put(name);
    if (wide) {
      local.putShort((short) 1).putShort((short) 16).putLong(0).putLong(0);
    }
    local.putShort((short) PADDING_FIELD).putShort((short) padding).put(new byte[padding]);
    put(local);
    Counted counted = new Counted(out);
    content.writeTo(counted);
    if (counted.count != size) {
      throw new IllegalStateException(path + " has " + counted.count + " bytes, not " + size);
    }
    position += size;
    int crc = (int) counted.crc.getValue();
    ByteBuffer descriptor = buffer(wide ? 24 : 16).putInt(0x08074b50).putInt(crc);
    if (wide) {
      descriptor.putLong(size).putLong(size);
    } else {
      descriptor.putInt((int) size).putInt((int) size);
    }
    put(descriptor);
    directory.add(new Written(path, crc, size, header));
  }

  /** Writes the directory. */
  void finish() throws IOException {
    long start = position;
    for (Written entry : directory) {
      writeCentral(entry);
    }
    long length = position - start;
    boolean wide = start >= wideFrom || directory.size() >= 0xffff;
    if (wide) {
      long end64 = position;
      ByteBuffer end = buffer(56).putInt(0x06064b50).putLong(44);
      end.putShort((short) 45).putShort((short) 45).putInt(0).putInt(0);
      end.putLong(directory.size()).putLong(directory.size()).putLong(length).putLong(start);
      put(end);
      put(buffer(20).putInt(0x07064b50).putInt(0).putLong(end64).putInt(1));
    }
    short count = wide ? (short) 0xffff : (short) directory.size();
    ByteBuffer end = buffer(22).putInt(0x06054b50).putInt(0).putShort(count).putShort(count);
    end.putInt(wide ? SATURATED : (int) length).putInt(wide ? SATURATED : (int) start);
    put(end.putShort((short) 0));
  }

  private void writeCentral(Written entry) throws IOException {
    byte[] name = entry.path().getBytes(StandardCharsets.UTF_8);
    boolean wide = entry.size() >= wideFrom || entry.header() >= wideFrom;
    int extra = wide ? 28 : 0;
    short version = (short) (wide ? 45 : 20);
    ByteBuffer central = buffer(46 + name.length + extra);
    central.putInt(0x02014b50).putShort(version).putShort(version).putShort((short) FLAGS);
    central.putShort((short) 0).putShort((short) 0).putShort((short) DATE).putInt(entry.crc());
    int size = wide ? SATURATED : (int) entry.size();
    central.putInt(size).putInt(size);
    central.putShort((short) name.length).putShort((short) extra).putShort((short) 0);
    central.putShort((short) 0).putShort((short) 0).putInt(0);
    central.putInt(wide ? SATURATED : (int) entry.header()).put(name);
    if (wide) {
      central.putShort((short) 1).putShort((short) 24);
      central.putLong(entry.size()).putLong(entry.size()).putLong(entry.header());
    }
    put(central);
  }

  private static ByteBuffer buffer(int length) {
    return ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
  }

  private void put(ByteBuffer full) throws IOException {
    byte[] bytes = new byte[full.flip().remaining()];
    full.get(bytes);
    out.write(bytes);
    position += bytes.length;
  }

  /** Counts and sums up what goes through. */
  private static final class Counted extends FilterOutputStream {
    private final CRC32 crc = new CRC32();
    private long count;

    Counted(OutputStream out) {
      super(out);
    }

    @Override
    public void write(int value) throws IOException {
      write(new byte[] {(byte) value}, 0, 1);
    }

    @Override
    public void write(byte[] data, int start, int length) throws IOException {
      crc.update(data, start, length);
      count += length;
      out.write(data, start, length);
    }
  }
}
