package dev.jukebox.api;

import dev.jukebox.error.InvalidInputException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;

/**
 * A run of the sampler; immutable.
 *
 * <pre>{@code
 * SampleRequest request =
 *     SampleRequest.builder()
 *         .model(ModelSource.named("1b_lyrics"))
 *         .song(Song.of("Ella Fitzgerald", "Jazz").withLyrics("It don't mean a thing"))
 *         .seconds(20)
 *         .outputDirectory(Path.of("sample_1b"))
 *         .build();
 * SampleResult result = Jukebox.sample(request);
 * }</pre>
 */
public final class SampleRequest {
  private final Optional<ModelSource> model;
  private final JukeboxOptions options;
  private final List<Song> songs;
  private final SampleMode mode;
  private final OptionalInt items;
  private final OptionalDouble seconds;
  private final OptionalDouble totalSeconds;
  private final List<Double> hopFraction;
  private final List<Double> temp;
  private final int topK;
  private final double topP;
  private final long seed;
  private final OptionalInt chunkSize;
  private final OptionalInt maxBatchSize;
  private final Optional<Path> outputDirectory;
  private final SampleListener listener;

  private SampleRequest(Builder builder) {
    this.model = builder.model;
    this.options = builder.options;
    this.songs = List.copyOf(builder.songs);
    this.items = builder.items;
    this.mode = builder.mode;
    this.seconds = builder.seconds;
    this.totalSeconds = builder.totalSeconds;
    this.hopFraction = List.copyOf(builder.hopFraction);
    this.temp = List.copyOf(builder.temp);
    this.topK = builder.topK;
    this.topP = builder.topP;
    this.seed = builder.seed;
    this.chunkSize = builder.chunkSize;
    this.maxBatchSize = builder.maxBatchSize;
    this.outputDirectory = builder.outputDirectory;
    this.listener = builder.listener;
  }

  /** A builder of a request in which the model decides everything. */
  public static Builder builder() {
    return new Builder();
  }

  /** The model, empty for the built-in one; ignored by {@link JukeboxModel#sample}. */
  public Optional<ModelSource> model() {
    return model;
  }

  /** How {@link Jukebox#sample} opens the model. */
  public JukeboxOptions options() {
    return options;
  }

  /** What is sung, in turn over the items; empty for {@link SampleDefaults#songs}. */
  public List<Song> songs() {
    return songs;
  }

  /**
   * Number of items; empty for one for each song, or, where no song is named, as many as the codes
   * that the run begins with have, else one.
   */
  public OptionalInt items() {
    return items;
  }

  /** What the run begins with. */
  public SampleMode mode() {
    return mode;
  }

  /**
   * Length of the audio in seconds, rounded down to a multiple of the top level's hop; empty for
   * the model's, or, where codes are upsampled, theirs.
   */
  public OptionalDouble seconds() {
    return seconds;
  }

  /**
   * Length in seconds of the song that each item is the beginning of; empty for the model's, or, if
   * that is longer, that of the audio.
   */
  public OptionalDouble totalSeconds() {
    return totalSeconds;
  }

  /** Codes between windows as a fraction of n_ctx, finest level first; empty for the model's. */
  public List<Double> hopFraction() {
    return hopFraction;
  }

  /** Temperature: one for all levels, or one for each, finest first; empty for the model's. */
  public List<Double> temp() {
    return temp;
  }

  /** Keep only this many most probable codes; 0 for all. */
  public int topK() {
    return topK;
  }

  /** Keep only the most probable codes up to this probability; 0 for all. */
  public double topP() {
    return topP;
  }

  /** Decides every draw. */
  public long seed() {
    return seed;
  }

  /** Positions of a prompt computed at once; empty for the default. */
  public OptionalInt chunkSize() {
    return chunkSize;
  }

  /** Items computed at once; empty for the default of each level. */
  public OptionalInt maxBatchSize() {
    return maxBatchSize;
  }

  /** Where each level is written as it finishes; empty to write nothing. */
  public Optional<Path> outputDirectory() {
    return outputDirectory;
  }

