package dev.jukebox.api;

import dev.jukebox.compute.SamplerSettings;
import dev.jukebox.core.labels.Metadata;
import dev.jukebox.core.run.Durations;
import dev.jukebox.core.run.LevelWriter;
import dev.jukebox.core.run.Prompts;
import dev.jukebox.core.runtime.LoadedModel;
import dev.jukebox.core.sample.LevelRange;
import dev.jukebox.core.sample.LevelSettings;
import dev.jukebox.core.sample.SampleSettings;
import dev.jukebox.core.sample.Sampler;
import dev.jukebox.core.vqvae.VqVaeConfig;
import dev.jukebox.error.InvalidInputException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.IntStream;

/** One request against one model: from what users say to what the sampler wants. */
final class SampleRun {
  private static final double LOWER_HOP_FRACTION = 0.5;
  private static final double TOP_HOP_FRACTION = 0.125;
  private static final int CHUNK_SIZE = 128;
  private static final int MAX_BATCH_SIZE = 16;

  private final LoadedModel model;
  private final SampleRequest request;
  private final VqVaeConfig config;
  private final SampleDefaults defaults;
  private final List<Song> songs;
  private final double seconds;

  SampleRun(LoadedModel model, SampleRequest request) {
    this.model = model;
    this.request = request;
    this.config = model.vqvae().config();
    this.defaults = SampleDefaults.of(model.spec().sampling());
    this.songs = songs();
    this.seconds = request.seconds().orElseGet(this::usualSeconds);
  }

  /** One song an item, in turn. */
  private List<Song> songs() {
    boolean named = !request.songs().isEmpty();
    List<Song> given = named ? request.songs() : defaults.songs();
    int usual = named ? given.size() : Math.max(1, itemsOf(request.mode()));
    int items = request.items().orElse(usual);
    Song unknown = Song.of("unknown", "unknown");
    return IntStream.range(0, items)
        .mapToObj(item -> given.isEmpty() ? unknown : given.get(item % given.size()))
        .toList();
  }

  /** The model's; where codes are upsampled, as long as they last. */
  private double usualSeconds() {
    if (request.mode() instanceof SampleMode.Upsample from) {
      int top = config.levels() - 1;
      Codes codes = from.codes();
      double whole =
          codes.levels() > top
              ? (double) codes.length(top) * config.hop(top) / config.sampleRate()
              : 0;
      double wanted = from.promptSeconds().orElse(whole);
      return wanted > 0 ? wanted : defaults.seconds();
    }
    return defaults.seconds();
  }

  /** Items of the codes that a run begins with; 0 where it begins with none. */
  private static int itemsOf(SampleMode mode) {
    if (mode instanceof SampleMode.Continue from) {
      return from.codes().items();
    }
    return mode instanceof SampleMode.Upsample from ? from.codes().items() : 0;
  }

  SampleResult run() {
    LevelRange levels =
        request.mode() instanceof SampleMode.Upsample
            ? LevelRange.upsampling(model)
            : LevelRange.sampling(model);
    SampleSettings settings = settings();
    Optional<LevelWriter> writer =
        request.outputDirectory().map(directory -> writer(directory, settings, levels));
    RunListener listener = new RunListener(request.listener(), writer, config.sampleRate());
    dev.jukebox.core.sample.Codes codes =
        new Sampler(model).run(settings, startingCodes(), levels.first(), listener);
    return new SampleResult(listener.levels(), new Codes(codes), songs);
  }

  private LevelWriter writer(Path directory, SampleSettings settings, LevelRange levels) {
    long samples = settings.sampleLength() * settings.metas().size() * levels.count();
    return LevelWriter.open(
        directory, model.spec().name(), model.runsOn(), config.sampleRate(), samples);
  }

  private SampleSettings settings() {
    double totalSeconds = request.totalSeconds().orElse(Math.max(defaults.totalSeconds(), seconds));
    long totalLength = Durations.samples(totalSeconds, config.sampleRate());
    List<Metadata> metas = songs.stream().map(song -> song.metadata(totalLength)).toList();
    long sampleLength =
        Durations.hopSamples("a sample", seconds, config.sampleRate(), config.topHop());
    return new SampleSettings(sampleLength, levelSettings(), request.seed(), metas);
  }

  private List<LevelSettings> levelSettings() {
    int levels = config.levels();
    List<Double> hops = either(request.hopFraction(), defaults.hopFraction());
    if (!hops.isEmpty() && hops.size() != levels) {
      throw new InvalidInputException(
          "hop_fraction has "
              + hops.size()
              + " numbers "
              + hops
              + ", expected one for each of the "
              + levels
              + " levels, finest first");
    }
    List<Double> temps = either(request.temp(), defaults.temp());
    if (temps.size() != 1 && temps.size() != levels) {
      throw new InvalidInputException(
          "temp has "
              + temps.size()
              + " numbers "
              + temps
              + ", expected one, or one for each of the "
              + levels
              + " levels");
    }
    List<LevelSettings> settings = new ArrayList<>();
    for (int level = 0; level < levels; level++) {
      double usual = level == levels - 1 ? TOP_HOP_FRACTION : LOWER_HOP_FRACTION;
      double temp = temps.size() == 1 ? temps.get(0) : temps.get(level);
      settings.add(
          new LevelSettings(
              new SamplerSettings((float) temp, request.topK(), (float) request.topP()),
              hops.isEmpty() ? usual : hops.get(level),
              request.chunkSize().orElse(CHUNK_SIZE),
              request.maxBatchSize().orElse(MAX_BATCH_SIZE)));
    }
    return Collections.unmodifiableList(settings);
  }

  private static List<Double> either(List<Double> given, List<Double> otherwise) {
    return given.isEmpty() ? otherwise : given;
  }

  private dev.jukebox.core.sample.Codes startingCodes() {
    int items = songs.size();
    SampleMode mode = request.mode();
    if (mode instanceof SampleMode.Continue from) {
      return prompt(from.codes(), from.promptSeconds());
    }
    if (mode instanceof SampleMode.Upsample from) {
      return prompt(from.codes(), from.promptSeconds());
    }
    if (mode instanceof SampleMode.Primed from) {
      long samples = promptSamples(from.promptSeconds());
      return Prompts.fromRecordings(model.vqvae(), from.recordings(), samples, items);
    }
    return dev.jukebox.core.sample.Codes.empty(config.levels(), items);
  }

  private dev.jukebox.core.sample.Codes prompt(Codes codes, OptionalDouble seconds) {
    if (codes.levels() != config.levels()) {
      throw new InvalidInputException(
          "the codes have " + codes.levels() + " levels, the model has " + config.levels());
    }
    if (codes.items() != songs.size()) {
      throw new InvalidInputException(
          "the codes are of "
              + codes.items()
              + " items, but "
              + songs.size()
              + " are asked for: give as many");
    }
    return seconds.isEmpty()
        ? codes.core()
        : Prompts.cut(codes.core(), config, promptSamples(seconds.getAsDouble()));
  }

  private long promptSamples(double prompt) {
    long samples = Durations.hopSamples("a prompt", prompt, config.sampleRate(), config.topHop());
    if (request.mode() instanceof SampleMode.Upsample) {
      return samples;
    }
    long sample = Durations.hopSamples("a sample", seconds, config.sampleRate(), config.topHop());
    if (samples >= sample) {
      throw new InvalidInputException(
          "a prompt of "
              + prompt
              + " s leaves nothing to sample in "
              + seconds
              + " s: choose a shorter prompt or a longer sample");
    }
    return samples;
  }
}
