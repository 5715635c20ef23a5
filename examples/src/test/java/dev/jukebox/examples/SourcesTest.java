package dev.jukebox.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What every source file of every module owes its reader. */
class SourcesTest {
  private static final int MOST_LINES = 450;
  private static final int LEAST_FILES = 150;

  @Test
  void everyPackageSaysWhatItHolds() throws IOException {
    List<Path> undocumented =
        sources("src/main/java").stream()
            .map(Path::getParent)
            .distinct()
            .filter(directory -> !Files.exists(directory.resolve("package-info.java")))
            .toList();
    assertEquals(List.of(), undocumented);
  }

  @Test
  void noFileOutgrowsItsIdea() throws IOException {
    List<Path> sources = sources("src");
    assertTrue(sources.size() >= LEAST_FILES, sources.size() + " files seen");
    assertEquals(List.of(), sources.stream().filter(file -> lines(file) > MOST_LINES).toList());
  }

  private static List<Path> sources(String directory) throws IOException {
    Path root = Path.of("").toAbsolutePath().getParent();
    try (Stream<Path> files = Files.walk(root)) {
      return files
          .filter(file -> file.toString().endsWith(".java"))
          .filter(file -> file.toString().contains("/" + directory + "/"))
          .filter(file -> !file.toString().contains("/target/"))
          .toList();
    }
  }

  private static long lines(Path file) {
    try (Stream<String> lines = Files.lines(file)) {
      return lines.count();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