  /** Hears of progress. */
  public SampleListener listener() {
    return listener;
  }

  /** Builds a {@link SampleRequest}. */
  public static final class Builder {
    private Optional<ModelSource> model = Optional.empty();
    private JukeboxOptions options = JukeboxOptions.defaults();
    private List<Song> songs = List.of();
    private OptionalInt items = OptionalInt.empty();
    private SampleMode mode = SampleMode.ancestral();
    private OptionalDouble seconds = OptionalDouble.empty();
    private OptionalDouble totalSeconds = OptionalDouble.empty();
    private List<Double> hopFraction = List.of();
    private List<Double> temp = List.of();
    private int topK;
    private double topP;
    private long seed;
    private OptionalInt chunkSize = OptionalInt.empty();
    private OptionalInt maxBatchSize = OptionalInt.empty();
    private Optional<Path> outputDirectory = Optional.empty();
    private SampleListener listener = SampleListener.none();

    private Builder() {}

    /** The model to sample from, in place of the built-in one. */
    public Builder model(ModelSource source) {
      this.model = Optional.of(source);
      return this;
    }

    /** How to open the model. */
    public Builder options(JukeboxOptions value) {
      this.options = value;
      return this;
    }

    /** One item. */
    public Builder song(Song song) {
      return songs(List.of(song));
    }

    /** Songs that are written together: one an item, unless {@link #items} says otherwise. */
    public Builder songs(List<Song> given) {
      if (given.isEmpty()) {
        throw new InvalidInputException("a sample request needs at least one song");
      }
      this.songs = given;
      return this;
    }

    /** Number of items, over which the songs are repeated in turn. */
    public Builder items(int count) {
      if (count < 1) {
        throw new InvalidInputException(
            "a sample request asks for " + count + " items, expected at least 1");
      }
      this.items = OptionalInt.of(count);
      return this;
    }

    /** What to begin with. */
    public Builder mode(SampleMode value) {
      this.mode = value;
      return this;
    }

    /** Length of the audio in seconds. */
    public Builder seconds(double value) {
      this.seconds = OptionalDouble.of(positive("seconds", value));
      return this;
    }

    /** Length in seconds of the song that each item is the beginning of. */
    public Builder totalSeconds(double value) {
      this.totalSeconds = OptionalDouble.of(positive("total seconds", value));
      return this;
    }

    /** Codes between windows as a fraction of n_ctx, one for each level, finest first. */
    public Builder hopFraction(List<Double> fractions) {
      this.hopFraction = fractions;
      return this;
    }

    /** The same temperature at every level. */
    public Builder temp(double value) {
      return temp(List.of(value));
    }

    /** A temperature for each level, finest first. */
    public Builder temp(List<Double> values) {
      this.temp = values;
      return this;
    }

    /** Keeps only the most probable codes. */
    public Builder topK(int count) {
      this.topK = count;
      return this;
    }

    /** Keeps only the most probable codes up to this probability. */
    public Builder topP(double probability) {
      this.topP = probability;
      return this;
    }

    /** The seed: the same one gives the same song. */
    public Builder seed(long value) {
      this.seed = value;
      return this;
    }

    /** Positions of a prompt computed at once; changes memory and speed alone. */
    public Builder chunkSize(int positions) {
      this.chunkSize = OptionalInt.of(positions);
      return this;
    }

    /** Items computed at once; changes memory and speed alone. */
    public Builder maxBatchSize(int items) {
      this.maxBatchSize = OptionalInt.of(items);
      return this;
    }

    /** Writes each level into {@code directory/level_N} as it finishes. */
    public Builder outputDirectory(Path directory) {
      this.outputDirectory = Optional.of(directory);
      return this;
    }

    /** Hears of progress. */
    public Builder listener(SampleListener value) {
      this.listener = value;
      return this;
    }

    /** The request. */
    public SampleRequest build() {
      return new SampleRequest(this);
    }

    private static double positive(String what, double value) {
      if (!(value > 0) || Double.isInfinite(value)) {
        throw new InvalidInputException(what + " is " + value + ", expected a number above 0");
      }
      return value;
    }
  }
}
