package dev.jukebox.api;

import dev.jukebox.core.data.MetadataFile;
import dev.jukebox.core.data.MetadataSource;
import dev.jukebox.core.data.SongMetadata;
import dev.jukebox.core.hparams.HyperparamSets;
import dev.jukebox.core.hparams.Hyperparams;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A run of training; immutable. Hyperparameters have the original's names, defaults and sets.
 *
 * <pre>{@code
 * TrainRequest request =
 *     TrainRequest.builder()
 *         .hps("small_vqvae")
 *         .name("mine")
 *         .audioDirectory(Path.of("music"))
 *         .sampleLength(65536)
 *         .batchSize(4)
 *         .epochs(20)
 *         .set("aug_shift", true)
 *         .build();
 * TrainResult result = Jukebox.train(request, TrainListener.none());
 * }</pre>
 *
 * <p>The prior of the codes that this VQ-VAE makes:
 *
 * <pre>{@code
 * TrainRequest.builder()
 *     .hps("small_vqvae", "small_prior")
 *     .name("mine_top")
 *     .audioDirectory(Path.of("music"))
 *     .priorLevel(1)
 *     .restoreVqvae(result.checkpoint().orElseThrow())
 *     .labels(false)
 *     .build();
 * }</pre>
 */
public final class TrainRequest {
  private final Hyperparams hps;
  private final JukeboxOptions options;
  private final Optional<MetadataSource> metadata;
  private final boolean extendIds;

  private TrainRequest(Builder builder) {
    this.hps = HyperparamSets.standard().resolve(builder.sets, builder.values);
    this.options = builder.options;
    this.metadata = builder.metadata;
    this.extendIds = builder.extendIds;
  }

  /** A builder with the original's defaults, except that it trains. */
  public static Builder builder() {
    return new Builder();
  }

  /**
   * The value of a hyperparameter: a boolean, a whole number as Long, a number as Double, a text or
   * a list; empty for no value.
   *
   * @throws dev.jukebox.error.InvalidInputException if there is no such hyperparameter
   */
  public Optional<Object> value(String name) {
    return hps.valueOf(name);
  }

  /** Where to compute, and where released models are kept. */
  public JukeboxOptions options() {
    return options;
  }

  Hyperparams hps() {
    return hps;
  }

  Optional<MetadataSource> metadata() {
    return metadata;
  }

  boolean extendIds() {
    return extendIds;
  }

  /** Builds a {@link TrainRequest}. */
  public static final class Builder {
    private final HyperparamSets known = HyperparamSets.standard();
    private final List<String> sets = new ArrayList<>();
    private final Map<String, Object> values = new LinkedHashMap<>(Map.of("train", true));
    private JukeboxOptions options = JukeboxOptions.defaults();
    private Optional<MetadataSource> metadata = Optional.empty();
    private boolean extendIds;

    private Builder() {}

    /** Adds named sets of hyperparameters; a later set wins over an earlier one. */
    public Builder hps(String... names) {
      sets.addAll(Arrays.asList(names));
      return this;
    }

    /**
     * Sets any hyperparameter, over what the sets say.
     *
     * @param value a boolean, number, text, list or array, or an empty Optional for no value
     */
    public Builder set(String name, Object value) {
      values.put(name, value);
      return this;
    }

    /**
     * Sets any hyperparameter from text, as on a command line: {@code "0.5,0.5"} or {@code
     * "(3,2,2)"} for a list, {@code "none"} for no value.
     *
     * @throws dev.jukebox.error.InvalidInputException if there is no such hyperparameter, with the
     *     nearest that there is, or the text is of another kind
     */
    public Builder setText(String name, String text) {
      return set(name, known.parse(name, text));
    }

    /** Name of the run, and of its directory below the output directory. */
    public Builder name(String name) {
      return set("name", name);
    }

    /** The music: every audio file in this directory and below it. */
    public Builder audioDirectory(Path directory) {
      return set("audio_files_dir", directory.toString());
    }

    /** Where the directory of the run is made; {@code logs} by default. */
    public Builder outputDirectory(Path directory) {
      return set("local_logdir", directory.toString());
    }

    /** Samples of a chunk; for a prior it follows from n_ctx if it is not set. */
    public Builder sampleLength(long samples) {
      return set("sample_length", samples);
    }

    /** Chunks that a step learns from. */
    public Builder batchSize(int chunks) {
      return set("bs", chunks);
    }

    /** Passes over the data. */
    public Builder epochs(int count) {
      return set("epochs", count);
    }

    /** The learning rate, which is reached after lr_warmup steps. */
    public Builder learningRate(double rate) {
      return set("lr", rate);
    }

    /** Whether a prior is told artist, genre and time, and lyrics if it uses them. */
    public Builder labels(boolean value) {
      return set("labels", value);
    }

    /** Trains the prior of a level, 0 for the finest, in place of a VQ-VAE. */
    public Builder priorLevel(int level) {
      return set("prior", true).set("level", level);
    }

    /** The VQ-VAE to go on with, or on whose codes a prior is trained. */
    public Builder restoreVqvae(Path checkpoint) {
      return set("restore_vqvae", checkpoint.toString());
    }

    /** The prior to go on with. */
    public Builder restorePrior(Path checkpoint) {
      return set("restore_prior", checkpoint.toString());
    }

    /** Whether to learn; true by default. */
    public Builder train(boolean value) {
      return set("train", value);
    }

    /** Whether to look at the test data after each epoch. */
    public Builder test(boolean value) {
      return set("test", value);
    }

    /** Says what each file is, in place of a metadata.csv or metadata.jsonl beside the music. */
    public Builder metadata(SongDescriber describer) {
      this.metadata =
          Optional.of(
              file ->
                  describer
                      .describe(file)
                      .map(song -> new SongMetadata(song.artist(), song.genre(), song.lyrics())));
      return this;
    }

    /**
     * Reads a .csv or .jsonl file that says what each file is; names in it are relative to its
     * directory.
     *
     * @throws dev.jukebox.error.JukeboxException if it cannot be read
     */
    public Builder metadata(Path file) {
      this.metadata = Optional.of(MetadataFile.read(file));
      return this;
    }

    /**
     * Appends the artists and genres of the metadata that a trained prior does not know to its
     * lists: it is fine-tuned with new names. Names that it knows keep their ids and what was
     * learnt of them, new ones get fresh rows in its tables, and the optimizer begins anew at step
     * 0. The lists are those of {@link JukeboxOptions.Builder#ids}, or those beside the restored
     * prior; the longer ones are written to {@code ids} in the directory of the run. Where there is
     * nothing to append the run goes on as it would without this.
     *
     * <pre>{@code
     * TrainRequest.builder()
     *     .hps("small_vqvae", "small_labelled_prior")
     *     .name("tuned")
     *     .audioDirectory(Path.of("more_music"))
     *     .priorLevel(1)
     *     .restoreVqvae(vqvae)
     *     .restorePrior(Path.of("logs/labelled/checkpoint_latest.pth.tar"))
     *     .extendIds()
     *     .build();
     * }</pre>
     */
    public Builder extendIds() {
      this.extendIds = true;
      return this;
    }

    /** Backend, threads, artist and genre lists, cache; the type of weights has no meaning here. */
    public Builder options(JukeboxOptions value) {
      this.options = value;
      return this;
    }

    /**
     * The request.
     *
     * @throws dev.jukebox.error.InvalidInputException for an unknown set or hyperparameter, with
     *     the nearest known one, a value of another kind, or values that contradict each other
     */
    public TrainRequest build() {
      return new TrainRequest(this);
    }
  }
}
