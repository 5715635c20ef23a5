package dev.jukebox.core.files;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jukebox.error.FileAccessException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LocationTest {
  private static final byte[] MAGIC = {(byte) 0xCA, (byte) 0xFE, (byte) 0xBA, (byte) 0xBE};

  @TempDir private Path directory;

  @Test
  void filesOfADirectory() throws IOException {
    Files.writeString(directory.resolve("a.txt"), "four");
    Location file = Location.of(directory).resolve("sub/../a.txt");
    assertEquals(Optional.of(directory.resolve("a.txt")), file.path());
    assertEquals("a.txt", file.fileName());
    assertTrue(file.exists());
    assertEquals(4, file.read(4).length);
    assertTrue(
        assertThrows(FileAccessException.class, () -> file.read(3))
            .getMessage()
            .contains("4 byte"));
    assertFalse(file.sibling("b.txt").exists());
    assertThrows(FileAccessException.class, () -> file.sibling("b.txt").read(9));
  }

  /** JUnit's own classes are in a jar. */
  @Test
  void resourcesOfAJar() {
    Location test = Location.resource(Test.class, "Test.class");
    assertTrue(Test.class.getResource("Test.class").toString().startsWith("jar:"));
    assertTrue(test.exists());
    byte[] bytes = test.read(1 << 20);
    assertArrayEquals(MAGIC, Arrays.copyOf(bytes, 4));
    assertArrayEquals(bytes, test.read(bytes.length));
    assertThrows(FileAccessException.class, () -> test.read(bytes.length - 1));
    assertEquals(Optional.empty(), test.path());
    Location other = Location.resource(Test.class, "function").resolve("Executable.class");
    assertTrue(other.exists());
    assertEquals("Executable.class", other.fileName());
    assertEquals("org/junit/jupiter/api/function/Executable.class", other.toString());
    assertTrue(other.sibling("ThrowingSupplier.class").exists());
    assertTrue(
        assertThrows(FileAccessException.class, () -> test.sibling("none").read(1))
            .getMessage()
            .contains("org/junit/jupiter/api/none is missing"));
  }
}
