package dev.jukebox.examples.cli;

import dev.jukebox.core.hparams.NearestName;
import java.util.Collection;

/** Which flag was perhaps meant by one that there is not. */
final class NearestFlag {
  private static final int NAMES = 3;

  private NearestFlag() {}

  /** The end of a sentence about an unknown flag. */
  static String question(String word, Collection<String> known) {
    String flag = word.split("=", 2)[0].replaceFirst("^--?", "--");
    return "; did you mean " + String.join(" or ", NearestName.nearest(flag, known, NAMES)) + "?";
  }
}
