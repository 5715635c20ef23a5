package dev.jukebox.core.report;

import dev.jukebox.core.audio.Audio;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.stream.IntStream;

/** The part of a page that shows one song. */
final class SongSection {

  private static final int COLUMNS = 1200;
  private static final int ROWS = 128;
  private static final int[] TICKS_HZ = {300, 1000, 3000, 10_000};

  private final int index;
  private final ReportItem item;
  private final boolean aligned;

  private SongSection(int index, ReportItem item) {
    this.index = index;
    this.item = item;
    this.aligned = AlignmentFiles.isAligned(item);
  }

  /**
   * The section as HTML.
   *
   * @param template the content of song.html
   */
  static String html(Template template, int index, ReportItem item) {
    return template.fill(new SongSection(index, item).values());
  }

  private Map<String, String> values() {
    Audio audio = item.audio();
    Waveform wave = Waveform.of(audio, COLUMNS);
    LevelImage spectrum = Spectrogram.image(audio, COLUMNS, ROWS);
    Map<String, String> values = new HashMap<>();
    values.put("index", Integer.toString(index));
    values.put("artist", Html.escape(item.artist().isBlank() ? "Item " + index : item.artist()));
    values.put("genre", Html.escape(item.genre()));
    values.put("seconds", String.format(Locale.ROOT, "%.3f", audio.seconds()));
    values.put("length", clock(audio.seconds()));
    values.put("audio", "item_" + index + ".wav");
    values.put("columns", Integer.toString(Math.max(1, wave.columns())));
    values.put("wave", wave.path());
    values.put("width", Integer.toString(spectrum.width()));
    values.put("height", Integer.toString(spectrum.height()));
    values.put("spectrum", spectrum.dataUrl());
    values.put("ticks", ticks(audio));
    values.put("alignment", aligned ? alignment() : "");
    values.put("lyrics", item.lyrics().isBlank() ? "" : lyrics());
    values.put("facts", facts());
    values.put("downloads", downloads());
    values.put("track", Html.script(TrackJson.of(item.lyrics(), track())));
    return values;
  }

  private LyricTrack track() {
    return aligned
        ? LyricTrack.of(item.alignment().orElseThrow(), item.audio().seconds())
        : LyricTrack.empty();
  }

  private static String clock(double seconds) {
    long whole = (long) seconds;
    return String.format(Locale.ROOT, "%d:%02d", whole / 60, whole % 60);
  }

  private static String ticks(Audio audio) {
    MelBands bands = Spectrogram.bands(audio, ROWS);
    StringBuilder ticks = new StringBuilder();
    for (int hertz : TICKS_HZ) {
      double height = (bands.position(hertz) + 0.5) / ROWS;
      if (height < 0.95) {
        ticks.append(
            String.format(
                Locale.ROOT,
                "<span class=\"tick\" style=\"bottom:%.1f%%\">%s</span>",
                100 * height,
                hertz < 1000 ? hertz + " Hz" : hertz / 1000 + " kHz"));
      }
    }
    return ticks.toString();
  }

  private String alignment() {
    return "<div class=\"strip alignment\"><img alt=\"Alignment: time to the right, lyrics"
        + " upwards\" width=\""
        + AlignmentImage.WIDTH
        + "\" height=\""
        + AlignmentImage.HEIGHT
        + "\" src=\"./item_"
        + index
        + "/align.png\"><span class=\"label\">Alignment, letters upwards</span></div>\n";
  }

  private String lyrics() {
    // A newline right after the tag is not part of the text.
    return "<pre class=\"lyrics\" tabindex=\"0\" role=\"region\" aria-label=\"Lyrics of item "
        + index
        + "\">\n"
        + Html.escape(item.lyrics())
        + "</pre>\n";
  }

  private String facts() {
    Audio audio = item.audio();
    StringBuilder facts = new StringBuilder();
    facts.append(Html.fact("item", Integer.toString(index)));
    item.facts().forEach((name, value) -> facts.append(Html.fact(name, value)));
    facts.append(Html.fact("sound", sound(audio)));
    if (!item.lyrics().isEmpty()) {
      facts.append(Html.fact("lyrics", item.lyrics().length() + " characters"));
    }
    return facts.toString();
  }

  private static String sound(Audio audio) {
    return String.format(Locale.ROOT, "%.2f s at %d Hz", audio.seconds(), audio.sampleRate());
  }

  private String downloads() {
    StringBuilder links = new StringBuilder();
    for (String file : files()) {
      links.append("<li>").append(Html.download(file, file)).append("</li>\n");
    }
    return links.toString();
  }

  private String[] files() {
    String name = "item_" + index;
    String[] all = {
      name + ".wav", name + "/lyrics.json", name + "/align.json", name + "/align.png"
    };
    int count = item.lyrics().isEmpty() ? 1 : aligned ? all.length : 2;
    return IntStream.range(0, count).mapToObj(i -> all[i]).toArray(String[]::new);
  }
}
