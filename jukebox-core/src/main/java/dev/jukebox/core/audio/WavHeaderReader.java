package dev.jukebox.core.audio;

import dev.jukebox.error.InvalidInputException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;

/** Walks the chunks of one WAV file up to its samples. */
final class WavHeaderReader {

  private static final int PCM = 1;
  private static final int FLOAT = 3;
  private static final int EXTENSIBLE = 0xFFFE;
  private static final int MAX_CHANNELS = 1024;
  private static final long UNKNOWN_SIZE = 0xFFFFFFFFL;

  /** The bytes that follow the format tag in the identifiers of WAVE_FORMAT_EXTENSIBLE. */
  private static final byte[] TAG_SUFFIX = {0, 0, 0, 0, 16, 0, -128, 0, 0, -86, 0, 56, -101, 113};

  private final SeekableByteChannel in;
  private final Path file;
  private final long fileSize;

  WavHeaderReader(SeekableByteChannel in, Path file) throws IOException {
    this.in = in;
    this.file = file;
    this.fileSize = in.size();
  }

  /**
   * Reads the header.
   *
   * @throws InvalidInputException if the file is not a WAV file or its header contradicts itself
   */
  WavHeader read() throws IOException {
    ByteBuffer start = bytes(0, 12);
    if (!WavHeader.isWav(start)) {
      throw new InvalidInputException(
          file + " is not a WAV file: it does not start with RIFF and WAVE.");
    }
    long outerSize = Integer.toUnsignedLong(start.getInt(4));
    long longDataSize = UNKNOWN_SIZE;
    ByteBuffer format = null;
    long at = 12;
    while (at + 8 <= fileSize) {
      ByteBuffer chunk = bytes(at, 8);
      long length = Integer.toUnsignedLong(chunk.getInt(4));
      long content = at + 8;
      switch (WavHeader.text(chunk, 0)) {
        case "ds64" -> {
          ByteBuffer sizes = bytes(content, 16);
          longDataSize = sizes.limit() == 16 ? sizes.getLong(8) : UNKNOWN_SIZE;
        }
        case "fmt " -> format = bytes(content, (int) Math.min(length, 40));
        case "data" -> {
          long present = fileSize - content;
          long promised = length == UNKNOWN_SIZE ? longDataSize : length;
          // A program that writes into a pipe cannot come back to fill in the sizes.
          boolean open =
              promised < 0
                  || promised == UNKNOWN_SIZE
                  || (promised == 0 && outerSize + 8 != fileSize);
          return describe(format, content, present, open ? present : promised);
        }
        default -> {}
      }
      at = content + length + (length & 1);
    }
    throw damaged("it ends before its data chunk");
  }

  private WavHeader describe(ByteBuffer format, long dataStart, long present, long promised) {
    if (format == null || format.limit() < 16) {
      throw damaged("no whole fmt chunk stands before its samples");
    }
    int channels = Short.toUnsignedInt(format.getShort(2));
    long sampleRate = Integer.toUnsignedLong(format.getInt(4));
    int frameBytes = Short.toUnsignedInt(format.getShort(12));
    int bits = Short.toUnsignedInt(format.getShort(14));
    if (channels == 0 || channels > MAX_CHANNELS) {
      throw damaged("its header tells of " + channels + " channels");
    }
    if (sampleRate == 0 || sampleRate > Integer.MAX_VALUE) {
      throw damaged("its header tells of a sample rate of " + sampleRate + " Hz");
    }
    int tag = formatTag(format);
    Optional<SampleCoding> coding = Optional.empty();
    if (tag == PCM || tag == FLOAT) {
      int sampleBytes = frameBytes / channels;
      if (frameBytes % channels != 0 || bits == 0 || bits > 8 * sampleBytes) {
        throw damaged(
            "its header tells of "
                + channels
                + " channels of "
                + bits
                + " bits in frames of "
                + frameBytes
                + " bytes");
      }
      // Samples of fewer bits than their bytes hold stand in the upper bits.
      coding =
          Arrays.stream(SampleCoding.values())
              .filter(c -> c.isFloating() == (tag == FLOAT) && c.bytes() == sampleBytes)
              .findFirst();
    }
    long frames = frameBytes == 0 ? 0 : Math.min(promised, present) / frameBytes;
    if (coding.isPresent() && frames == 0 && promised >= frameBytes) {
      throw damaged("its header promises " + promised + " bytes of samples, but it holds none");
    }
    return new WavHeader(
        (int) sampleRate,
        channels,
        coding,
        tag,
        dataStart,
        frames,
        frameBytes == 0 ? 0 : promised / frameBytes);
  }

  private static int formatTag(ByteBuffer format) {
    int tag = Short.toUnsignedInt(format.getShort(0));
    if (tag != EXTENSIBLE || format.limit() < 40) {
      return tag;
    }
    byte[] suffix = new byte[TAG_SUFFIX.length];
    format.get(26, suffix);
    return Arrays.equals(suffix, TAG_SUFFIX) ? Short.toUnsignedInt(format.getShort(24)) : tag;
  }

  /** Up to {@code count} bytes from a position; fewer at the end of the file. */
  private ByteBuffer bytes(long position, int count) throws IOException {
    ByteBuffer buffer = ByteBuffer.allocate(count).order(ByteOrder.LITTLE_ENDIAN);
    in.position(position);
    while (buffer.hasRemaining()) {
      if (in.read(buffer) < 0) {
        break;
      }
    }
    return buffer.flip();
  }

  private InvalidInputException damaged(String what) {
    return new InvalidInputException(file + " is a damaged WAV file: " + what + ".");
  }
}
