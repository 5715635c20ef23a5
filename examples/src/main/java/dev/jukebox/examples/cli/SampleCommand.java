package dev.jukebox.examples.cli;

import dev.jukebox.api.Codes;
import dev.jukebox.api.Jukebox;
import dev.jukebox.api.JukeboxModel;
import dev.jukebox.api.ModelSource;
import dev.jukebox.api.SampleLevel;
import dev.jukebox.api.SampleMode;
import dev.jukebox.api.SampleRequest;
import dev.jukebox.api.SampleResult;
import dev.jukebox.error.CancelledException;
import dev.jukebox.error.InvalidInputException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** {@code jukebox sample}: the flags of the original's sample.py, and some more. */
@Command(
    name = "sample",
    mixinStandardHelpOptions = true,
    description = "Samples songs and writes each level's sounds, codes and page.",
    sortOptions = false)
final class SampleCommand implements Callable<Integer> {

  private static final String PARTIAL = "partial.pth.tar";

  @Mixin private ModelOptions model;
  @Mixin private SongOptions songs;

  @Option(
      names = "--name",
      paramLabel = "DIR",
      description = "Directory of the results. Default: sample, or sample_NAME of a named model.")
  private Path givenName;

  @Option(names = "--levels", paramLabel = "N", description = "Levels; must be the model's.")
  private Integer levels;

  @Option(
      names = "--sample_length_in_seconds",
      paramLabel = "SECONDS",
      description = "Length of the audio. Default: the model's, else 20.")
  private Double sampleLength;

  @Option(
      names = "--total_sample_length_in_seconds",
      paramLabel = "SECONDS",
      description = "Length of the song it is the beginning of. Default: the model's, else 180.")
  private Double totalLength;

  @Option(names = "--sr", paramLabel = "HZ", description = "Sample rate; must be the model's.")
  private Integer sr;

  @Option(
      names = "--hop_fraction",
      split = ",",
      paramLabel = "F",
      description =
          "Codes between windows as a fraction of a window, finest level first."
              + " Default: the model's, else 0.5,0.5,0.125.")
  private List<Double> hopFraction = new ArrayList<>();

  @Option(
      names = "--mode",
      defaultValue = "ancestral",
      paramLabel = "MODE",
      converter = ModeConverter.class,
      description =
          "ancestral: from nothing. continue: from the codes of an earlier run. upsample: from its"
              + " top level. primed: from recordings. Default: ${DEFAULT-VALUE}.")
  private Mode mode;

  @Option(
      names = "--codes_file",
      paramLabel = "FILE",
      description = "data.pth.tar or partial.pth.tar of an earlier run, for continue and upsample.")
  private Path codesFile;

  @Option(
      names = "--audio_file",
      split = ",",
      paramLabel = "FILE",
      description = "Recordings for primed, repeated in turn over the items.")
  private List<Path> audioFiles = new ArrayList<>();

  @Option(
      names = "--prompt_length_in_seconds",
      paramLabel = "SECONDS",
      description = "How much of the recordings or codes to begin with.")
  private Double promptLength;

  @Option(
      names = "--seed",
      defaultValue = "0",
      paramLabel = "N",
      description = "The same seed gives the same song. Default: ${DEFAULT-VALUE}.")
  private long seed;

  @Option(
      names = "--temp",
      split = ",",
      paramLabel = "T",
      description =
          "Temperature: one, or one for each level, finest first. Default: the model's, else 0.99.")
  private List<Double> temp = new ArrayList<>();

  @Option(names = "--top_k", paramLabel = "K", description = "Draw from the K most probable codes.")
  private int topK;

  @Option(
      names = "--top_p",
      paramLabel = "P",
      description = "Draw from the most probable codes up to probability P.")
  private double topP;

  @Option(
      names = "--max_batch_size",
      paramLabel = "N",
      description = "Items computed at once; changes memory and speed alone.")
  private Integer maxBatchSize;

  private enum Mode {
    ANCESTRAL,
    CONTINUE,
    UPSAMPLE,
    PRIMED;

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  private static final class ModeConverter implements ITypeConverter<Mode> {
    @Override
    public Mode convert(String text) {
      for (Mode mode : Mode.values()) {
        if (mode.toString().equals(text)) {
          return mode;
        }
      }
      throw new TypeConversionException(
          "'" + text + "' is no mode, expected ancestral, continue, upsample or primed");
    }
  }

