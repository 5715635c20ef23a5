package dev.jukebox.core.audio;

import dev.jukebox.error.InvalidInputException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/** The bytes of a WAV file: a header of known size and the frames. */
final class WavWriter {

  private static final int BLOCK_BYTES = 1 << 16;

  private WavWriter() {}

  static void encode(Audio audio, SampleCoding coding, OutputStream out) throws IOException {
    int frameBytes = audio.channels() * coding.bytes();
    long dataBytes = (long) audio.length() * frameBytes;
    if (dataBytes > 0xFFFFFFFFL - 64 || frameBytes > 0xFFFF) {
      throw new InvalidInputException(
          audio + " needs " + dataBytes + " bytes, more than a WAV file holds; write it in parts.");
    }
    requireFinite(audio);
    out.write(headerBytes(audio, coding, dataBytes));
    int framesPerBlock = Math.max(1, BLOCK_BYTES / frameBytes);
    ByteBuffer block =
        ByteBuffer.allocate(framesPerBlock * frameBytes).order(ByteOrder.LITTLE_ENDIAN);
    for (int start = 0; start < audio.length(); start += framesPerBlock) {
      block.clear();
      int end = Math.min(audio.length(), start + framesPerBlock);
      for (int i = start; i < end; i++) {
        for (int c = 0; c < audio.channels(); c++) {
          coding.encode(audio.sample(c, i), block);
        }
      }
      out.write(block.array(), 0, block.position());
    }
    if ((dataBytes & 1) == 1) {
      out.write(0);
    }
  }

  private static byte[] headerBytes(Audio audio, SampleCoding coding, long dataBytes) {
    // Formats other than PCM carry their number of frames in a chunk of its own.
    int factBytes = coding.isFloating() ? 12 : 0;
    int frameBytes = audio.channels() * coding.bytes();
    long outerSize = 4 + 24 + factBytes + 8 + dataBytes + (dataBytes & 1);
    ByteBuffer bytes = ByteBuffer.allocate(44 + factBytes).order(ByteOrder.LITTLE_ENDIAN);
    bytes.put(ascii("RIFF")).putInt((int) outerSize).put(ascii("WAVE"));
    bytes.put(ascii("fmt ")).putInt(16);
    bytes.putShort((short) (coding.isFloating() ? 3 : 1)).putShort((short) audio.channels());
    bytes.putInt(audio.sampleRate()).putInt((int) ((long) audio.sampleRate() * frameBytes));
    bytes.putShort((short) frameBytes).putShort((short) coding.bits());
    if (coding.isFloating()) {
      bytes.put(ascii("fact")).putInt(4).putInt(audio.length());
    }
    bytes.put(ascii("data")).putInt((int) dataBytes);
    return bytes.array();
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  private static void requireFinite(Audio audio) {
    for (int c = 0; c < audio.channels(); c++) {
      for (int i = 0; i < audio.length(); i++) {
        if (!Float.isFinite(audio.sample(c, i))) {
          throw new InvalidInputException(
              "Audio cannot be written as WAV: sample "
                  + i
                  + " of channel "
                  + c
                  + " is "
                  + audio.sample(c, i)
                  + ".");
        }
      }
    }
  }
}
