package dev.jukebox.core.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.jukebox.core.audio.Audio;
import dev.jukebox.core.audio.WavFile;
import dev.jukebox.error.FileAccessException;
import dev.jukebox.error.InvalidInputException;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LevelReportTest {

  private static final Audio SOUND = Audio.mono(44_100, new float[] {0, 0.5f, 1.5f, -1.5f});

  @TempDir Path directory;

  @Test
  void laysOutTheFilesOfALevel() throws IOException {
    OutputDirectory output = OutputDirectory.prepare(directory.resolve("run"));
    report(List.of(withLyrics(), ReportItem.of(SOUND, "Zoë", "folk"))).write(output);
    Path level = directory.resolve("run/level_2");
    Files.writeString(level.resolve("data.pth.tar"), "codes");
    Audio read = WavFile.read(level.resolve("item_1.wav"));
    assertEquals(
        Audio.mono(44_100, new float[] {0, 0.5f, 32_767 / 32_768f, -1}), read, "limited to ±1");
    String page = Files.readString(level.resolve("index.html"));
    Matcher links = Pattern.compile("(?:src|href)=\"(?!data:)([^\"]*)\"").matcher(page);
    int found = 0;
    while (links.find()) {
      assertTrue(Files.exists(level.resolve(links.group(1))), links.group(1));
      found++;
    }
    assertEquals(9, found, page);
    assertTrue(page.contains(">Zoë</h2><p>folk</p>"), page);
    assertTrue(page.contains("<dt>Seed</dt><dd>7</dd>"), page);
    assertTrue(page.indexOf("Seed") < page.indexOf("Temperature"), page);
    assertFalse(page.contains("://"), page);
    try (Stream<Path> files = Files.walk(level)) {
      assertEquals(0, files.filter(p -> p.toString().endsWith(".tmp")).count());
    }
  }

  @Test
  void showsTextAsText() throws IOException {
    OutputDirectory output = OutputDirectory.prepare(directory);
    String evil = "</pre><script>alert('x')</script>&amp;\u0000";
    ReportItem item =
        new ReportItem(SOUND, "<b>\"a\"", "g&b", evil, Optional.empty(), Map.of("<f>", "<w>"));
    new LevelReport("<i>", 0, Map.of("<k>", "<v>"), Optional.of("a\"b#c.tar"), List.of(item))
        .write(output);
    String page = Files.readString(directory.resolve("level_0/index.html"));
    for (String tag :
        new String[] {"<script>alert", "<b>", "<i>", "<k>", "<v>", "<f>", "<w>", "\u0000"}) {
      assertFalse(page.contains(tag), tag);
    }
    assertTrue(
        page.contains(
            "&lt;/pre&gt;&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt;&amp;amp;\uFFFD</pre>"),
        page);
    assertTrue(page.contains("href=\"./a&quot;b%23c.tar\""), page);
    assertTrue(page.contains("{\"lyrics\":\"\\u003c/pre\\u003e\\u003cscript\\u003ealert("), page);
    assertEquals(2, page.split("</script", -1).length - 1, "of the track and of the page");
  }

  @Test
  void writesAlignmentAndLyricsAsNumbers() throws IOException {
    OutputDirectory output = OutputDirectory.prepare(directory);
    report(List.of(withLyrics())).write(output);
    Path item = directory.resolve("level_2/item_0");
    ObjectMapper json = new ObjectMapper();
    // The last of the five positions got no attention.
    assertEquals(
        List.of("", "a", "\n", "\""),
        json.readValue(item.resolve("lyrics.json").toFile(), List.class));
    assertEquals(
        List.of(List.of(255, 0, 0, 128), List.of(0, 0, 51, 0)),
        json.readValue(item.resolve("align.json").toFile(), List.class));
    BufferedImage picture = ImageIO.read(item.resolve("align.png").toFile());
    assertEquals(1024, picture.getWidth());
    assertEquals(512, picture.getHeight());
  }

  @Test
  void refusesAnAlignmentOfOtherLyrics() {
    InvalidInputException e =
        assertThrows(
            InvalidInputException.class,
            () -> new ReportItem(SOUND, "", "", "abc", Optional.of(new float[2][4]), Map.of()));
    assertEquals("The alignment has 4 columns, but the lyrics have 3 characters.", e.getMessage());
  }

  @Test
  void aFailedWriteKeepsAllThatAnEarlierRunLeft() throws IOException {
    OutputDirectory output = OutputDirectory.prepare(directory);
    report(List.of(withLyrics(), withLyrics())).write(output);
    Map<Path, String> before = contents();
    Audio other = Audio.mono(44_100, new float[] {0.1f});
    Audio broken = Audio.mono(44_100, new float[] {0, Float.NaN});
    assertThrows(
        InvalidInputException.class,
        () ->
            report(List.of(ReportItem.of(other, "", ""), ReportItem.of(broken, "", "")))
                .write(output));
    assertEquals(before, contents());
    Files.createDirectories(directory.resolve("level_1/index.html/in the way"));
    FileAccessException e =
        assertThrows(
            FileAccessException.class,
            () -> new LevelReport("n", 1, Map.of(), Optional.empty(), List.of()).write(output));
    assertTrue(
        e.getMessage().startsWith("Cannot write " + directory.resolve("level_1/index.html") + ": "),
        e.getMessage());
  }

  @Test
  void saysBeforehandThatADirectoryCannotBeWritten() throws IOException {
    Path file = Files.writeString(directory.resolve("file"), "x");
    assertEquals(
        "Cannot write to the output directory " + file + ": a file of this name is in the way.",
        assertThrows(FileAccessException.class, () -> OutputDirectory.prepare(file)).getMessage());
    Path below = file.resolve("run");
    FileAccessException e =
        assertThrows(FileAccessException.class, () -> OutputDirectory.prepare(below));
    assertTrue(
        e.getMessage().startsWith("Cannot write to the output directory " + below + ": "),
        e.getMessage());
    Path existing = Files.createDirectories(directory.resolve("a/b"));
    assertEquals(existing, OutputDirectory.prepare(existing).path());
    try (Stream<Path> files = Files.list(existing)) {
      assertEquals(0, files.count());
    }
  }

  private static LevelReport report(List<ReportItem> items) {
    Map<String, String> settings = new LinkedHashMap<>();
    settings.put("Seed", "7");
    settings.put("Temperature", "0.99");
    return new LevelReport("run", 2, settings, Optional.of("data.pth.tar"), items);
  }

  private static ReportItem withLyrics() {
    float[][] alignment = new float[20][5];
    for (int t = 0; t < 16; t++) {
      alignment[t][0] = 1;
      alignment[t][3] = t % 2;
    }
    for (int t = 16; t < 20; t++) {
      alignment[t][2] = 0.2f;
    }
    return new ReportItem(SOUND, "Someone", "pop", "a\n\"bc", Optional.of(alignment), Map.of());
  }

  private Map<Path, String> contents() throws IOException {
    Map<Path, String> contents = new HashMap<>();
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        contents.put(file, new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1));
      }
    }
    return contents;
  }
}
