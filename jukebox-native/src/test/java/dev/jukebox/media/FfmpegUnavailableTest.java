package dev.jukebox.media;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jukebox.error.ComputeException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A JVM that finds no native library for its platform. */
class FfmpegUnavailableTest {

  @Test
  void saysWhyAndDoesNotFailOtherwise() throws Exception {
    String output =
        OtherJvm.run(Child.class, List.of(), "-Dorg.bytedeco.javacpp.platform=nowhere-x86_64");
    List<String> lines = output.lines().toList();
    assertEquals(3, lines.size(), output);
    assertEquals("false", lines.get(0), output);
    assertTrue(lines.get(1).startsWith("its native library cannot be loaded ("), output);
    assertEquals("FFmpeg cannot be used here: " + lines.get(1) + ".", lines.get(2));
  }

  /** Runs in the other JVM. */
  static final class Child {
    private Child() {}

    /** Prints what was found, and what a caller who did not ask is told. */
    public static void main(String[] args) {
      System.out.println(MediaDecoder.availability().usable());
      System.out.println(MediaDecoder.availability().reason());
      try {
        MediaDecoder.open(Path.of("a.mp3"));
      } catch (ComputeException e) {
        System.out.println(e.getMessage());
      }
    }
  }
}
