package dev.jukebox.core.labels;

import dev.jukebox.error.FileAccessException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.text.Normalizer;
import java.util.HashMap;
import java.util.Map;
import net.gcardone.junidecode.Junidecode;

/**
 * Writes any text in ASCII as Python's unidecode 1.1.1 does, the release that the original's lyrics
 * were read with: Junidecode's tables, corrected by a small table of differences and by the rules
 * for what lies outside its planes.
 */
final class Transliterator {

  private static final String TABLE = "transliteration.txt";

  private final Map<Integer, String> corrections;

  Transliterator() {
    this.corrections = readTable();
  }

  String toAscii(String text) {
    StringBuilder ascii = new StringBuilder(text.length());
    text.codePoints()
        .forEach(
            point -> {
              if (point < 0x80) {
                ascii.append((char) point);
              } else {
                ascii.append(transliterate(point));
              }
            });
    return ascii.toString();
  }

  private String transliterate(int point) {
    String correction = corrections.get(point);
    if (correction != null) {
      return correction;
    }
    if (point > 0xFFFF) {
      return outsideThePlane(point);
    }
    if (isUntouched(point)) {
      return "";
    }
    String character = Character.toString(point);
    return isCompatible(point) ? compatible(character) : Junidecode.unidecode(character);
  }

  /** Letters and digits in mathematical styles, circles and squares; anything else is dropped. */
  private static String outsideThePlane(int point) {
    if (between(point, 0x1F130, 0x1F149)) {
      return bracketed(point - 0x1F130);
    }
    if (between(point, 0x1F170, 0x1F189)) {
      return bracketed(point - 0x1F170);
    }
    if (between(point, 0x1F150, 0x1F169)) {
      return "(" + (char) ('A' + point - 0x1F150) + ")";
    }
    boolean styled =
        between(point, 0x1D400, 0x1D6A3)
            || between(point, 0x1D7CE, 0x1D7FF)
            || between(point, 0x1F100, 0x1F129);
    String plain =
        styled ? Normalizer.normalize(Character.toString(point), Normalizer.Form.NFKC) : "";
    return isAscii(plain) ? plain : "";
  }

  private static String bracketed(int letter) {
    return "[" + (char) ('A' + letter) + "]";
  }

  /** Superscripts, subscripts, modifier letters, numbers in circles: their plain characters. */
  private static boolean isCompatible(int point) {
    return between(point, 0x1D00, 0x1D7F)
        || between(point, 0x2070, 0x209C)
        || between(point, 0x2460, 0x24E9)
        || between(point, 0x3251, 0x32BF);
  }

  private static String compatible(String character) {
    String plain = Normalizer.normalize(character, Normalizer.Form.NFKC);
    return isAscii(plain) ? plain : Junidecode.unidecode(character);
  }

  /** Surrogates without a partner, and scripts that unidecode has no table for. */
  private static boolean isUntouched(int point) {
    return between(point, 0xD800, 0xDFFF)
        || between(point, 0x1900, 0x1CFF)
        || between(point, 0x1D80, 0x1DFF);
  }

  private static boolean between(int point, int first, int last) {
    return point >= first && point <= last;
  }

  private static boolean isAscii(String text) {
    return text.chars().allMatch(c -> c < 0x80);
  }

  private static Map<Integer, String> readTable() {
    try (InputStream in = Transliterator.class.getResourceAsStream(TABLE)) {
      if (in == null) {
        throw new FileAccessException(
            "The resource " + TABLE + " is missing from the jukebox-core jar");
      }
      Map<Integer, String> table = new HashMap<>();
      new String(in.readAllBytes(), StandardCharsets.UTF_8)
          .lines()
          .filter(line -> !line.startsWith("#"))
          .forEach(
              line -> {
                String text = line.length() > 5 ? line.substring(5).replace('_', ' ') : "";
                table.put(Integer.parseInt(line.substring(0, 4), 16), text);
              });
      return Map.copyOf(table);
    } catch (IOException e) {
      throw new FileAccessException("The resource " + TABLE + " could not be read", e);
    }
  }
}
