package dev.jukebox.api;

import dev.jukebox.compute.provider.Backends;
import dev.jukebox.core.model.AlignmentEntry;
import dev.jukebox.core.model.ModelOverview;
import dev.jukebox.core.model.NamedModels;
import dev.jukebox.core.model.cache.ModelCache;
import dev.jukebox.error.InvalidInputException;
import dev.jukebox.media.Availability;
import dev.jukebox.media.MediaDecoder;
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
   * Opens the request's model, samples and closes the model.
   *
   * @throws dev.jukebox.error.JukeboxException with one sentence on what cannot be done
   */
  public static SampleResult sample(SampleRequest request) {
    ModelSource source =
        request
            .model()
            .orElseThrow(() -> new InvalidInputException("the sample request names no model"));
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
          "a released model has no model.json to write the alignment into, and knows its alignment"
              + " already: give the path of a model.json, or a dry run");
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

  /** The released models, and which of their files are in the cache; nothing is fetched. */
  public static List<ModelInfo> models(JukeboxOptions options) {
    ModelCache cache = ModelSpecs.cache(options);
    return NamedModels.names().stream()
        .map(name -> ModelOverview.of(name, cache))
        .map(
            overview ->
                new ModelInfo(
                    overview.name(), overview.parts().stream().map(Jukebox::part).toList()))
        .toList();
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
