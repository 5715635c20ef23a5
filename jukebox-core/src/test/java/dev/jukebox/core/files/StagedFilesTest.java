package dev.jukebox.core.files;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.jukebox.error.FileAccessException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StagedFilesTest {

  @TempDir Path directory;

  @Test
  void makesTheDirectoryAndReplacesWhatWasThere() throws IOException {
    Path target = directory.resolve("a/b/c.txt");
    StagedFiles.write(target, text("first"));
    StagedFiles.write(target, text("second"));
    assertEquals("second", Files.readString(target));
    assertEquals(List.of("c.txt"), names(target.getParent()));
  }

  @Test
  void showsNothingBeforeTheCommit() throws IOException {
    Path a = directory.resolve("a");
    Path b = directory.resolve("b");
    Files.writeString(a, "old");
    try (StagedFiles files = new StagedFiles()) {
      files.stage(a, text("new"));
      files.stage(b, text("new"));
      assertEquals("old", Files.readString(a));
      assertFalse(Files.exists(b));
      files.commit();
    }
    assertEquals("new", Files.readString(a));
    assertEquals(List.of("a", "b"), names(directory));
  }

  @Test
  void aFailureInTheLastFileKeepsAllThatWasThere() throws IOException {
    Path a = directory.resolve("a");
    Files.writeString(a, "old");
    try (StagedFiles files = new StagedFiles()) {
      files.stage(a, text("new"));
      FileAccessException e =
          assertThrows(
              FileAccessException.class,
              () ->
                  files.stage(
                      directory.resolve("b"),
                      out -> {
                        out.write(new byte[100_000]);
                        throw new IOException("No space left on device");
                      }));
      assertEquals(
          "Cannot write " + directory.resolve("b") + ": No space left on device.", e.getMessage());
    }
    assertEquals("old", Files.readString(a));
    assertEquals(List.of("a"), names(directory));
  }

  @Test
  void tellsOfAFullDiskInOneSentence() throws IOException {
    Path full = Path.of("/dev/full");
    assumeTrue(Files.isWritable(full), "this system has no /dev/full");
    Path target = directory.resolve("song.wav");
    FileAccessException e =
        assertThrows(
            FileAccessException.class,
            () ->
                StagedFiles.write(
                    target,
                    out -> {
                      try (OutputStream device = Files.newOutputStream(full)) {
                        device.write(1);
                      }
                    }));
    assertEquals("Cannot write " + target + ": No space left on device.", e.getMessage());
    assertEquals(List.of(), names(directory));
  }

  @Test
  void namesWhatIsInTheWay() throws IOException {
    Path file = Files.writeString(directory.resolve("file"), "x");
    FileAccessException e =
        assertThrows(
            FileAccessException.class, () -> StagedFiles.write(file.resolve("a"), text("x")));
    assertEquals(
        "Cannot write " + file.resolve("a") + ": a file of this name is in the way.",
        e.getMessage());
    Path occupied = Files.createDirectories(directory.resolve("dir/sub")).getParent();
    e = assertThrows(FileAccessException.class, () -> StagedFiles.write(occupied, text("x")));
    assertTrue(e.getMessage().startsWith("Cannot write " + occupied + ": "), e.getMessage());
    assertEquals(List.of("dir", "file"), names(directory));
  }

  private static StagedFiles.Content text(String text) {
    return out -> out.write(text.getBytes(StandardCharsets.UTF_8));
  }

  private static List<String> names(Path directory) throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files.map(p -> p.getFileName().toString()).sorted().toList();
    }
  }
}
