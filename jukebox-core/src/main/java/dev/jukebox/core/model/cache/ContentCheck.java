package dev.jukebox.core.model.cache;

import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Optional;

/** Whether what a server sends can be the file that was asked for, by how it begins. */
final class ContentCheck {

  /** Bytes that are enough to tell. */
  static final int BYTES = 64;

  private ContentCheck() {}

  /** The reason why a response of this Content-Type is no file, such as the page of a login. */
  static Optional<String> refuseType(String contentType) {
    return contentType.toLowerCase(Locale.ROOT).startsWith("text/html")
        ? Optional.of("a web page instead of the file")
        : Optional.empty();
  }

  /**
   * The reason why a file cannot begin so.
   *
   * @param name the file's name
   * @param start its first bytes, {@link #BYTES} or all
   */
  static Optional<String> refuseStart(String name, byte[] start) {
    boolean right =
        switch (name.substring(name.lastIndexOf('.') + 1)) {
          case "json" -> firstVisible(start) == '{' || firstVisible(start) == '[';
          case "safetensors" -> start.length > 8 && start[8] == '{';
          case "tar", "pth", "pt", "bin" -> isPickle(start) || isZip(start);
          default -> firstVisible(start) != '<';
        };
    return right
        ? Optional.empty()
        : Optional.of("something else than the file: it begins with \"" + printable(start) + "\"");
  }

  private static boolean isPickle(byte[] start) {
    return start.length > 1 && start[0] == (byte) 0x80 && start[1] >= 2 && start[1] <= 5;
  }

  private static boolean isZip(byte[] start) {
    return start.length > 3 && start[0] == 'P' && start[1] == 'K' && start[2] == 3 && start[3] == 4;
  }

  private static int firstVisible(byte[] start) {
    for (byte b : start) {
      if (b > ' ') {
        return b;
      }
    }
    return -1;
  }

  private static String printable(byte[] start) {
    String text = new String(start, StandardCharsets.ISO_8859_1);
    return text.substring(0, Math.min(16, text.length())).replaceAll("[^ -~]", ".");
  }
}
