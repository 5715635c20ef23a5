package dev.jukebox.core.labels;

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
 * +} after {@code -} as well.
 */
public final class TextProcessor {

  private static final String LETTERS =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

  private final String vocabulary;
  private final int[] tokenOf = new int[0x80];
  private final Transliterator transliterator = new Transliterator();

  /**
   * @param v3 whether the vocabulary is version 3 rather than 2
   */
  public TextProcessor(boolean v3) {
    vocabulary = LETTERS + ".,:;!?-" + (v3 ? "" : "+") + "'\"()[] \t\n";
    for (int i = 0; i < vocabulary.length(); i++) {
      tokenOf[vocabulary.charAt(i)] = i + 1;
    }
  }

  /** The number of tokens, "no character" included: 79 in version 3, 80 in version 2. */
  public int vocabularySize() {
    return vocabulary.length() + 1;
  }

  /**
   * The text in the characters of the vocabulary: written in ASCII, a backslash for a newline, the
   * rest left out.
   */
  public String clean(String text) {
    String ascii = transliterator.toAscii(text).replace('\\', '\n');
    StringBuilder kept = new StringBuilder(ascii.length());
    for (int i = 0; i < ascii.length(); i++) {
      if (token(ascii.charAt(i)) != 0) {
        kept.append(ascii.charAt(i));
      }
    }
    return kept.toString();
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
