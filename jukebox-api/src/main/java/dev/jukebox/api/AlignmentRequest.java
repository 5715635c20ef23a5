package dev.jukebox.api;

import dev.jukebox.error.InvalidInputException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * A search for the attention head of a model that follows the lyrics; immutable.
 *
 * <pre>{@code
 * AlignmentRequest request =
 *     AlignmentRequest.builder()
 *         .model(ModelSource.file(Path.of("logs/mine/model.json")))
 *         .audioDirectory(Path.of("music"))
 *         .build();
 * AlignmentHead best = Jukebox.align(request).best();
 * }</pre>
 */
public final class AlignmentRequest {
  private final Optional<ModelSource> model;
  private final JukeboxOptions options;
  private final Optional<Path> audioDirectory;
  private final Optional<Path> metadata;
  private final int windows;
  private final boolean dryRun;
  private final AlignmentListener listener;

  private AlignmentRequest(Builder builder) {
    this.model = builder.model;
    this.options = builder.options;
    this.audioDirectory = builder.audioDirectory;
    this.metadata = builder.metadata;
    this.windows = builder.windows;
    this.dryRun = builder.dryRun;
    this.listener = builder.listener;
  }

  /** A builder with the defaults. */
  public static Builder builder() {
    return new Builder();
  }

  /** The model; needed by {@link Jukebox#align}, ignored by {@link JukeboxModel#align}. */
  public Optional<ModelSource> model() {
    return model;
  }

  /** How {@link Jukebox#align} opens the model. */
  public JukeboxOptions options() {
    return options;
  }

  /**
   * Where the songs are.
   *
   * @throws InvalidInputException if the request names no directory
   */
  public Path audioDirectory() {
    return audioDirectory.orElseThrow(
        () -> new InvalidInputException("the alignment request names no directory of music"));
  }

  /** The file of artists, genres and lyrics; empty for the one beside the songs. */
  public Optional<Path> metadata() {
    return metadata;
  }

  /** How many windows of music are looked at in all. */
  public int windows() {
    return windows;
  }

  /** Whether the model's description is left as it is. */
  public boolean dryRun() {
    return dryRun;
  }

  /** Hears of progress. */
  public AlignmentListener listener() {
    return listener;
  }

  /** Builds an {@link AlignmentRequest}. */
  public static final class Builder {
    private Optional<ModelSource> model = Optional.empty();
    private JukeboxOptions options = JukeboxOptions.defaults();
    private Optional<Path> audioDirectory = Optional.empty();
    private Optional<Path> metadata = Optional.empty();
    private int windows = 12;
    private boolean dryRun;
    private AlignmentListener listener = AlignmentListener.none();

    private Builder() {}

    /** The model to look into. */
    public Builder model(ModelSource source) {
      this.model = Optional.of(source);
      return this;
    }

    /** How to open the model. */
    public Builder options(JukeboxOptions value) {
      this.options = value;
      return this;
    }

    /** Where the songs are. */
    public Builder audioDirectory(Path directory) {
      this.audioDirectory = Optional.of(directory);
      return this;
    }

    /** A metadata.csv or metadata.jsonl, in place of the one beside the songs. */
    public Builder metadata(Path file) {
      this.metadata = Optional.of(file);
      return this;
    }

    /** How many windows of music to look at in all, over all songs. */
    public Builder windows(int count) {
      if (count < 1) {
        throw new InvalidInputException("windows is " + count + ", expected at least 1");
      }
      this.windows = count;
      return this;
    }

    /** Whether to leave the model's description as it is. */
    public Builder dryRun(boolean value) {
      this.dryRun = value;
      return this;
    }

    /** Hears of progress. */
    public Builder listener(AlignmentListener value) {
      this.listener = value;
      return this;
    }

    /** The request. */
    public AlignmentRequest build() {
      return new AlignmentRequest(this);
    }
  }
}
