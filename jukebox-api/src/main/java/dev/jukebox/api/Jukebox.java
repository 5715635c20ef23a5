package dev.jukebox.api;

import dev.jukebox.compute.provider.Backends;
import dev.jukebox.core.hparams.HyperparamSets;
import dev.jukebox.core.hparams.Hyperparams;
import dev.jukebox.core.model.AlignmentEntry;
import dev.jukebox.core.model.BuiltInModel;
import dev.jukebox.core.model.ModelJoiner;
import dev.jukebox.core.model.ModelOverview;
import dev.jukebox.core.model.NamedModels;
import dev.jukebox.core.model.cache.ModelCache;
import dev.jukebox.core.pack.ModelPacker;
import dev.jukebox.core.pack.PackedType;
import dev.jukebox.error.InvalidInputException;
import dev.jukebox.media.Availability;
import dev.jukebox.media.MediaDecoder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/**
 * The entrance: sample once, or open a model for repeated use.
 *
 * <pre>{@code
 * SampleResult result =
 *     Jukebox.sample(
 *         SampleRequest.builder()
 *             .model(ModelSource.file(Path.of("model.json")))
 *             .song(Song.of("Ella Fitzgerald", "Jazz"))
 *             .build());
 * result.audio(0).writeWav(Path.of("song.wav"));
 * }</pre>
 */
public final class Jukebox {

  private Jukebox() {}

  /**
   * Opens the request's model, or the built-in one if it names none, samples and closes the model.
   *
   * @throws dev.jukebox.error.JukeboxException with one sentence on what cannot be done
   */
  public static SampleResult sample(SampleRequest request) {
    ModelSource source = request.model().orElseGet(ModelSource::builtIn);
    try (JukeboxModel model = open(source, request.options())) {
      return model.sample(request);
    }
  }

  /**
   * Finds the attention head that follows the lyrics of songs, and names it in the model's
   * description, where sampling finds it; all else in the file stays as it is.
   *
   * @throws dev.jukebox.error.JukeboxException with one sentence on what cannot be done
   */
  public static AlignmentResult align(AlignmentRequest request) {
    ModelSource source =
        request
            .model()
            .orElseThrow(() -> new InvalidInputException("the alignment request names no model"));
    if (!request.dryRun() && !(source instanceof ModelSource.File)) {
      throw new InvalidInputException(
          "a model that is not of your own has no model.json to write the alignment into, and knows"
              + " its alignment already: give the path of a model.json, or a dry run");
    }
    int top;
    AlignmentResult result;
    try (JukeboxModel model = open(source, request.options())) {
      top = model.levels() - 1;
      result = model.align(request);
    }
    if (request.dryRun() || !(source instanceof ModelSource.File file)) {
      return result;
    }
    AlignmentHead best = result.best();
    AlignmentEntry.write(file.path(), top, best.layer(), best.head());
    return new AlignmentResult(result.heads(), Optional.of(file.path()));
  }

  /** Opens the built-in model with the default options. */
  public static JukeboxModel open() {
    return open(ModelSource.builtIn());
  }

  /** Opens a model with the default options. */
  public static JukeboxModel open(ModelSource source) {
    return open(source, JukeboxOptions.defaults());
  }

  /**
   * Opens a model: fetches what is missing and loads the VQ-VAE; priors are loaded when used.
   *
   * @throws dev.jukebox.error.JukeboxException with one sentence on what cannot be done
   */
  public static JukeboxModel open(ModelSource source, JukeboxOptions options) {
    return OpenedModel.open(source, options);
  }

  /**
   * Makes one description of several that each know some of a model's priors: those that the runs
   * of a top prior and of its upsamplers wrote become a model that samples through all levels.
   *
   * <pre>{@code
   * Jukebox.join(
   *     List.of(Path.of("logs/top/model.json"), Path.of("logs/up/model.json")), Path.of("model.json"));
   * }</pre>
   *
   * @param descriptions model.json files of priors of one VQ-VAE, no two of one level
   * @param output the file to write; paths in it are relative to it
   * @throws dev.jukebox.error.JukeboxException with one sentence on what does not belong together
   */
  public static void join(List<Path> descriptions, Path output) {
    ModelJoiner.join(descriptions, output);
  }

  /**
   * Packs a model as the other does, in 8 bits: a quarter of its size, and nearly as exact.
   *
   * @return the description of the packed model, {@code directory/model.json}
   */
  public static Path pack(ModelSource source, Path directory) {
    return pack(source, directory, JukeboxOptions.builder().weights(WeightType.I8).build());
  }

