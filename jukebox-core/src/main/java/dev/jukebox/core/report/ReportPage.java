package dev.jukebox.core.report;

import java.util.Locale;
import java.util.Map;

/** The page of a level: one player for each song, in plain HTML that opens from the disk. */
final class ReportPage {

  private static final String HEAD =
      """
      <!DOCTYPE html>
      <html lang="en">
      <head>
      <meta charset="utf-8">
      <meta name="viewport" content="width=device-width, initial-scale=1">
      <title>%s</title>
      <link rel="icon" href="data:,">
      <style>
      :root { color-scheme: light dark; --line: #8884; --soft: #8881; --quiet: #777; }
      body { font: 16px/1.5 system-ui, sans-serif; max-width: 46rem; margin: 2.5rem auto; padding: 0 1rem; }
      h1 { font-size: 1.6rem; margin: 0 0 .25rem; overflow-wrap: anywhere; }
      h2 { font-size: 1.05rem; margin: 0; }
      dl { display: flex; flex-wrap: wrap; gap: .25rem 1.5rem; margin: .5rem 0 2rem; color: var(--quiet); }
      dl div { display: flex; gap: .4rem; } dt::after { content: ":"; } dd { margin: 0; }
      article { border: 1px solid var(--line); border-radius: .75rem; padding: 1rem 1.25rem; margin: 1rem 0; }
      audio { width: 100%%; margin: .75rem 0 .25rem; }
      p { margin: .1rem 0; color: var(--quiet); font-size: .9rem; }
      pre { white-space: pre-wrap; overflow-wrap: anywhere; font: inherit; background: var(--soft);
        border-radius: .5rem; padding: .75rem 1rem; margin: .75rem 0 0; max-height: 20rem; overflow: auto; }
      </style>
      </head>
      <body>
      """;

  private ReportPage() {}

  static String html(LevelReport report) {
    String title = escape(report.name()) + " · level " + report.level();
    StringBuilder page = new StringBuilder(HEAD.formatted(title));
    page.append("<h1>").append(title).append("</h1>\n<dl>\n");
    for (Map.Entry<String, String> setting : report.settings().entrySet()) {
      page.append("<div><dt>").append(escape(setting.getKey())).append("</dt><dd>");
      page.append(escape(setting.getValue())).append("</dd></div>\n");
    }
    report
        .dataFile()
        .ifPresent(
            file ->
                page.append("<div><dt>Data</dt><dd>")
                    .append(link(file, file))
                    .append("</dd></div>\n"));
    page.append("</dl>\n");
    for (int i = 0; i < report.items().size(); i++) {
      append(page, i, report.items().get(i));
    }
    return page.append("</body>\n</html>\n").toString();
  }

  private static void append(StringBuilder page, int index, ReportItem item) {
    String name = "item_" + index;
    page.append("<article>\n<h2>").append(escape(heading(index, item))).append("</h2>\n");
    page.append("<audio controls preload=\"metadata\" src=\"").append(name).append(".wav\">");
    page.append("</audio>\n<p>");
    page.append(
        String.format(
            Locale.ROOT, "%.2f s at %d Hz · ", item.audio().seconds(), item.audio().sampleRate()));
    page.append(link(name + ".wav", name + ".wav"));
    if (item.alignment().isPresent() && !item.lyrics().isEmpty()) {
      page.append(" · ").append(link(name + "/align.json", "lyric alignment"));
    }
    page.append("</p>\n");
    if (!item.lyrics().isBlank()) {
      // A newline right after the tag is not part of the text.
      page.append("<pre>\n").append(escape(item.lyrics())).append("</pre>\n");
    }
    page.append("</article>\n");
  }

  private static String heading(int index, ReportItem item) {
    StringBuilder heading = new StringBuilder("Item " + index);
    for (String part : new String[] {item.artist(), item.genre()}) {
      if (!part.isBlank()) {
        heading.append(" · ").append(part);
      }
    }
    return heading.toString();
  }

  private static String link(String target, String text) {
    // The prefix keeps a name with a colon from being taken for another protocol.
    return "<a href=\"./" + escape(percentEncode(target)) + "\">" + escape(text) + "</a>";
  }

  private static String percentEncode(String name) {
    return name.replace("%", "%25").replace("#", "%23").replace("?", "%3F");
  }

  private static String escape(String text) {
    StringBuilder safe = new StringBuilder(text.length());
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case '&' -> safe.append("&amp;");
        case '<' -> safe.append("&lt;");
        case '>' -> safe.append("&gt;");
        case '"' -> safe.append("&quot;");
        case '\'' -> safe.append("&#39;");
        default -> safe.append(c < ' ' && "\n\r\t".indexOf(c) < 0 ? '\uFFFD' : c);
      }
    }
    return safe.toString();
  }
}
