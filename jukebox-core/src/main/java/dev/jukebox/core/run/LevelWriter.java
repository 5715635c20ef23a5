package dev.jukebox.core.run;

import dev.jukebox.core.audio.Audio;
import dev.jukebox.core.labels.LabelInfo;
import dev.jukebox.core.labels.Metadata;
import dev.jukebox.core.report.LevelReport;
import dev.jukebox.core.report.OutputDirectory;
import dev.jukebox.core.report.ReportItem;
import dev.jukebox.core.sample.Codes;
import dev.jukebox.core.sample.LevelResult;
import dev.jukebox.core.sample.LevelSettings;
import dev.jukebox.core.sample.SampleSettings;
import dev.jukebox.core.weights.pytorch.PyTorchWriter;
import dev.jukebox.error.FileAccessException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Writes a run's files as the original lays them out: {@code level_N/} with sounds, data and page
 * as each level finishes, and {@code partial.pth.tar}, from which a run that was ended can be
 * continued, as each window finishes.
 */
public final class LevelWriter {
  private static final long PARTIAL_EVERY_NANOS = 20_000_000_000L;
  private static final double MEGABYTE = 1e6;

  /** A 16-bit sample in the WAV file, and a float in data.pth.tar. */
  private static final int BYTES_PER_SAMPLE = Short.BYTES + Float.BYTES;

  private static final String DATA = "data.pth.tar";

  private final Path directory;
  private final OutputDirectory output;
  private final String model;
  private final String backend;
  private final int sampleRate;
  private long partialWritten = System.nanoTime();

  private LevelWriter(
      Path directory, OutputDirectory output, String model, String backend, int sampleRate) {
    this.directory = directory;
    this.output = output;
    this.model = model;
    this.backend = backend;
    this.sampleRate = sampleRate;
  }

  /**
   * A writer into a directory, which is made, and found to be writable, now.
   *
   * @param model what the model is called
   * @param backend what it is computed with, as the page shows it
   * @param samples samples of audio that will be written, over all levels and items
   * @throws FileAccessException if it cannot be written, or has no room for so much
   */
  public static LevelWriter open(
      Path directory, String model, String backend, int sampleRate, long samples) {
    OutputDirectory output = OutputDirectory.prepare(directory);
    requireSpace(directory, samples * BYTES_PER_SAMPLE);
    return new LevelWriter(directory, output, model, backend, sampleRate);
  }

  private static void requireSpace(Path directory, long bytes) {
    try {
      long free = Files.getFileStore(directory).getUsableSpace();
      if (free < bytes) {
        throw new FileAccessException(
            String.format(
                Locale.ROOT,
                "the run writes about %.1f MB to %s, where %.1f MB are free: make room or choose"
                    + " another directory",
                bytes / MEGABYTE,
                directory,
                free / MEGABYTE));
      }
    } catch (IOException e) {
      throw new FileAccessException("cannot ask how much room " + directory + " has: " + e, e);
    }
  }

  /** Keeps the codes of a run that goes on, at most every 20 s. */
  public void windowFinished(Codes codes) {
    if (System.nanoTime() - partialWritten > PARTIAL_EVERY_NANOS) {
      keep(codes);
    }
  }

  /** Keeps the codes of a run that ends here. */
  public void keep(Codes codes) {
    CodesFile.write(partialFile(), codes);
    partialWritten = System.nanoTime();
  }

  private Path partialFile() {
    return directory.resolve("partial.pth.tar");
  }

  /** Writes a finished level, whose codes are kept already, and returns its directory. */
  public Path write(LevelResult result) {
    Path level = output.level(result.level());
    PyTorchWriter.write(level.resolve(DATA), SampleData.of(result));
    new LevelReport(
            directory.getFileName() == null ? model : directory.getFileName().toString(),
            result.level(),
            settings(result),
            Optional.of(DATA),
            items(result))
        .write(output);
    try {
      Files.deleteIfExists(partialFile());
    } catch (IOException e) {
      throw new FileAccessException("cannot delete " + partialFile() + ": " + e.getMessage(), e);
    }
    return level;
  }

  /** Lyrics are those of the top level, which sings them, where it has a prior. */
  private List<ReportItem> items(LevelResult result) {
    int top = result.labels().size() - 1;
    while (top > result.level() && result.labels().get(top).get(0).y().length == 0) {
      top--;
    }
    List<ReportItem> items = new ArrayList<>();
    for (int item = 0; item < result.audio().size(); item++) {
      LabelInfo info = result.labels().get(top).get(item).info();
      items.add(
          new ReportItem(
              Audio.mono(sampleRate, result.audio().get(item)),
              info.artist(),
              info.genre(),
              info.lyrics(),
              result.alignments().isEmpty()
                  ? Optional.empty()
                  : Optional.of(result.alignments().get(item)),
              facts(result.settings(), item)));
    }
    return items;
  }

  private Map<String, String> facts(SampleSettings settings, int item) {
    Metadata meta = settings.metas().get(item);
    Map<String, String> facts = new LinkedHashMap<>();
    facts.put("seed", Long.toString(settings.seed()));
    facts.put("whole song", seconds(meta.totalLength()));
    if (meta.offset() > 0) {
      facts.put("starts at", seconds(meta.offset()));
    }
    return facts;
  }

  private String seconds(long samples) {
    return String.format(Locale.ROOT, "%.2f s", samples / (double) sampleRate);
  }

  private Map<String, String> settings(LevelResult result) {
    LevelSettings level = result.settings().levels().get(result.level());
    Map<String, String> settings = new LinkedHashMap<>();
    settings.put("model", model);
    settings.put("seed", Long.toString(result.settings().seed()));
    settings.put("temperature", Float.toString(level.sampler().temp()));
    if (level.sampler().topK() > 0) {
      settings.put("top_k", Integer.toString(level.sampler().topK()));
    }
    if (level.sampler().topP() > 0) {
      settings.put("top_p", Float.toString(level.sampler().topP()));
    }
    settings.put("hop fraction", Double.toString(level.hopFraction()));
    settings.put("length", seconds(result.settings().sampleLength()));
    settings.put("backend", backend);
    return settings;
  }
}
