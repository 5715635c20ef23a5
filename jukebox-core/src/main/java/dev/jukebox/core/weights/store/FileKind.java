package dev.jukebox.core.weights.store;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** What a file is, by its first bytes, for messages about files that are not what they seem. */
public final class FileKind {
  private static final int HEAD = 512;

  private FileKind() {}

  /** A few words such as "a WAV audio file"; empty for kinds we do not know. */
  public static Optional<String> of(ByteSource file) {
    if (file.byteSize() == 0) {
      return Optional.of("empty");
    }
    byte[] bytes = new byte[(int) Math.min(HEAD, file.byteSize())];
    ByteBuffer view = file.view(0, bytes.length);
    view.get(bytes);
    String head = new String(bytes, StandardCharsets.ISO_8859_1);
    String start = head.stripLeading();
    if (head.startsWith("RIFF")) {
      return Optional.of("a WAV audio file");
    }
    if (head.startsWith("ID3") || head.startsWith("OggS") || head.startsWith("fLaC")) {
      return Optional.of("an audio file");
    }
    if (head.length() >= 262 && head.startsWith("ustar", 257)) {
      return Optional.of("a tar archive, to be unpacked first");
    }
    if (head.startsWith("\u001f\u008b")) {
      return Optional.of("compressed by gzip, to be unpacked first");
    }
    if (head.startsWith("version https://git-lfs")) {
      return Optional.of("a Git LFS pointer, to be replaced by 'git lfs pull'");
    }
    if (head.startsWith("\u0089HDF")) {
      return Optional.of("an HDF5 file");
    }
    if (head.startsWith("\u0093NUMPY")) {
      return Optional.of("a NumPy array");
    }
    if (head.startsWith("PK\u0003\u0004") || head.startsWith("PK\u0005\u0006")) {
      return Optional.of("a zip archive");
    }
    if (start.startsWith("<")) {
      return Optional.of("a web page, so the download failed");
    }
    return Optional.empty();
  }
}
