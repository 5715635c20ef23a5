package dev.jukebox.core.audio;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jukebox.error.InvalidInputException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Headers put together byte by byte. */
class WavHeaderTest {

  private static final byte[] TWO_SAMPLES = {0, 64, 0, -64};
  private static final Audio EXPECTED = Audio.mono(8_000, new float[] {0.5f, -0.5f});

  @TempDir Path directory;
  private Path path;

  @BeforeEach
  void name() {
    path = directory.resolve("a.wav");
  }

  @Test
  void skipsUnknownChunksAndTheirPadding() throws IOException {
    write("RIFF", -1, chunk("LIST", new byte[7]), pcm16(1), chunk("odd ", new byte[1]), samples());
    assertEquals(EXPECTED, WavFile.read(path));
  }

  @Test
  void ignoresWhatFollowsTheSamples() throws IOException {
    write("RIFF", -1, pcm16(1), samples(), chunk("LIST", new byte[8]));
    assertEquals(EXPECTED, WavFile.read(path));
  }

  @ParameterizedTest
  @CsvSource({"0, 0", "0, -1", "-1, -1", "36, 0"})
  void readsStreamsWhoseSizesWereNeverFilledIn(int outer, int data) throws IOException {
    write("RIFF", outer, pcm16(1), chunk("data", data, TWO_SAMPLES));
    assertEquals(EXPECTED, WavFile.read(path));
  }

  @Test
  void readsAnEmptyFile() throws IOException {
    write("RIFF", 36, pcm16(1), chunk("data", new byte[0]));
    assertEquals(0, WavFile.read(path).length());
  }

  @ParameterizedTest
  @CsvSource({"RF64", "BW64"})
  void readsSixtyFourBitSizes(String outer) throws IOException {
    byte[] sizes = all(little(28).putLong(0).putLong(4).putLong(2));
    write(
        outer,
        -1,
        chunk("ds64", sizes),
        pcm16(1),
        chunk("data", -1, TWO_SAMPLES),
        chunk("LIST", new byte[8]));
    assertEquals(EXPECTED, WavFile.read(path));
  }

  @ParameterizedTest
  @CsvSource({"1, 2, 16", "1, 3, 20", "1, 4, 24", "1, 4, 32", "3, 4, 32", "3, 8, 64", "1, 1, 8"})
  void readsExtensibleFormats(int tag, int bytes, int validBits) throws IOException {
    ByteBuffer data = little(2 * bytes);
    for (float sample : new float[] {0.5f, -0.5f}) {
      SampleCoding coding =
          switch (tag * 10 + bytes) {
            case 11 -> SampleCoding.PCM_8;
            case 12 -> SampleCoding.PCM_16;
            case 13 -> SampleCoding.PCM_24;
            case 14 -> SampleCoding.PCM_32;
            case 34 -> SampleCoding.FLOAT_32;
            default -> SampleCoding.FLOAT_64;
          };
      coding.encode(sample, data);
    }
    ByteBuffer format = format(40, 0xFFFE, 1, bytes, 8 * bytes);
    format.putShort((short) 22).putShort((short) validBits).putInt(4).putShort((short) tag);
    format.put(new byte[] {0, 0, 0, 0, 16, 0, -128, 0, 0, -86, 0, 56, -101, 113});
    write("RIFF", -1, chunk("fmt ", all(format)), chunk("data", all(data)));
    assertEquals(EXPECTED, WavFile.read(path));
  }

  @Test
  void knowsWhatItCannotRead() throws IOException {
    write("RIFF", -1, chunk("fmt ", all(format(18, 7, 1, 1, 8))), samples());
    try (WavFile wav = WavFile.open(path)) {
      assertFalse(wav.isReadable());
      assertEquals(8_000, wav.sampleRate());
      InvalidInputException e = assertThrows(InvalidInputException.class, () -> wav.read(0, 1));
      assertTrue(e.getMessage().contains("WAV format 7"), e.getMessage());
    }
  }

