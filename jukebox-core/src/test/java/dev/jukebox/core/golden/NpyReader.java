package dev.jukebox.core.golden;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Enumeration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/** Reads NumPy's .npy and .npz files: little-endian numbers and booleans, either order. */
final class NpyReader {
  private static final Pattern HEADER =
      Pattern.compile(
          "\\{'descr': '([^']+)', 'fortran_order': (True|False), 'shape': \\(([^)]*)\\),? *\\}\\s*");

  private NpyReader() {}

  static Map<String, NpyArray> npz(Path file) {
    Map<String, NpyArray> arrays = new LinkedHashMap<>();
    try (ZipFile zip = new ZipFile(file.toFile())) {
      Enumeration<? extends ZipEntry> entries = zip.entries();
      while (entries.hasMoreElements()) {
        ZipEntry entry = entries.nextElement();
        String name = entry.getName().replaceFirst("\\.npy$", "");
        try (InputStream in = zip.getInputStream(entry)) {
          arrays.put(name, npy(in.readAllBytes()));
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return arrays;
  }

  static NpyArray npy(byte[] bytes) {
    ByteBuffer in = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    if (in.getLong() << 16 != 0x59504d554e930000L) {
      throw new IllegalArgumentException("no .npy file");
    }
    int length = bytes[6] == 1 ? Short.toUnsignedInt(in.getShort()) : in.getInt();
    byte[] text = new byte[length];
    in.get(text);
    Matcher header = HEADER.matcher(new String(text, StandardCharsets.UTF_8));
    if (!header.matches()) {
      throw new IllegalArgumentException(
          "unknown .npy header " + new String(text, StandardCharsets.UTF_8));
    }
    int[] shape =
        Arrays.stream(header.group(3).split(","))
            .map(String::trim)
            .filter(extent -> !extent.isEmpty())
            .mapToInt(Integer::parseInt)
            .toArray();
    String type = header.group(1).substring(1);
    double[] values = new double[Arrays.stream(shape).reduce(1, Math::multiplyExact)];
    for (int i = 0; i < values.length; i++) {
      values[i] = element(in, type);
    }
    boolean columnMajor = header.group(2).equals("True");
    return new NpyArray(
        shape, type.startsWith("f"), columnMajor ? rowMajor(shape, values) : values);
  }

  private static double element(ByteBuffer in, String type) {
    return switch (type) {
      case "f4" -> in.getFloat();
      case "f8" -> in.getDouble();
      case "i8" -> in.getLong();
      case "i4" -> in.getInt();
      case "i2" -> in.getShort();
      case "i1" -> in.get();
      case "u1" -> Byte.toUnsignedInt(in.get());
      case "b1" -> in.get() == 0 ? 0 : 1;
      default -> throw new IllegalArgumentException("unknown .npy type " + type);
    };
  }

  private static double[] rowMajor(int[] shape, double[] columnMajor) {
    double[] values = new double[columnMajor.length];
    for (int i = 0; i < values.length; i++) {
      int rest = i;
      int from = 0;
      int column = values.length;
      for (int axis = shape.length - 1; axis >= 0; axis--) {
        column /= shape[axis];
        from += rest % shape[axis] * column;
        rest /= shape[axis];
      }
      values[i] = columnMajor[from];
    }
    return values;
  }
}
