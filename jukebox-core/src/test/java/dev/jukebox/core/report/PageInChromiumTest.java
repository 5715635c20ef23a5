package dev.jukebox.core.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.jukebox.core.audio.Audio;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The page as people get it: opened from the disk in a browser, played, clicked and typed at. */
class PageInChromiumTest {

  private static final SungSong SONG =
      new SungSong("Über the hill & <far>,\n\nit's \"sung\" here.\nA last line", 8, 22_050);
  private static final String AUDIO = "document.querySelector('audio')";
  private static final String LIT =
      "Number(document.querySelector('.letter.now')?.dataset.index ?? -1)";

  @TempDir Path directory;
  private Optional<Chromium> started = Optional.empty();

  @BeforeEach
  void start() throws IOException {
    Optional<Path> program = Chromium.find();
    assumeTrue(program.isPresent(), "no Chromium is installed: apt-get install chromium");
    started = Optional.of(Chromium.start(program.get(), directory));
  }

  @AfterEach
  void stop() {
    started.ifPresent(Chromium::close);
  }

  @Test
  void lettersLightUpAsTheSongPlays() throws IOException {
    Chromium browser = open(List.of(SONG.item("Someone", "pop")));
    assertEquals(0, browser.evaluate(LIT).asInt(), "the first letter is sung from the beginning");
    browser.press(" ");
    browser.await("the song plays", () -> time(browser) > 0.2);
    JsonNode frames = watch(browser);
    assertTrue(frames.size() > 1, "frames are drawn");
    for (int i = 0; i < frames.size(); i++) {
      JsonNode frame = frames.get(i);
      double drawn = frame.get(0).asDouble() * SONG.seconds();
      double time = frame.get(1).asDouble();
      int lit = frame.get(2).asInt();
      // A step of the track takes 40 ms.
      assertTrue(
          lit >= SONG.characterAt(Math.max(0, drawn - 0.06))
              && lit <= SONG.characterAt(drawn + 0.06),
          "at " + drawn + " letter " + lit + " is lit, not " + SONG.characterAt(drawn));
      assertTrue(drawn <= time + 0.01 && drawn > time - 1, drawn + " is drawn at " + time);
      assertEquals(lit + 1, frame.get(3).asInt(), "what was sung stays lit");
      assertTrue(i == 0 || lit >= frames.get(i - 1).get(2).asInt(), "forward only");
    }
    JsonNode first = frames.get(0);
    JsonNode last = frames.get(frames.size() - 1);
    assertTrue(last.get(1).asDouble() > first.get(1).asDouble() + 1, "the time goes on");
    assertTrue(last.get(2).asInt() > first.get(2).asInt() + 3, "the letters go on");
    assertTrue(last.get(0).asDouble() > first.get(0).asDouble() + 0.1, "so does the cursor");
    browser.evaluate(AUDIO + ".pause()");
    everyLetterAtItsTime(browser);
    assertQuiet(browser);
  }

  /**
   * What is seen at each frame of three seconds: the cursor's place as a share of the width, the
   * time of the audio, the letter that is lit, and how many letters were sung.
   */
  private static JsonNode watch(Chromium browser) {
    return browser.evaluate(
        "new Promise(done => { const frames = []; const audio = "
            + AUDIO
            + "; const cursor = document.querySelector('.cursor');"
            + " const next = () => { const view = cursor.parentElement.getBoundingClientRect();"
            + " frames.push([(cursor.getBoundingClientRect().left - view.left) / view.width,"
            + " audio.currentTime, "
            + LIT
            + ", document.querySelectorAll('.letter.sung').length]);"
            + " if (audio.paused || audio.currentTime > frames[0][1] + 3) done(frames);"
            + " else requestAnimationFrame(next); };"
            + " requestAnimationFrame(next); })");
  }

  private static void everyLetterAtItsTime(Chromium browser) {
    double each = SONG.seconds() / (SONG.lyrics().length() - 1);
    for (int i = 0; i < SONG.lyrics().length() - 1; i++) {
      seek(browser, (i + 0.5) * each);
      assertEquals(i, browser.evaluate(LIT).asInt());
      String shown = browser.evaluate("document.querySelector('.letter.now').textContent").asText();
      assertEquals(SONG.lyrics().substring(i, i + 1), shown);
      assertEquals(i + 1, browser.evaluate("document.querySelectorAll('.sung').length").asInt());
    }
  }

