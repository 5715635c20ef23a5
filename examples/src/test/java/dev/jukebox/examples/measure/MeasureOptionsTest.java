package dev.jukebox.examples.measure;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Words of a command line, and the table. */
class MeasureOptionsTest {

  @Test
  void flagsHaveDefaults() {
    MeasureOptions options =
        MeasureOptions.parse(new String[] {"demo", "out", "--songs=4", "--temp=0.9,1"});
    assertEquals(
        new MeasureOptions("demo", Path.of("out"), 4, 16, 3, 2, List.of(0.9, 1.0), 4), options);
  }

  @Test
  void otherWordsAreRefusedInOneSentence() {
    for (String[] words :
        new String[][] {{"demo"}, {"demo", "out", "--sogns=4"}, {"a", "b", "c"}}) {
      String message =
          assertThrows(IllegalArgumentException.class, () -> MeasureOptions.parse(words))
              .getMessage();
      assertTrue(message.contains("--songs") && !message.contains("\n"), message);
    }
  }

  @Test
  void rowsOfTablesAreFilledUp() {
    Table table = new Table(List.of("a", "b"));
    table.row("x", List.of("1"), "≤ 2", "y");
    assertEquals(
        """
        | figure | a | b | bound | what it means |
        | --- | --- | --- | --- | --- |
        | x | 1 |  | ≤ 2 | y |
        """,
        table.markdown());
    assertEquals("12.5 %", Table.percent(0.125));
    assertEquals("–", Table.percent(Double.NaN));
    assertEquals("0.125", Table.number(0.125));
  }
}
