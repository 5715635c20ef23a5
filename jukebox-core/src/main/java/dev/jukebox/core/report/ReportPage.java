package dev.jukebox.core.report;

import java.util.Map;

/**
 * The page of a level: one file of HTML, style and script that opens from the disk and asks for
 * nothing but the sounds and the pictures of alignments beside it.
 */
final class ReportPage {

  private ReportPage() {}

  static String html(LevelReport report) {
    String name = Html.escape(report.name());
    int count = report.items().size();
    return Template.of("page.html")
        .fill(
            Map.of(
                "title", name + " · level " + report.level(),
                "name", name,
                "level", Integer.toString(report.level()),
                "count", count == 1 ? "1 song" : count + " songs",
                "settings", settings(report.settings()),
                "songs", songs(report),
                "data", report.dataFile().map(ReportPage::data).orElse(""),
                "style", Template.of("page.css").text(),
                "script", Template.of("page.js").text()));
  }

  private static String settings(Map<String, String> settings) {
    StringBuilder list = new StringBuilder();
    settings.forEach((name, value) -> list.append(Html.fact(name, value)));
    return list.toString();
  }

  private static String songs(LevelReport report) {
    if (report.items().isEmpty()) {
      return "<p class=\"none\">No song was written.</p>\n";
    }
    Template template = Template.of("song.html");
    StringBuilder songs = new StringBuilder();
    for (int i = 0; i < report.items().size(); i++) {
      songs.append(SongSection.html(template, i, report.items().get(i)));
    }
    return songs.toString();
  }

  private static String data(String file) {
    return "Codes, labels and settings of all songs: " + Html.download(file, file);
  }
}
