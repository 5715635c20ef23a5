package dev.jukebox.examples.measure;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;

/** A table in Markdown: figures of several sounds, with what must hold and what they mean. */
final class Table {
  private final List<String> columns;
  private final StringBuilder text = new StringBuilder();

  /** A table with a column of figures for each name. */
  Table(List<String> columns) {
    this.columns = List.copyOf(columns);
    List<String> head = new ArrayList<>(List.of("figure"));
    head.addAll(columns);
    head.addAll(List.of("bound", "what it means"));
    line(head);
    line(Collections.nCopies(head.size(), "---"));
  }

  /** A row; empty cells for what was not measured. */
  void row(String figure, List<String> values, String bound, String meaning) {
    List<String> cells = new ArrayList<>(List.of(figure));
    cells.addAll(values);
    cells.addAll(Collections.nCopies(columns.size() - values.size(), ""));
    cells.add(bound);
    cells.add(meaning);
    line(cells);
  }

  private void line(List<String> cells) {
    text.append("| ").append(String.join(" | ", cells)).append(" |\n");
  }

  /** The Markdown. */
  String markdown() {
    return text.toString();
  }

  /** A part as a percentage; a dash for that of none. */
  static String percent(double share) {
    return Double.isNaN(share) ? "–" : String.format(Locale.ROOT, "%.1f %%", 100 * share);
  }

  /** A number with three decimals; a dash for none. */
  static String number(double value) {
    return Double.isNaN(value) ? "–" : String.format(Locale.ROOT, "%.3f", value);
  }
}
