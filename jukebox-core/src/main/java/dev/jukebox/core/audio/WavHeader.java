package dev.jukebox.core.audio;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * What the chunks before a WAV file's samples say, checked against the file's size.
 *
 * @param sampleRate frames per second
 * @param channels samples per frame
 * @param coding how a sample is stored; empty if this reader does not know the format
 * @param formatTag the registered number of the format, e.g. 1 for PCM and 7 for µ-law
 * @param dataStart where the first frame stands in the file
 * @param frames the whole frames that the file holds, never more than the header promises
 * @param promisedFrames the frames that the header promises; more than {@code frames} in a file
 *     that was cut off
 */
record WavHeader(
    int sampleRate,
    int channels,
    Optional<SampleCoding> coding,
    int formatTag,
    long dataStart,
    long frames,
    long promisedFrames) {

  /** Whether the first twelve bytes of a file are those of a WAV file. */
  static boolean isWav(ByteBuffer start) {
    return start.limit() >= 12
        && switch (text(start, 0)) {
          case "RIFF", "RF64", "BW64" -> text(start, 8).equals("WAVE");
          default -> false;
        };
  }

  /** Four bytes as characters. */
  static String text(ByteBuffer bytes, int at) {
    byte[] four = new byte[4];
    bytes.get(at, four);
    return new String(four, StandardCharsets.ISO_8859_1);
  }
}
