package dev.jukebox.media;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.jukebox.error.InvalidInputException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.bytedeco.javacpp.Pointer;
import org.junit.jupiter.api.Test;

/** Opens files again and again in a JVM whose heap and code take a fixed room from the start. */
class MediaDecoderLeakTest {

  private static final int ROUNDS = 400;

  @Test
  void freesWhatItTook() throws Exception {
    Availability availability = MediaDecoder.availability();
    assumeTrue(availability.usable(), availability.reason());
    String output = OtherJvm.run(Child.class, "-Xint", "-Xms96m", "-Xmx96m", "-XX:+AlwaysPreTouch");
    List<String> lines = output.lines().toList();
    assertEquals(2, lines.size(), output);
    assertEquals("0 pointers", lines.get(0));
    long grown = Long.parseLong(lines.get(1));
    // A forgotten decoder, frame or file buffer takes more than 8 kB.
    assertTrue(grown < ROUNDS * 8_000L, "grown by " + grown + " bytes");
  }

  /** Runs in the other JVM. */
  static final class Child {
    private Child() {}

    /** Prints the pointers that are left and the growth of the process in bytes. */
    public static void main(String[] args) throws Exception {
      int rate = 44_100;
      Path song = Files.createTempFile("jukebox", ".mp3");
      Path text = Files.createTempFile("jukebox", ".mp3");
      float[] source = Signals.chirp(rate, 100, 8_000, 0.5, 2 * rate);
      MediaEncoder.audio(song, "libmp3lame", rate, 128_000, new float[][] {source, source});
      Files.writeString(text, "no music ".repeat(500));
      run(song, text, ROUNDS / 4);
      long pointers = Pointer.totalCount();
      long bytes = Pointer.physicalBytes();
      run(song, text, ROUNDS);
      System.out.println((Pointer.totalCount() - pointers) + " pointers");
      System.out.println(Pointer.physicalBytes() - bytes);
      Files.delete(song);
      Files.delete(text);
    }

    private static void run(Path song, Path text, int rounds) {
      for (int i = 0; i < rounds; i++) {
        try (MediaDecoder decoder = MediaDecoder.open(song)) {
          decoder.decode(22_050, 97L * (i % 300), 200);
        }
        try (MediaDecoder decoder = MediaDecoder.open(text)) {
          throw new IllegalStateException("opened a text as " + decoder.info());
        } catch (InvalidInputException expected) {
          // What a failed opening took must be freed as well.
        }
      }
    }
  }
}
