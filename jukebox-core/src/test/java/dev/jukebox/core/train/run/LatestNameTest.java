package dev.jukebox.core.train.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jukebox.error.FileAccessException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LatestNameTest {
  @TempDir private Path directory;

  private long files() throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files.count();
    }
  }

  @Test
  void theNameFollowsTheNewestFileAndTakesNoSpace() throws IOException {
    Path first = Files.writeString(directory.resolve("first"), "one");
    Path second = Files.writeString(directory.resolve("second"), "two");
    Path name = directory.resolve("latest");
    LatestName.give(first, name);
    assertTrue(Files.isSameFile(first, name));
    LatestName.give(second, name);
    LatestName.give(second, name);
    assertTrue(Files.isSameFile(second, name));
    assertEquals("one", Files.readString(first));
    assertEquals(3, files(), "files of temporary names are left");
  }

  @Test
  void aNameThatIsTakenIsOneSentence() throws IOException {
    Path file = Files.writeString(directory.resolve("file"), "one");
    Path name = Files.createDirectories(directory.resolve("latest"));
    Files.writeString(name.resolve("inside"), "");
    String message =
        assertThrows(FileAccessException.class, () -> LatestName.give(file, name)).getMessage();
    assertTrue(message.startsWith("Cannot write " + name + ": "), message);
    assertEquals(2, files(), "files of temporary names are left");
  }
}
