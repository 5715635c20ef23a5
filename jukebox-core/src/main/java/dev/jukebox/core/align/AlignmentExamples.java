package dev.jukebox.core.align;

import dev.jukebox.core.audio.AudioReader;
import dev.jukebox.core.data.AudioFiles;
import dev.jukebox.core.data.SkippedFiles;
import dev.jukebox.core.data.SongMetadata;
import dev.jukebox.core.labels.Label;
import dev.jukebox.core.labels.Labeller;
import dev.jukebox.core.labels.Metadata;
import dev.jukebox.core.labels.TimeRanges;
import dev.jukebox.core.labels.WindowLabel;
import dev.jukebox.core.prior.PriorConfig;
import dev.jukebox.core.runtime.LoadedModel;
import dev.jukebox.error.ComputeException;
import dev.jukebox.error.FileAccessException;
import dev.jukebox.error.InvalidInputException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.IntStream;

/** Windows of songs with lyrics, spread evenly over songs and over each song. */
final class AlignmentExamples {
  /** Fewer characters, or codes, show no line. */
  private static final int FEWEST = 8;

  private final LoadedModel model;
  private final PriorConfig config;
  private final Labeller labeller;
  private final AlignmentSettings settings;
  private final Consumer<String> warnings;
  private final Set<String> said = new LinkedHashSet<>();

  AlignmentExamples(
      LoadedModel model, int level, AlignmentSettings settings, Consumer<String> warnings) {
    this.model = model;
    this.config = model.priorConfig(level);
    this.labeller = model.labeller(level);
    this.settings = settings;
    this.warnings = warnings;
  }

  /** A file and what is known of it. */
  record LabelledFile(Path file, SongMetadata metadata) {}

  /**
   * The songs with lyrics that are looked at, as many as there are windows at most.
   *
   * @throws InvalidInputException if none has lyrics
   */
  List<LabelledFile> songs() {
    List<Path> files =
        AudioFiles.find(
            settings.directory(),
            new SkippedFiles(skipped -> warnings.accept(skipped.path() + ": " + skipped.reason())));
    settings.metadata().warnings().forEach(warnings);
    List<LabelledFile> songs = new ArrayList<>();
    for (Path file : files) {
      Optional<SongMetadata> known = settings.metadata().find(file);
      known
          .filter(metadata -> metadata.lyrics().strip().length() >= FEWEST)
          .ifPresent(metadata -> songs.add(new LabelledFile(file, metadata)));
    }
    if (songs.isEmpty()) {
      throw new InvalidInputException(
          "none of the "
              + files.size()
              + " songs under "
              + settings.directory()
              + " has lyrics: give them in the column lyrics or lyrics_file of metadata.csv beside"
              + " the music");
    }
    return spread(songs, settings.windows());
  }

  /** At most so many entries of a list, evenly spaced. */
  static <T> List<T> spread(List<T> all, int most) {
    int count = Math.min(all.size(), most);
    return IntStream.range(0, count)
        .map(i -> (int) ((2L * i + 1) * all.size() / (2L * count)))
        .mapToObj(all::get)
        .toList();
  }

  /** Windows of one song; none, and a warning, where it cannot be used. */
  List<AlignmentExample> of(LabelledFile song, int windows) {
    try {
      return windows(song, windows);
    } catch (InvalidInputException | FileAccessException | ComputeException e) {
      warnings.accept(song.file() + " is left out: " + e.getMessage());
      return List.of();
    }
  }

  private List<AlignmentExample> windows(LabelledFile song, int windows) {
    int hop = config.rawToTokens();
    float[] samples =
        AudioReader.load(song.file(), model.vqvae().config().sampleRate(), true).channel(0);
    TimeRanges.of(config.hps()).requireInside(samples.length, 0);
    SongMetadata known = song.metadata();
    Label label =
        labeller.label(
            new Metadata(known.artist(), known.genre(), known.lyrics(), samples.length, 0));
    label.warnings().stream().filter(said::add).forEach(warnings);
    int codes = samples.length / hop;
    if (codes < FEWEST) {
      throw new InvalidInputException("it has only " + codes + " codes of the top level");
    }
    List<Integer> starts = new ArrayList<>();
    for (int start = 0; start == 0 || start + config.nCtx() <= codes; start += config.nCtx()) {
      starts.add(start);
    }
    List<AlignmentExample> examples = new ArrayList<>();
    for (int start : spread(starts, windows)) {
      WindowLabel window = labeller.yAtStart(label, start, hop);
      if (Arrays.stream(window.lyricIndices()).filter(index -> index >= 0).count() >= FEWEST) {
        int end = Math.min(codes, start + config.nCtx());
        float[] music = Arrays.copyOfRange(samples, start * hop, end * hop);
        examples.add(new AlignmentExample(window, model.vqvae().encode(music, config.level())));
      }
    }
    return examples;
  }
}
