package dev.jukebox.core.weights.pickle;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jukebox.core.weights.store.ByteSource;
import java.io.ByteArrayOutputStream;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(60)
class PickleReaderTest {

  /** By Python 3.11: pickle.dumps({'a': [1, -2.5, None, True], 'b': (1, 'é\n'), 'c': 2**70}, p). */
  @ParameterizedTest
  @CsvSource({
    "0, 286470300a56610a70310a286c70320a49310a61462d322e350a614e614930310a617356620a70330a2849310a56e95c75303030610a70340a7470350a7356630a70360a4c313138303539313632303731373431313330333432344c0a732e",
    "1, 7d71002858010000006171015d7102284b0147c0040000000000004e4930310a655801000000627103284b015803000000c3a90a710474710558010000006371064c313138303539313632303731373431313330333432344c0a752e",
    "2, 80027d71002858010000006171015d7102284b0147c0040000000000004e886558010000006271034b015803000000c3a90a710486710558010000006371068a09000000000000000040752e",
    "3, 80037d71002858010000006171015d7102284b0147c0040000000000004e886558010000006271034b015803000000c3a90a710486710558010000006371068a09000000000000000040752e",
    "4, 80049537000000000000007d94288c0161945d94284b0147c0040000000000004e88658c0162944b018c03c3a90a9486948c0163948a09000000000000000040752e",
    "5, 80059537000000000000007d94288c0161945d94284b0147c0040000000000004e88658c0162944b018c03c3a90a9486948c0163948a09000000000000000040752e"
  })
  void readsEveryProtocol(int protocol, String hex) {
    Object value = read(HexFormat.of().parseHex(hex));
    Map<?, ?> map = assertInstanceOf(Map.class, value);
    assertEquals(List.of("a", "b", "c"), List.copyOf(map.keySet()), "protocol " + protocol);
    assertEquals(List.of(1L, -2.5, None.NONE, true), map.get("a"));
    assertEquals(PyTuple.of(1L, "\u00e9\n"), map.get("b"));
    assertEquals(BigInteger.ONE.shiftLeft(70), map.get("c"));
  }

  @Test
  void neverCallsWhatAFileNames() {
    PyObject call =
        assertInstanceOf(PyObject.class, read("cos\nsystem\n(S'touch /tmp/never'\ntR."));
    assertTrue(call.isA("os", "system"));
    assertEquals(PyTuple.of("touch /tmp/never"), call.arguments().orElseThrow());
    assertEquals(None.NONE, call.state());
  }

  @Test
  void keepsUnknownInstancesWithTheirState() {
    PyObject instance = assertInstanceOf(PyObject.class, read("ca.b\nC\n)\u0081}(S'x'\nI5\nub."));
    assertEquals("a.b.C", instance.toString());
    assertEquals(Map.of("x", 5L), instance.state());
  }

  @ParameterizedTest
  @CsvSource({
    "'', ends too early",
    "'.', makes no sense",
    "'X\u00ff\u00ff\u00ff\u007fabc', ends too early",
    "'\u008e\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u007fabc', ends too early",
    "'\u008e\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u00ffabc', ends too early",
    "'\u008b\u00ff\u00ff\u00ff\u007fabc', an integer of",
    "'h\u0005.', makes no sense",
    "'(.', makes no sense",
    "'N(0t.', makes no sense",
    "'t.', makes no sense",
    "'](KK', ends too early",
    "'}]Ns.', keys we do not read",
    "'K\u0001]a.', makes no sense",
    "'\u0080\u0009N.', protocol 9",
    "'P1', feature we do not read",
    "'NQ.', outside itself",
    "'K\u0001K\u0001R.', makes no sense",
  })
  void refusesNonsense(String pickle, String words) {
    PickleFormatException refusal = assertThrows(PickleFormatException.class, () -> read(pickle));
    assertTrue(refusal.getMessage().contains(words), refusal.getMessage());
  }

  @Test
  void readsEscapedText() {
    assertEquals("\u266b \ud83c\udfb5", read("V\\u266b \\U0001f3b5\n."));
    assertThrows(PickleFormatException.class, () -> read("V\\Uffffffff\n."));
  }

  @Test
  void refusesWhatContainsItself() {
    assertThrows(PickleFormatException.class, () -> read("]q\u0000h\u0000a."));
    assertThrows(PickleFormatException.class, () -> read("}q\u0000K\u0001h\u0000s."));
  }

  @Test
  void refusesDeepNesting() {
    assertThrows(PickleFormatException.class, () -> read("N" + "\u0085".repeat(100_000) + "."));
    assertThrows(PickleFormatException.class, () -> read("(".repeat(100_000)));
    assertEquals(1, ((PyTuple) read("N" + "\u0085".repeat(100) + ".")).size());
  }

  @Test
  void refusesSharedPartsThatUnfoldWithoutEnd() {
    String doubling = "q\u0000h\u0000\u0086".repeat(60);
    assertThrows(PickleFormatException.class, () -> read("K\u0001" + doubling + "."));
  }

  @Test
  void randomInstructionsEndInAValueOrARefusal() {
    byte[] common =
        ")]}(Nq\u0000h\u0000\u0085\u0086\u0087taeuslb.R\u0081\u0090\u008f\u0091\u0094K\u0001X\u0001\u0000\u0000\u0000ac\n\n02d1"
            .getBytes(StandardCharsets.ISO_8859_1);
    Random random = new Random(20);
    int values = 0;
    for (int i = 0; i < 50_000; i++) {
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      for (int n = random.nextInt(40); n >= 0; n--) {
        out.write(common[random.nextInt(common.length)]);
      }
      out.write('.');
      try {
        read(out.toByteArray());
        values++;
      } catch (PickleFormatException e) {
        assertFalse(e.getMessage().isBlank());
      }
    }
    assertTrue(values > 100, values + " values");
  }

  @Test
  void readsBytesAndSets() {
    assertArrayEquals(new byte[] {1, 2}, (byte[]) read("C\u0002\u0001\u0002."));
    assertEquals(Set.of(1L, 2L), read("\u008f(K\u0001K\u0002\u0090."));
    assertEquals(Set.of(1L), read("(K\u0001\u0091."));
  }

  private static Object read(String latin1) {
    return read(latin1.getBytes(StandardCharsets.ISO_8859_1));
  }

  private static Object read(byte[] pickle) {
    ByteSource source = ByteSource.of("a pickle", ByteBuffer.wrap(pickle));
    return PickleReader.read(source, 0, PickleHandler.PLAIN).value();
  }
}