  @Test
  void keysAndClicksMoveTheSong() throws IOException {
    Chromium browser = open(List.of(SONG.item("Someone", "pop")));
    seek(browser, 1);
    browser.press("ArrowRight");
    assertTime(browser, 6);
    browser.pressWithShift("ArrowRight");
    assertTime(browser, 7);
    browser.press("ArrowLeft");
    assertTime(browser, 2);
    browser.press("ArrowLeft");
    assertTime(browser, 0);
    browser.evaluate("document.querySelector('.seek').focus()");
    browser.press("End");
    assertTime(browser, 8);
    browser.press("PageDown");
    assertTime(browser, 7.2);
    String slider = "document.querySelector('.seek').getAttribute('aria-valuetext')";
    assertEquals("0:07 of 0:08", browser.evaluate(slider).asText());
    browser.press("Home");
    assertTime(browser, 0);
    click(browser, "document.querySelector('.spectrum')", 0.75);
    assertTime(browser, 6);
    int letter = SONG.lyrics().indexOf("sung");
    click(browser, "document.querySelector('.letter[data-index=\"" + letter + "\"]')", 0.5);
    browser.await("the letter is lit", () -> browser.evaluate(LIT).asInt() == letter);
    assertTime(browser, letter * SONG.seconds() / (SONG.lyrics().length() - 1));
    browser.evaluate("document.querySelector('.lyrics').focus()");
    int line = SONG.lyrics().indexOf("A last");
    browser.press("ArrowDown");
    browser.await("the next line is lit", () -> browser.evaluate(LIT).asInt() == line);
    browser.press("ArrowUp");
    browser.press("ArrowUp");
    browser.await("the first line is lit", () -> browser.evaluate(LIT).asInt() == 0);
    browser.evaluate("document.querySelector('.play').focus()");
    browser.press(" ");
    browser.await("the button plays", () -> browser.evaluate("!" + AUDIO + ".paused").asBoolean());
    String label = "document.querySelector('.play').getAttribute('aria-label')";
    browser.await("and says so", () -> browser.evaluate(label).asText().equals("Pause item 0"));
    browser.press(" ");
    browser.await("it pauses", () -> browser.evaluate(AUDIO + ".paused").asBoolean());
    browser.await("and says so", () -> browser.evaluate(label).asText().equals("Play item 0"));
    assertQuiet(browser);
  }

  @Test
  void fitsAPhoneAndKeepsTheLetterInSight() throws IOException {
    String verse = "And every line of this is sung until the paper ends\n";
    SungSong song = new SungSong(verse.repeat(20), 8, 8_000);
    Chromium browser = open(List.of(song.item("W".repeat(90), "genre ".repeat(20))));
    String background = "getComputedStyle(document.body).backgroundColor";
    String light = browser.evaluate(background).asText();
    for (int width : new int[] {390, 320}) {
      browser.call(
          "Emulation.setDeviceMetricsOverride",
          "width",
          width,
          "height",
          844,
          "deviceScaleFactor",
          2,
          "mobile",
          true);
      assertEquals(width, browser.evaluate("innerWidth").asInt());
      assertTrue(browser.evaluate("document.documentElement.scrollWidth").asInt() <= width);
    }
    seek(browser, 6);
    browser.await(
        "the letter is in sight",
        () ->
            browser
                .evaluate(
                    "(() => { const letter ="
                        + " document.querySelector('.now').getBoundingClientRect(); const box ="
                        + " document.querySelector('.lyrics').getBoundingClientRect(); return"
                        + " letter.top >= box.top && letter.bottom <= box.bottom; })()")
                .asBoolean());
    browser.call(
        "Emulation.setEmulatedMedia",
        "features",
        List.of(Map.of("name", "prefers-color-scheme", "value", "dark")));
    assertNotEquals(light, browser.evaluate(background).asText());
    assertQuiet(browser);
  }

