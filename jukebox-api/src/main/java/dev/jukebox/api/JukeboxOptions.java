package dev.jukebox.api;

import dev.jukebox.error.InvalidInputException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * How a model is opened; immutable.
 *
 * <pre>{@code
 * JukeboxOptions options = JukeboxOptions.builder().backend("cpp").threads(4).build();
 * }</pre>
 */
public final class JukeboxOptions {
  private final String backend;
  private final int threads;
  private final WeightType weights;
  private final Optional<Path> ids;
  private final Optional<Path> cache;
  private final boolean offline;
  private final DownloadListener downloads;
  private final Consumer<String> warnings;

  private JukeboxOptions(Builder builder) {
    this.backend = builder.backend;
    this.threads = builder.threads;
    this.weights = builder.weights;
    this.ids = builder.ids;
    this.cache = builder.cache;
    this.offline = builder.offline;
    this.downloads = builder.downloads;
    this.warnings = builder.warnings;
  }

  /** The fastest backend, all processors, fp32 weights, the default cache. */
  public static JukeboxOptions defaults() {
    return builder().build();
  }

  /** A builder with the defaults. */
  public static Builder builder() {
    return new Builder();
  }

  /** Name of the backend; {@code auto} for the fastest. */
  public String backend() {
    return backend;
  }

  /** Threads that compute. */
  public int threads() {
    return threads;
  }

  /** The type in which linear weights are kept. */
  public WeightType weights() {
    return weights;
  }

  /** Directory of artist and genre lists, in place of the model's own. */
  public Optional<Path> ids() {
    return ids;
  }

  /** Where released models are kept, in place of the default directory. */
  public Optional<Path> cache() {
    return cache;
  }

  /** Whether nothing may be fetched. */
  public boolean offline() {
    return offline;
  }

  /** Hears of files that are fetched. */
  public DownloadListener downloads() {
    return downloads;
  }

  /** Told of what is missing but can be done without, such as lists of artists. */
  public Consumer<String> warnings() {
    return warnings;
  }

  /** Builds {@link JukeboxOptions}. */
  public static final class Builder {
    private String backend = "auto";
    private int threads = Runtime.getRuntime().availableProcessors();
    private WeightType weights = WeightType.F32;
    private Optional<Path> ids = Optional.empty();
    private Optional<Path> cache = Optional.empty();
    private boolean offline;
    private DownloadListener downloads = (file, done, total) -> {};
    private Consumer<String> warnings = warning -> {};

    private Builder() {}

    /** Chooses a backend by name, such as {@code cpp} or {@code java}. */
    public Builder backend(String name) {
      this.backend = name;
      return this;
    }

    /** Sets the number of threads that compute. */
    public Builder threads(int count) {
      if (count < 1) {
        throw new InvalidInputException("threads is " + count + ", expected at least 1");
      }
      this.threads = count;
      return this;
    }

    /** Sets the type in which linear weights are kept. */
    public Builder weights(WeightType type) {
      this.weights = type;
      return this;
    }

    /** Uses the artist and genre lists of this directory. */
    public Builder ids(Path directory) {
      this.ids = Optional.of(directory);
      return this;
    }

    /** Keeps released models in this directory. */
    public Builder cache(Path directory) {
      this.cache = Optional.of(directory);
      return this;
    }

    /** Forbids fetching. */
    public Builder offline(boolean value) {
      this.offline = value;
      return this;
    }

    /** Hears of files that are fetched. */
    public Builder downloads(DownloadListener listener) {
      this.downloads = listener;
      return this;
    }

    /** Is told of what is missing but can be done without. */
    public Builder warnings(Consumer<String> listener) {
      this.warnings = listener;
      return this;
    }

    /** The options. */
    public JukeboxOptions build() {
      return new JukeboxOptions(this);
    }
  }
}
