package dev.jukebox.examples.corpus;

import java.util.Random;

/**
 * Writes lyrics that nobody has written before: known words, and invented ones for rare letters.
 */
public final class Words {
  private static final double INVENTED = 0.25;
  private static final String CONSONANTS = "bcdfghjklmnpqrstvwxz";
  private static final String VOWELS = "aeiouy";
  private static final int LINE = 22;

  private static final String[] KNOWN =
      """
      all and another answer apple are autumn away back bells below beside bird blue boat born \
      bread bridge bright bring broken brother by call candle carry change child city clear climb \
      clock close cloud cold come corner count cross dance dark day deep door down dream drum dust \
      each early earth east echo edge empty evening ever every fall far farewell feather field fire \
      first flow flower fly fold follow forest forget found free friend from frost garden gate \
      gentle give glass glow go gold gone grass green grey ground grow half hand harbour hear heart \
      heavy hello here hidden high hill hold home hope horse hour house how humming hundred ice if \
      in into island jar jump jungle just keep key kind king kiss kite know lake lamp land lantern \
      large last late laugh leaf learn leave letter lift light like line lion listen little long \
      look lost love low lucky made make many map march mild mile milk mind mirror moon more morning \
      mountain move music my name near never new night no noon north not now oak ocean of old on \
      once one only open orange other our out over own page paint paper part pass path people piano \
      picture place plain play please pocket question quick quiet quite rain raise reach read red \
      remember rest return ride ring rise river road roll roof room rose round run sail salt same \
      sand say sea seven shade shine ship shore side silver simple sing sister sky sleep slow small \
      smile snow so soft some song soon sound south spring stand star stay step still stone story \
      strange street strong summer sun sweet swim table take tale tell ten that the then these they \
      thing think this thousand tide time to today together touch tower town train tree true turn \
      twelve under until up valley velvet very village voice wait wake walk wall want warm watch \
      water wave way we west what wheel when where white who why wild wind window winter wish with \
      wonder wood word work world would year yellow yes you young zebra zero\
      """
          .split(" ");

  private Words() {}

  /**
   * Lines of words.
   *
   * @param length characters in all; the last word is cut where it does not fit
   * @param seed decides the words
   */
  public static String lyrics(int length, long seed) {
    Random random = new Random(seed);
    StringBuilder text = new StringBuilder(length + LINE);
    int lineStart = 0;
    while (text.length() < length) {
      if (text.length() > lineStart) {
        if (text.length() - lineStart > LINE - random.nextInt(8)) {
          text.append(mark(random)).append('\n');
          lineStart = text.length();
        } else {
          text.append(' ');
        }
      }
      String word = random.nextDouble() < INVENTED ? invented(random) : known(random);
      text.append(text.length() == lineStart ? capital(word) : word);
    }
    return text.substring(0, length);
  }

  private static String mark(Random random) {
    return switch (random.nextInt(5)) {
      case 0 -> ",";
      case 1 -> ".";
      default -> "";
    };
  }

  private static String known(Random random) {
    return KNOWN[random.nextInt(KNOWN.length)];
  }

  private static String invented(Random random) {
    StringBuilder word = new StringBuilder();
    int syllables = 1 + random.nextInt(2);
    for (int i = 0; i < syllables; i++) {
      word.append(CONSONANTS.charAt(random.nextInt(CONSONANTS.length())));
      word.append(VOWELS.charAt(random.nextInt(VOWELS.length())));
      if (random.nextBoolean()) {
        word.append(CONSONANTS.charAt(random.nextInt(CONSONANTS.length())));
      }
    }
    return word.toString();
  }

  private static String capital(String word) {
    return Character.toUpperCase(word.charAt(0)) + word.substring(1);
  }
}