  @Test
  void songsOfAllKindsPlayOneAtATime() throws IOException {
    Audio tone = new SungSong("tone", 2, 44_100).audio();
    Audio both = Audio.of(44_100, new float[][] {tone.channel(0), tone.channel(0)});
    Chromium browser =
        open(
            List.of(
                SONG.item("", ""),
                ReportItem.of(both, "Zoë", "<b>"),
                ReportItem.of(Audio.mono(22_050, new float[22_050]), "Silence", ""),
                ReportItem.of(Audio.mono(22_050, new float[] {0.1f}), "One sample", ""),
                ReportItem.of(Audio.mono(22_050, new float[0]), "No sample", ""),
                new ReportItem(tone, "a", "b", "words\nwithout times", Optional.empty(), Map.of()),
                new ReportItem(tone, "a", "b", "dark", Optional.of(new float[100][4]), Map.of())));
    browser.press(" ");
    browser.await("the first plays", () -> time(browser) > 0.1);
    browser.evaluate("document.querySelectorAll('.play')[1].click()");
    browser.await(
        "the second plays alone",
        () ->
            browser
                .evaluate("[...document.querySelectorAll('audio')].map(a => a.paused).join()")
                .asText()
                .equals("true,false,true,true,true,true,true"));
    assertEquals(
        "words\nwithout times",
        browser.evaluate("document.querySelectorAll('.lyrics')[1].textContent").asText());
    assertQuiet(browser);
    Chromium empty = open(List.of());
    assertEquals(
        "No song was written.",
        empty.evaluate("document.querySelector('.none').textContent").asText());
    assertQuiet(empty);
  }

  private Chromium open(List<ReportItem> items) throws IOException {
    OutputDirectory output = OutputDirectory.prepare(directory.resolve("run of #1 100%"));
    Map<String, String> settings = Map.of("seed", "7");
    new LevelReport("run", 2, settings, Optional.of("data.pth.tar"), items).write(output);
    Files.writeString(output.level(2).resolve("data.pth.tar"), "codes");
    Chromium browser = started.orElseThrow();
    browser.open(output.level(2).resolve("index.html").toUri());
    return browser;
  }

  private static double time(Chromium browser) {
    return browser.evaluate(AUDIO + ".currentTime").asDouble();
  }

  /** The track keeps milliseconds in steps of 40. */
  private static void assertTime(Chromium browser, double seconds) {
    browser.await(
        "the song is at " + seconds,
        () ->
            Math.abs(time(browser) - seconds) < 0.05
                && !browser.evaluate(AUDIO + ".seeking").asBoolean());
  }

  private static void seek(Chromium browser, double seconds) {
    browser.evaluate(
        "new Promise(done => { const audio = "
            + AUDIO
            + "; audio.addEventListener('seeked', () => requestAnimationFrame(done), {once: true});"
            + " audio.currentTime = "
            + seconds
            + "; })");
  }

  private static void click(Chromium browser, String element, double share) {
    JsonNode place =
        browser.evaluate(
            "(() => { const e = "
                + element
                + "; e.scrollIntoView({block: 'center', behavior: 'instant'});"
                + " const b = e.getBoundingClientRect();"
                + " return [b.left + b.width * "
                + share
                + ", b.top + b.height / 2]; })()");
    browser.click(place.get(0).asDouble(), place.get(1).asDouble());
  }

  /** No error was reported, nothing was asked of a network, and all that is linked to exists. */
  private static void assertQuiet(Chromium browser) {
    for (String kind : new String[] {"exceptionThrown", "consoleAPICalled"}) {
      assertEquals(List.of(), browser.events("Runtime." + kind));
    }
    assertEquals(List.of(), browser.events("Log.entryAdded"));
    List<String> requests =
        browser.events("Network.requestWillBeSent").stream()
            .map(event -> event.at("/request/url").asText())
            .toList();
    assertTrue(requests.stream().anyMatch(url -> url.endsWith("index.html")), requests.toString());
    for (String url : requests) {
      assertTrue(url.startsWith("file:") || url.startsWith("data:"), url);
    }
    JsonNode targets =
        browser.evaluate(
            "[...document.querySelectorAll('[href], [src]')].map(e => e.href ?? e.src)"
                + ".filter(url => !url.startsWith('data:'))");
    assertTrue(targets.size() > 0);
    for (JsonNode target : targets) {
      assertTrue(Files.exists(Path.of(URI.create(target.asText()))), target.asText());
    }
  }
}
