package dev.jukebox.api;

import dev.jukebox.compute.Backend;
import dev.jukebox.compute.BackendOptions;
import dev.jukebox.compute.DType;
import dev.jukebox.compute.provider.Backends;
import dev.jukebox.core.model.ModelSpec;
import dev.jukebox.core.run.Prompts;
import dev.jukebox.core.runtime.LoadedModel;
import dev.jukebox.core.sample.Likelihood;
import dev.jukebox.core.vqvae.VqVaeConfig;
import dev.jukebox.error.InvalidInputException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** A model on a backend of its own; calls take turns. */
final class OpenedModel implements JukeboxModel {
  private static final int CHUNK_SIZE = 128;

  private final Backend backend;
  private final LoadedModel model;
  private boolean closed;

  private OpenedModel(Backend backend, LoadedModel model) {
    this.backend = backend;
    this.model = model;
  }

  static JukeboxModel open(ModelSource source, JukeboxOptions options) {
    ModelSpec spec = ModelSpecs.of(source, options);
    Backend backend = Backends.open(options.backend(), new BackendOptions(options.threads()));
    try {
      return new OpenedModel(
          backend, new LoadedModel(spec, backend, DType.valueOf(options.weights().name())));
    } catch (RuntimeException e) {
      backend.close();
      throw e;
    }
  }

  @Override
  public String name() {
    return model.spec().name();
  }

  @Override
  public int sampleRate() {
    return config().sampleRate();
  }

  @Override
  public int levels() {
    return config().levels();
  }

  @Override
  public SampleDefaults defaults() {
    return SampleDefaults.of(model.spec().sampling());
  }

  @Override
  public boolean hasPrior(int level) {
    requireLevel(level);
    return model.hasPrior(level);
  }

  @Override
  public int hop(int level) {
    requireLevel(level);
    return config().hop(level);
  }

  private void requireLevel(int level) {
    if (level < 0 || level >= levels()) {
      throw new InvalidInputException(
          "level " + level + " of model " + name() + ", which has levels 0 to " + (levels() - 1));
    }
  }

  @Override
  public synchronized SampleResult sample(SampleRequest request) {
    requireOpen();
    return new SampleRun(model, request).run();
  }

  @Override
  public synchronized Codes encode(List<Audio> audio) {
    requireOpen();
    List<float[]> samples = new ArrayList<>();
    for (Audio sound : audio) {
      if (sound.sampleRate() != sampleRate() || sound.length() != audio.get(0).length()) {
        throw new InvalidInputException(
            "the model encodes sounds of one length at "
                + sampleRate()
                + " Hz, but got "
                + sound.length()
                + " samples at "
                + sound.sampleRate()
                + " Hz");
      }
      int whole = sound.length() / config().topHop() * config().topHop();
      samples.add(Arrays.copyOf(sound.samples(), whole));
    }
    return new Codes(Prompts.encode(model.vqvae(), samples));
  }

  @Override
  public synchronized List<Audio> decode(Codes codes, int level) {
    requireOpen();
    if (codes.levels() != levels() || level < 0 || level >= levels()) {
      throw new InvalidInputException(
          "level "
              + level
              + " of codes with "
              + codes.levels()
              + " levels, for a model with "
              + levels());
    }
    List<Audio> audio = new ArrayList<>();
    for (int item = 0; item < codes.items(); item++) {
      audio.add(Audio.of(model.vqvae().decode(codes.item(level, item), level), sampleRate()));
    }
    return audio;
  }

  @Override
  public synchronized double bitsPerCode(Codes codes, List<Song> songs, int level) {
    requireOpen();
    requireLevel(level);
    long length = level < codes.levels() ? (long) codes.length(level) * hop(level) : 0;
    return new Likelihood(model, CHUNK_SIZE)
        .bitsPerCode(
            codes.core(), songs.stream().map(song -> song.metadata(length)).toList(), level);
  }

  @Override
  public synchronized AlignmentResult align(AlignmentRequest request) {
    requireOpen();
    return AlignmentRun.run(model, request);
  }

  private VqVaeConfig config() {
    return model.vqvae().config();
  }

  private void requireOpen() {
    if (closed) {
      throw new InvalidInputException("model " + name() + " was closed");
    }
  }

  @Override
  public synchronized void close() {
    if (!closed) {
      closed = true;
      model.close();
      backend.close();
    }
  }
}