  /**
   * Writes a model as a directory of its own, small and without what only training needs: a
   * description, safetensors files, and the lists of artists and genres. It is opened like any
   * model of one's own.
   *
   * <pre>{@code
   * Path small = Jukebox.pack(ModelSource.file(Path.of("logs/top/model.json")), Path.of("small"));
   * JukeboxModel model = Jukebox.open(ModelSource.file(small));
   * }</pre>
   *
   * @param source the model; what is missing of a released one is fetched
   * @param directory where to write; made where it is missing
   * @param options the type to keep weights in, F32, F16 or I8, and how the model is found
   * @return the description of the packed model, {@code directory/model.json}
   * @throws dev.jukebox.error.JukeboxException with one sentence on what cannot be done
   */
  public static Path pack(ModelSource source, Path directory, JukeboxOptions options) {
    PackedType type =
        switch (options.weights()) {
          case F32 -> PackedType.F32;
          case F16 -> PackedType.F16;
          case I8 -> PackedType.I8;
          case BF16 ->
              throw new InvalidInputException(
                  "models are packed as F32, F16 or I8, not BF16: F16 is as small and more exact");
        };
    return ModelPacker.pack(
        ModelSpecs.of(source, options), ModelSpecs.description(source), directory, type);
  }

  /** Trains in silence; see {@link #train(TrainRequest, TrainListener)}. */
  public static TrainResult train(TrainRequest request) {
    return train(request, TrainListener.none());
  }

  /**
   * Trains a VQ-VAE, a prior or an upsampler on a directory of music, to the end of the last epoch
   * or until the listener cancels.
   *
   * <pre>{@code
   * TrainResult vqvae =
   *     Jukebox.train(
   *         TrainRequest.builder()
   *             .hps("small_vqvae")
   *             .name("mine")
   *             .audioDirectory(Path.of("music"))
   *             .sampleLength(65536)
   *             .epochs(20)
   *             .build(),
   *         listener);
   * }</pre>
   *
   * @throws dev.jukebox.error.CancelledException if the listener cancelled; what was learnt is in a
   *     checkpoint, of which the listener was told
   * @throws dev.jukebox.error.JukeboxException with one sentence on what cannot be done
   */
  public static TrainResult train(TrainRequest request, TrainListener listener) {
    return TrainRun.run(request, listener);
  }

  /** Every hyperparameter, in the original's order of subjects. */
  public static List<HyperparameterInfo> hyperparameters() {
    HyperparamSets known = HyperparamSets.standard();
    Hyperparams defaults = known.defaults();
    return known.names().stream()
        .map(
            name ->
                new HyperparameterInfo(
                    name,
                    known.describe(name),
                    defaults.valueOf(name).orElse("") instanceof Boolean))
        .toList();
  }

  /** Every named set of hyperparameters. */
  public static List<HyperparameterSet> hyperparameterSets() {
    HyperparamSets known = HyperparamSets.standard();
    return known.setNames().stream()
        .map(name -> new HyperparameterSet(name, known.set(name)))
        .toList();
  }

  /**
   * The models that are known by name: the built-in one, if this build has it, and the released
   * ones, with which of their files are in the cache; nothing is fetched.
   */
  public static List<ModelInfo> models(JukeboxOptions options) {
    List<ModelInfo> models = new ArrayList<>();
    if (BuiltInModel.isPresent()) {
      models.add(info(BuiltInModel.overview(), true));
    }
    ModelCache cache = ModelSpecs.cache(options);
    for (String name : NamedModels.names()) {
      models.add(info(ModelOverview.of(name, cache), false));
    }
    return Collections.unmodifiableList(models);
  }

  private static ModelInfo info(ModelOverview overview, boolean builtIn) {
    return new ModelInfo(
        overview.name(),
        builtIn,
        overview.parts().stream().map(Jukebox::part).toList(),
        SampleDefaults.of(overview.sampling()));
  }

  private static ModelInfo.Part part(ModelOverview.Part part) {
    return new ModelInfo.Part(
        part.title(), part.address(), part.cached(), part.parameters(), part.cacheBytes());
  }

  /** The backends of this machine, fastest first, with the reason why each can be used or not. */
  public static List<BackendInfo> backends() {
    return Backends.available().stream()
        .map(status -> new BackendInfo(status.name(), status.usable(), status.reason()))
        .toList();
  }

  /** Whether audio files other than WAV can be decoded here, and why not. */
  public static BackendInfo audioDecoder() {
    Availability availability = MediaDecoder.availability();
    return new BackendInfo("ffmpeg", availability.usable(), availability.reason());
  }
}
