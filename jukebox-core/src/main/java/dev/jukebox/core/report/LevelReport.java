package dev.jukebox.core.report;

import dev.jukebox.core.audio.SampleCoding;
import dev.jukebox.core.audio.WavFile;
import dev.jukebox.core.files.StagedFiles;
import dev.jukebox.error.FileAccessException;
import dev.jukebox.error.InvalidInputException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The outputs of one level of a sampling run.
 *
 * <p>{@link #write} lays them out as the original does: {@code level_<l>/item_<i>.wav} (16-bit,
 * limited to [-1, 1)), {@code level_<l>/index.html}, a page that needs no network, and where there
 * are lyrics {@code level_<l>/item_<i>/lyrics.json}, {@code align.json} and {@code align.png}, see
 * {@link AlignmentFiles}.
 *
 * <pre>{@code
 * OutputDirectory output = OutputDirectory.prepare(Path.of("sample_1b"));
 * ...
 * new LevelReport("sample_1b", 2, settings, Optional.of("data.pth.tar"), items).write(output);
 * }</pre>
 *
 * @param name the run, the page's title
 * @param level the level, 0 for the finest
 * @param settings what the run was asked for, e.g. seed and temperature, in the order shown
 * @param dataFile the name of the file beside the page that holds the codes
 * @param items the songs
 */
public record LevelReport(
    String name,
    int level,
    Map<String, String> settings,
    Optional<String> dataFile,
    List<ReportItem> items) {

  /** Copies the settings and the list. */
  public LevelReport {
    settings = Collections.unmodifiableMap(new LinkedHashMap<>(settings));
    items = List.copyOf(items);
  }

  /**
   * Writes all files under temporary names and renames them when the last one is whole; if one
   * fails, what an earlier run left stays as it was.
   *
   * @throws FileAccessException if a file cannot be written, e.g. on a full disk
   * @throws InvalidInputException if a sample of the audio is not a number
   */
  public void write(OutputDirectory output) {
    Path directory = output.level(level);
    try (StagedFiles files = new StagedFiles()) {
      for (int i = 0; i < items.size(); i++) {
        ReportItem item = items.get(i);
        files.stage(
            directory.resolve("item_" + i + ".wav"),
            out -> WavFile.encode(item.audio(), SampleCoding.PCM_16, out));
        AlignmentFiles.stage(item, directory.resolve("item_" + i), files);
      }
      byte[] page = ReportPage.html(this).getBytes(StandardCharsets.UTF_8);
      files.stage(directory.resolve("index.html"), out -> out.write(page));
      files.commit();
    }
  }
}