  @Override
  public Integer call() {
    Interruption interruption = Interruption.install();
    try (ProgressPrinter progress = new ProgressPrinter(interruption)) {
      SampleRequest request = request(progress);
      try (JukeboxModel opened = Jukebox.open(model.source(), model.options())) {
        requireModel(opened);
        printFiles(opened.sample(request));
      }
      return 0;
    } catch (CancelledException e) {
      System.err.println("jukebox: " + e.getMessage());
      System.err.println(
          "jukebox: to go on, run again with the same other flags and --mode="
              + (mode == Mode.UPSAMPLE ? Mode.UPSAMPLE : Mode.CONTINUE)
              + " --codes_file="
              + name().resolve(PARTIAL));
      return ErrorPrinter.INTERRUPTED;
    } finally {
      interruption.done();
    }
  }

  private void requireModel(JukeboxModel opened) {
    if (levels != null && levels != opened.levels()) {
      throw new InvalidInputException(
          "--levels is " + levels + ", but model " + opened.name() + " has " + opened.levels());
    }
    if (sr != null && sr != opened.sampleRate()) {
      throw new InvalidInputException(
          "--sr is " + sr + ", but model " + opened.name() + " works at " + opened.sampleRate());
    }
  }

  private SampleRequest request(ProgressPrinter progress) {
    SampleRequest.Builder request =
        SampleRequest.builder()
            .hopFraction(hopFraction)
            .seed(seed)
            .topK(topK)
            .topP(topP)
            .outputDirectory(name())
            .listener(progress);
    if (sampleLength != null) {
      request.seconds(sampleLength);
    }
    if (totalLength != null) {
      request.totalSeconds(totalLength);
    }
    if (!temp.isEmpty()) {
      request.temp(temp);
    }
    if (maxBatchSize != null) {
      request.maxBatchSize(maxBatchSize);
    }
    SampleMode start = sampleMode();
    songs.apply(request, itemsOf(start), model.source() instanceof ModelSource.Named);
    return request.mode(start).build();
  }

  private Path name() {
    if (givenName != null) {
      return givenName;
    }
    ModelSource source = model.source();
    if (source instanceof ModelSource.BuiltIn) {
      return Path.of("sample_demo");
    }
    return Path.of(source instanceof ModelSource.Named named ? "sample_" + named.name() : "sample");
  }

  /** Number of items that the codes of an earlier run have; 0 where the songs decide. */
  private static int itemsOf(SampleMode start) {
    if (start instanceof SampleMode.Continue from) {
      return from.codes().items();
    }
    return start instanceof SampleMode.Upsample from ? from.codes().items() : 0;
  }

  private SampleMode sampleMode() {
    OptionalDouble prompt =
        promptLength == null ? OptionalDouble.empty() : OptionalDouble.of(promptLength);
    return switch (mode) {
      case ANCESTRAL -> {
        refuse("--codes_file", codesFile != null);
        refuse("--audio_file", !audioFiles.isEmpty());
        refuse("--prompt_length_in_seconds", promptLength != null);
        yield SampleMode.ancestral();
      }
      case CONTINUE -> {
        refuse("--audio_file", !audioFiles.isEmpty());
        yield new SampleMode.Continue(codes(), prompt);
      }
      case UPSAMPLE -> {
        refuse("--audio_file", !audioFiles.isEmpty());
        yield new SampleMode.Upsample(codes(), prompt);
      }
      case PRIMED -> {
        refuse("--codes_file", codesFile != null);
        need("--audio_file", !audioFiles.isEmpty());
        need("--prompt_length_in_seconds", promptLength != null);
        yield SampleMode.primed(audioFiles, promptLength);
      }
    };
  }

  private Codes codes() {
    need("--codes_file", codesFile != null);
    return Codes.read(codesFile);
  }

  private void need(String flag, boolean given) {
    if (!given) {
      throw new InvalidInputException("--mode " + mode + " needs " + flag);
    }
  }

  private void refuse(String flag, boolean given) {
    if (given) {
      throw new InvalidInputException(
          flag + " has no meaning with --mode " + mode + ": remove it or choose another mode");
    }
  }

  private static void printFiles(SampleResult result) {
    for (int i = result.levels().size() - 1; i >= 0; i--) {
      SampleLevel level = result.levels().get(i);
      Path directory = level.directory().orElseThrow();
      System.out.println(directory.resolve("index.html"));
      Stream<Path> files =
          Stream.iterate(0, item -> item + 1)
              .limit(level.audio().size())
              .map(item -> directory.resolve("item_" + item + ".wav"));
      System.out.println(String.join(" ", files.map(Path::toString).toList()));
    }
  }
}
