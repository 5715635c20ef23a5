package dev.jukebox.core.train.run;

import dev.jukebox.core.files.FileErrors;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UTFDataFormatException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.CRC32;

/**
 * A file that codes are appended to, song by song; what a crash left half written is cut off.
 *
 * <p>It begins with a line that says what made the codes. A record is the song's name, the number
 * of codes, the codes and a CRC-32 of them, big-endian.
 */
final class CodesJournal implements AutoCloseable {
  private static final int MAGIC = 0x4A424331;

  private final Path file;
  private final FileChannel channel;
  private final Map<String, int[]> records = new LinkedHashMap<>();

  private CodesJournal(Path file, FileChannel channel) {
    this.file = file;
    this.channel = channel;
  }

  /**
   * Opens a file, or begins a new one where there is none or it was made by something else.
   *
   * @param origin what makes the codes
   */
  static CodesJournal open(Path file, String origin) {
    try {
      Files.createDirectories(file.toAbsolutePath().getParent());
      FileChannel channel =
          FileChannel.open(
              file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
      CodesJournal journal = new CodesJournal(file, channel);
      long good = journal.load(origin);
      channel.truncate(good);
      channel.position(good);
      if (good == 0) {
        journal.write(header(origin));
      }
      return journal;
    } catch (IOException e) {
      throw FileErrors.cannotWrite(file, e);
    }
  }

  /** What was in the file when it was opened. */
  Map<String, int[]> read() {
    return records;
  }

  /** Adds a song. */
  void append(String song, int[] codes) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (DataOutputStream out = new DataOutputStream(bytes)) {
      out.writeUTF(song);
      out.writeInt(codes.length);
      for (int code : codes) {
        out.writeInt(code);
      }
      out.writeLong(checksum(codes));
      write(bytes.toByteArray());
    } catch (IOException e) {
      throw FileErrors.cannotWrite(file, e);
    }
  }

  /** Reads all whole records and returns where the last one ends; 0 where nothing can be used. */
  private long load(String origin) throws IOException {
    byte[] expected = header(origin);
    try (InputStream raw = new BufferedInputStream(Files.newInputStream(file));
        DataInputStream in = new DataInputStream(raw)) {
      if (!Arrays.equals(expected, in.readNBytes(expected.length))) {
        return 0;
      }
      long good = expected.length;
      while (true) {
        try {
          String song = in.readUTF();
          int count = in.readInt();
          if (count < 0 || 4L * count > channel.size() - good) {
            return good;
          }
          int[] codes = new int[count];
          for (int i = 0; i < count; i++) {
            codes[i] = in.readInt();
          }
          if (in.readLong() != checksum(codes)) {
            return good;
          }
          records.put(song, codes);
          good += utfLength(song) + 4 + 4L * count + 8;
        } catch (EOFException | UTFDataFormatException e) {
          return good;
        }
      }
    }
  }

  private static int utfLength(String text) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    new DataOutputStream(bytes).writeUTF(text);
    return bytes.size();
  }

  private static byte[] header(String origin) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    DataOutputStream out = new DataOutputStream(bytes);
    out.writeInt(MAGIC);
    out.writeUTF(origin);
    return bytes.toByteArray();
  }

  private static long checksum(int[] codes) {
    CRC32 sum = new CRC32();
    ByteBuffer buffer = ByteBuffer.allocate(4 * codes.length);
    buffer.asIntBuffer().put(codes);
    sum.update(buffer);
    return sum.getValue();
  }

  private void write(byte[] bytes) throws IOException {
    ByteBuffer buffer = ByteBuffer.wrap(bytes);
    while (buffer.hasRemaining()) {
      channel.write(buffer);
    }
  }

  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException e) {
      throw FileErrors.cannotWrite(file, e);
    }
  }
}
