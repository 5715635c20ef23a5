package dev.jukebox.core.labels;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TextProcessorTest {

  private final TextProcessor v2 = new TextProcessor(false);
  private final TextProcessor v3 = new TextProcessor(true);

  @Test
  void numbersTheVocabularies() {
    assertEquals(80, v2.vocabularySize());
    assertEquals(79, v3.vocabularySize());
    assertArrayEquals(new int[] {1, 26, 27, 52, 53, 62}, v3.tokenise("AZaz09"));
    assertArrayEquals(
        new int[] {63, 64, 65, 66, 67, 68, 69, 70, 71, 72, 73, 74, 75, 76, 77, 78},
        v3.tokenise(".,:;!?-'\"()[] \t\n"));
    assertArrayEquals(new int[] {69, 70, 71}, v2.tokenise("-+'"));
    assertArrayEquals(new int[] {0, 0, 0}, v3.tokenise("+ö&"));
    assertEquals("Hi\n", v2.textise(new int[] {0, 8, 35, 79, 80, -1}));
  }

  /** What unidecode 1.1.1 gives, after what is not in the vocabulary is left out. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "Ça va, naïve Ærø — “quotes” ‘n’ guillemets… | Ca va, naive AEro -- \"quotes\" 'n'"
            + " guillemets...",
        "Привет, мир! Съешь ещё Єва | Privet, mir! S'esh' eshchio Ieva",
        "こんにちは さくら ツシマ ちず | konnichiha sakura tsushima chizu",
        "你好世界! | Ni Hao Shi Jie !",
        "a ½ cup №5 ™ ₿10 ② | a  12  cup No. 5 (tm) BTC10 2",
        "ﬁn 𝓗𝓮𝓵𝓵𝓸 🅐🄱 😀♥♪. | fin Hello (A)[B] .",
        "Ελλάδα | Ellada",
        "안녕 하세요 | annyeong haseyo",
        "Straße ŒUVRE ŋ Ŋ ᴀ ∀ | Strasse OEUVRE NG ng A [?]",
        "3 + 4 = 7 & 5 | 3 + 4  7  5"
      })
  void writesAnythingInAscii(String text, String ascii) {
    assertEquals(ascii, v2.clean(text));
    assertEquals(ascii.replace("+", ""), v3.clean(text));
  }

  @Test
  void keepsLinesAndDropsWhatIsNoCharacter() {
    assertEquals("a b\nc\td\ne", v3.clean("a b\\c\td\ne\r"));
    assertEquals("a b c-d", v3.clean("a\u00a0b\u200bc\u2212d"));
    assertEquals("ab", v3.clean("a\uD800b\u0000\u007f"));
    assertEquals("", v3.clean(""));
  }
}
