package dev.jukebox.core.labels;

import dev.jukebox.core.files.Location;
import java.nio.file.Path;
import java.text.Normalizer;

/**
 * The characters that a model reads lyrics in, numbered from 1; 0 is no character.
 *
 * <pre>{@code
 * TextProcessor text = new TextProcessor(true);
 * String lyrics = text.clean("Hello, wörld!"); // "Hello, world!"
 * int[] tokens = text.tokenise(lyrics); // 8, 31, 38, ...
 * }</pre>
 *
 * <p>Version 3 has A–Z a–z 0–9, {@code .,:;!?-'"()[]}, space, tab and newline; version 2 has {@code
 * +} after {@code -} as well. A model of one's own may have any others, which a file {@code
 * lyric_characters.txt} beside its lists of artists and genres gives in their order, on as many
 * lines as one likes: {@code \s} is a space, {@code \t} a tab, {@code \n} a new line, {@code \\} a
 * backslash.
 */
public final class TextProcessor {

  private static final String LETTERS =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

  private final String name;
  private final String vocabulary;
  private final int[] tokenOf;
  private final boolean own;
  private final Transliterator transliterator = new Transliterator();

  /**
   * @param v3 whether the vocabulary is version 3 rather than 2
   */
  public TextProcessor(boolean v3) {
    this(
        "version " + (v3 ? "3" : "2"),
        LETTERS + ".,:;!?-" + (v3 ? "" : "+") + "'\"()[] \t\n",
        false);
  }

  private TextProcessor(String name, String vocabulary, boolean own) {
    this.name = name;
    this.vocabulary = vocabulary;
    this.own = own;
    this.tokenOf = new int[Math.max(0x7F, vocabulary.chars().max().orElse(0)) + 1];
    for (int i = 0; i < vocabulary.length(); i++) {
      tokenOf[vocabulary.charAt(i)] = i + 1;
    }
  }

  /**
   * The characters that {@code lyric_characters.txt} in a directory gives; those of a version where
   * there is no such file.
   *
   * @param v3 whether that is version 3 rather than 2
   * @throws dev.jukebox.error.InvalidInputException if the file is malformed, with its line
   */
  public static TextProcessor in(Path directory, boolean v3) {
    return in(Location.of(directory), v3);
  }

  /** As {@link #in(Path, boolean)}, wherever the directory is. */
  public static TextProcessor in(Location directory, boolean v3) {
    return LyricCharacters.in(directory)
        .map(characters -> new TextProcessor(LyricCharacters.FILE, characters, true))
        .orElseGet(() -> new TextProcessor(v3));
  }

  /** Where the characters are from, for messages. */
  String name() {
    return name;
  }

  /** The number of tokens, "no character" included: 79 of version 3, 80 of version 2. */
  public int vocabularySize() {
    return vocabulary.length() + 1;
  }

  /**
   * The text in the characters of the vocabulary: written in ASCII, a backslash for a newline, the
   * rest left out. Where a file gives the characters, those that it has stay as they are.
   */
  public String clean(String text) {
    StringBuilder kept = new StringBuilder(text.length());
    if (!own) {
      keep(transliterator.toAscii(text), kept);
      return kept.toString();
    }
    Normalizer.normalize(text, Normalizer.Form.NFC)
        .codePoints()
        .forEach(
            point -> {
              if (token(point) != 0) {
                kept.append((char) point);
              } else {
                keep(transliterator.toAscii(Character.toString(point)), kept);
              }
            });
    return kept.toString();
  }

  private void keep(String ascii, StringBuilder kept) {
    String lines = ascii.replace('\\', '\n');
    for (int i = 0; i < lines.length(); i++) {
      if (token(lines.charAt(i)) != 0) {
        kept.append(lines.charAt(i));
      }
    }
  }

  /** The token of each character; 0 for one that {@link #clean} would leave out. */
  public int[] tokenise(String cleaned) {
    return cleaned.chars().map(this::token).toArray();
  }

  /** The text of the tokens; those that stand for no character are left out. */
  public String textise(int[] tokens) {
    StringBuilder text = new StringBuilder(tokens.length);
    for (int token : tokens) {
      if (token > 0 && token <= vocabulary.length()) {
        text.append(vocabulary.charAt(token - 1));
      }
    }
    return text.toString();
  }

  private int token(int character) {
    return character < tokenOf.length ? tokenOf[character] : 0;
  }
}
