package dev.jukebox.core.weights.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jukebox.error.FileAccessException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MappedFileTest {
  private static final long SIZE = 5L << 30;
  @TempDir Path directory;

  /** A file of 5 GiB, almost all of it a hole. */
  private Path large(long... markers) throws IOException {
    Path path = directory.resolve("large");
    try (FileChannel channel =
        FileChannel.open(
            path,
            StandardOpenOption.CREATE_NEW,
            StandardOpenOption.WRITE,
            StandardOpenOption.SPARSE)) {
      for (long marker : markers) {
        ByteBuffer bytes = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN);
        channel.write(bytes.putLong(marker).flip(), marker);
      }
      channel.write(ByteBuffer.wrap(new byte[] {42}), SIZE - 1);
    }
    return path;
  }

  @Test
  void looksAnywhereIntoLargeFiles() throws IOException {
    long[] markers = {3, (1L << 30) - 4, (2L << 30) - 1, (3L << 30) + 5, SIZE - 9};
    try (MappedFile file = MappedFile.open(large(markers))) {
      assertEquals(SIZE, file.byteSize());
      for (long marker : markers) {
        assertEquals(marker, file.view(marker, 8).getLong());
        assertEquals(marker, file.part(marker - 3, 12).view(3, 8).getLong());
      }
      ByteBuffer longest = file.view((1L << 30) + 100, ByteSource.MAX_VIEW);
      assertEquals((2L << 30) - 1, longest.order(ByteOrder.LITTLE_ENDIAN).getLong((1 << 30) - 101));
      assertEquals(42, file.view(SIZE - 1, 1).get());
      assertThrows(IndexOutOfBoundsException.class, () -> file.view(SIZE - 1, 2));
      assertThrows(IndexOutOfBoundsException.class, () -> file.view(0, ByteSource.MAX_VIEW + 1));
      assertThrows(IndexOutOfBoundsException.class, () -> file.part(5, SIZE));
    }
  }

  @Test
  void gathersAcrossLargeDistances() throws IOException {
    long row = 500_000_000;
    try (MappedFile file = MappedFile.open(large(8, 8 + 8 * row))) {
      FileTensor column =
          FileTensor.strided(StoredType.I64, file, 1, new long[] {2}, new long[] {row});
      assertEquals(8, column.toLongs()[0]);
      assertEquals(8 + 8 * row, column.toLongs()[1]);
    }
  }

  @Test
  void cannotBeUsedOnceClosed() throws IOException {
    Path path = directory.resolve("small");
    Files.write(path, new byte[] {1, 2});
    MappedFile file = MappedFile.open(path);
    file.close();
    file.close();
    FileAccessException closed = assertThrows(FileAccessException.class, () -> file.view(0, 1));
    assertTrue(closed.getMessage().contains("already closed"), closed.getMessage());
    assertThrows(FileAccessException.class, () -> MappedFile.open(directory));
    assertThrows(FileAccessException.class, () -> MappedFile.open(directory.resolve("none")));
  }
}
