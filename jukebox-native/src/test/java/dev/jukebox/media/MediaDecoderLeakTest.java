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
import org.junit.jupiter.api.io.TempDir;

/** Opens files again and again in a JVM whose heap and code take a fixed room from the start. */
class MediaDecoderLeakTest {

  private static final int ROUNDS = 300;

  @TempDir Path directory;

  @Test
  void freesWhatItTook() throws Exception {
    Availability availability = MediaDecoder.availability();
    assumeTrue(availability.usable(), availability.reason());
    Path song = directory.resolve("song.mp3");
    float[] source = Signals.chirp(44_100, 100, 8_000, 0.5, 44_100);
    MediaEncoder.audio(song, "libmp3lame", 44_100, 128_000, new float[][] {source, source});
    Path text = Files.writeString(directory.resolve("text.mp3"), "no music ".repeat(500));
    String output =
        OtherJvm.run(
            Child.class,
            List.of(song.toString(), text.toString()),
            "-Xint",
            "-Xms96m",
            "-Xmx96m",
            "-XX:+AlwaysPreTouch");
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
    public static void main(String[] args) {
      Path song = Path.of(args[0]);
      Path text = Path.of(args[1]);
      run(song, text, ROUNDS / 4);
      long pointers = Pointer.totalCount();
      long bytes = Pointer.physicalBytes();
      run(song, text, ROUNDS);
      System.out.println((Pointer.totalCount() - pointers) + " pointers");
      System.out.println(Pointer.physicalBytes() - bytes);
    }

    private static void run(Path song, Path text, int rounds) {
      for (int i = 0; i < rounds; i++) {
        try (MediaDecoder decoder = MediaDecoder.open(song)) {
          decoder.decode(22_050, 97L * (i % 200), 200);
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
