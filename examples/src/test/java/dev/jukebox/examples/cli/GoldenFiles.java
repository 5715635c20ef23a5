package dev.jukebox.examples.cli;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.zip.ZipFile;

/** The golden directory, as far as the command line is compared with it. */
final class GoldenFiles {

  private GoldenFiles() {}

  /** The directory in {@code jukebox.golden}, else the copy among jukebox-core's test resources. */
  static Path directory() {
    String property = System.getProperty("jukebox.golden", "");
    return property.isBlank() || property.startsWith("${")
        ? Path.of("../jukebox-core/src/test/resources/golden")
        : Path.of(property);
  }

  /** An int64 array of an npz file, row-major. */
  static long[] longs(String npz, String name) throws IOException {
    try (ZipFile zip = new ZipFile(directory().resolve(npz).toFile())) {
      byte[] bytes = zip.getInputStream(zip.getEntry(name + ".npy")).readAllBytes();
      ByteBuffer buffer = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
      int header = Short.toUnsignedInt(buffer.getShort(8));
      String description = new String(bytes, 10, header, StandardCharsets.US_ASCII);
      if (!description.contains("'<i8'") || !description.contains("False")) {
        throw new IOException(npz + ": " + name + " is not int64 in C order: " + description);
      }
      long[] values = new long[(bytes.length - 10 - header) / Long.BYTES];
      buffer
          .position(10 + header)
          .slice()
          .order(ByteOrder.LITTLE_ENDIAN)
          .asLongBuffer()
          .get(values);
      return values;
    }
  }
}