  @Test
  void refusesHeadersThatContradictThemselves() throws IOException {
    refused(
        "2 channels of 16 bits in frames of 3 bytes",
        format(16, 1, 2, 0, 16).putShort(12, (short) 3));
    refused("0 channels", format(16, 1, 0, 2, 16));
    refused("60000 channels", format(16, 1, 60_000, 2, 16));
    refused("sample rate of 0 Hz", format(16, 1, 1, 2, 16).putInt(4, 0));
    refused("1 channels of 0 bits", format(16, 1, 1, 2, 0));
    refused("no whole fmt chunk", format(16, 1, 1, 2, 16).limit(10));
    refused("ends before its data chunk", null);
  }

  @Test
  void refusesAHeaderWithoutTheSamplesItPromises() throws IOException {
    write("RIFF", -1, pcm16(1), chunk("data", 400_000, new byte[0]));
    InvalidInputException e = assertThrows(InvalidInputException.class, () -> WavFile.read(path));
    assertEquals(
        path
            + " is a damaged WAV file: its header promises 400000 bytes of samples, but it holds"
            + " none.",
        e.getMessage());
  }

  @Test
  void survivesAnyBytes() throws IOException {
    write("RIFF", -1, pcm16(1), chunk("LIST", new byte[9]), samples());
    byte[] good = Files.readAllBytes(path);
    Random random = new Random(3);
    int refused = 0;
    for (int trial = 0; trial < 500; trial++) {
      byte[] bytes = Arrays.copyOf(good, 1 + random.nextInt(good.length));
      for (int i = 0; i < 3; i++) {
        bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
      }
      Files.write(path, bytes);
      try {
        WavFile.read(path);
      } catch (InvalidInputException e) {
        assertTrue(e.getMessage().startsWith(path.toString()), e.getMessage());
        refused++;
      }
    }
    assertTrue(refused > 100, "refused " + refused);
  }

  private void refused(String why, ByteBuffer format) throws IOException {
    if (format == null) {
      write("RIFF", -1, pcm16(1));
    } else {
      write("RIFF", -1, chunk("fmt ", all(format)), samples());
    }
    InvalidInputException e = assertThrows(InvalidInputException.class, () -> WavFile.read(path));
    assertTrue(e.getMessage().contains(why), e.getMessage());
    assertTrue(e.getMessage().startsWith(path + " is a damaged WAV file: "), e.getMessage());
  }

  private void write(String outer, int outerSize, byte[]... chunks) throws IOException {
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    for (byte[] chunk : chunks) {
      body.write(chunk);
    }
    ByteBuffer start = little(12).put(ascii(outer)).putInt(outerSize).put(ascii("WAVE"));
    ByteArrayOutputStream file = new ByteArrayOutputStream();
    file.write(all(start));
    file.write(body.toByteArray());
    Files.write(path, file.toByteArray());
  }

  private static byte[] samples() {
    return chunk("data", TWO_SAMPLES);
  }

  private static byte[] pcm16(int channels) {
    return chunk("fmt ", all(format(16, 1, channels, 2, 16)));
  }

  private static ByteBuffer format(int size, int tag, int channels, int sampleBytes, int bits) {
    int frame = channels * sampleBytes;
    return little(size)
        .putShort((short) tag)
        .putShort((short) channels)
        .putInt(8_000)
        .putInt(8_000 * frame)
        .putShort((short) frame)
        .putShort((short) bits);
  }

  private static byte[] chunk(String id, byte[] content) {
    return chunk(id, content.length, content);
  }

  private static byte[] chunk(String id, int size, byte[] content) {
    return all(
        little(8 + content.length + content.length % 2).put(ascii(id)).putInt(size).put(content));
  }

  /** The bytes up to the limit, wherever the position is. */
  private static byte[] all(ByteBuffer buffer) {
    byte[] bytes = new byte[buffer.limit()];
    buffer.get(0, bytes);
    return bytes;
  }

  private static ByteBuffer little(int size) {
    return ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }
}
