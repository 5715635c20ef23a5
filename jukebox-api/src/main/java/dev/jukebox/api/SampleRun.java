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

/** One request against one model: from what users say to what the sampler wants. */
final class SampleRun {
  private static final double LOWER_HOP_FRACTION = 0.5;
  private static final double TOP_HOP_FRACTION = 0.125;
  private static final int CHUNK_SIZE = 128;
  private static final int MAX_BATCH_SIZE = 16;

  private final LoadedModel model;
  private final SampleRequest request;
  private final VqVaeConfig config;

  SampleRun(LoadedModel model, SampleRequest request) {
    this.model = model;
    this.request = request;
    this.config = model.vqvae().config();
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
    return new SampleResult(listener.levels(), new Codes(codes), request.songs());
  }

  private LevelWriter writer(Path directory, SampleSettings settings, LevelRange levels) {
    long samples = settings.sampleLength() * settings.metas().size() * levels.count();
    return LevelWriter.open(
        directory, model.spec().name(), model.runsOn(), config.sampleRate(), samples);
  }

  private SampleSettings settings() {
    long totalLength = Durations.samples(request.totalSeconds(), config.sampleRate());
    List<Metadata> metas =
        request.songs().stream().map(song -> song.metadata(totalLength)).toList();
    long sampleLength =
        Durations.hopSamples("a sample", request.seconds(), config.sampleRate(), config.topHop());
    return new SampleSettings(sampleLength, levelSettings(), request.seed(), metas);
  }

  private List<LevelSettings> levelSettings() {
    int levels = config.levels();
    List<Double> hops = request.hopFraction();
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
    List<Double> temps = request.temp();
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

  private dev.jukebox.core.sample.Codes startingCodes() {
    int items = request.songs().size();
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
    if (codes.items() != request.songs().size()) {
      throw new InvalidInputException(
          "the codes are of "
              + codes.items()
              + " items, but "
              + request.songs().size()
              + " are asked for: give as many");
    }
    return seconds.isEmpty()
        ? codes.core()
        : Prompts.cut(codes.core(), config, promptSamples(seconds.getAsDouble()));
  }

  private long promptSamples(double seconds) {
    long samples = Durations.hopSamples("a prompt", seconds, config.sampleRate(), config.topHop());
    if (request.mode() instanceof SampleMode.Upsample) {
      return samples;
    }
    long sample =
        Durations.hopSamples("a sample", request.seconds(), config.sampleRate(), config.topHop());
    if (samples >= sample) {
      throw new InvalidInputException(
          "a prompt of "
              + seconds
              + " s leaves nothing to sample in "
              + request.seconds()
              + " s: choose a shorter prompt or a longer sample");
    }
    return samples;
  }
}
