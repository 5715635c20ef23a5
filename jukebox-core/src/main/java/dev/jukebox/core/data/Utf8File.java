package dev.jukebox.core.data;

import dev.jukebox.core.files.FileErrors;
import dev.jukebox.error.InvalidInputException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** Texts that people wrote, with or without the mark that some editors put in front. */
final class Utf8File {

  private static final long LARGEST = 1L << 30;

  private Utf8File() {}

  static String read(Path file) {
    try {
      if (Files.size(file) > LARGEST) {
        throw new InvalidInputException(file + " is larger than 1 GiB, so it is not such a text.");
      }
      String text =
          StandardCharsets.UTF_8
              .newDecoder()
              .decode(ByteBuffer.wrap(Files.readAllBytes(file)))
              .toString();
      return text.startsWith("\uFEFF") ? text.substring(1) : text;
    } catch (CharacterCodingException e) {
      throw new InvalidInputException(file + " is not text in UTF-8; save it as UTF-8.", e);
    } catch (IOException e) {
      throw FileErrors.cannotRead(file, e);
    }
  }
}
