package dev.jukebox.core.data;

import dev.jukebox.core.labels.Labeller;
import dev.jukebox.error.FileAccessException;
import dev.jukebox.error.InvalidInputException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * A directory of music, ready to be trained on.
 *
 * <pre>{@code
 * DataSettings settings = DataSettings.of(hps);
 * try (TrainingData data =
 *     TrainingData.builder(settings)
 *         .labels(labeller, MetadataSource.beside(settings.directory()))
 *         .cacheDirectory(logs)
 *         .listener(listener)
 *         .open()) {
 *   Bandwidth bandwidth = data.bandwidth(1, spectrumNorm);
 *   try (BatchStream batches = data.train().epoch(0, 0)) {
 *     batches.forEachRemaining(this::step);
 *   }
 * }
 * }</pre>
 */
public final class TrainingData implements AutoCloseable {

  private final DataSettings settings;
  private final AudioCatalog catalog;
  private final SongChunks chunks;
  private final SkippedFiles skipped;
  private final ChunkReader reader;
  private final ChunkLoader train;
  private final ChunkLoader test;

  private TrainingData(Builder builder) {
    settings = builder.settings;
    skipped = new SkippedFiles(builder.listener::skipped);
    builder.metadata.warnings().forEach(builder.listener::warning);
    catalog = AudioCatalog.scan(settings, builder.cacheDirectory, skipped, builder.listener);
    chunks = SongChunks.of(catalog.songs(), settings.sampleLength());
    SongLabels labels = new SongLabels(builder.labeller, builder.metadata);
    labels.check(catalog.songs(), builder.listener);
    Draws draws = new Draws(settings.seed());
    reader = new ChunkReader(settings, catalog.songs(), chunks, draws, skipped);
    ItemRange trained = ItemRange.train(chunks.count(), settings.trainTestSplit());
    ItemRange tested = ItemRange.test(chunks.count(), settings.trainTestSplit());
    if (builder.trains) {
      requireBatch(trained);
    }
    if (builder.tests && tested.count() == 0) {
      nothingToTest(builder);
    }
    BatchPlan trainPlan = new BatchPlan(trained, settings.batchSize(), true, draws);
    BatchPlan testPlan = new BatchPlan(tested, settings.batchSize(), false, draws);
    train = new ChunkLoader("train", settings, reader, labels, trainPlan, draws);
    test = new ChunkLoader("test", settings, reader, labels, testPlan, draws);
  }

  private void requireBatch(ItemRange trained) {
    if (trained.count() < settings.batchSize()) {
      throw new InvalidInputException(
          "There are "
              + trained.count()
              + " chunks to train on ("
              + chunks.count()
              + " in all, times train_test_split "
              + settings.trainTestSplit()
              + "), fewer than bs, "
              + settings.batchSize()
              + "; add music, or make sample_length or bs smaller.");
    }
  }

  /** A run that only tests has nothing to do; one that trains can do without. */
  private void nothingToTest(Builder builder) {
    String sentence =
        "There is nothing to test on: train_test_split "
            + settings.trainTestSplit()
            + " leaves none of "
            + chunks.count()
            + " chunks; make it smaller or add music.";
    if (!builder.trains) {
      throw new InvalidInputException(sentence);
    }
    builder.listener.warning(sentence);
  }

  /** Begins to say what the data are; without more, music without labels. */
  public static Builder builder(DataSettings settings) {
    return new Builder(settings);
  }

  /** The songs. */
  public AudioCatalog catalog() {
    return catalog;
  }

  /** The number of chunks, to train and to test on. */
  public int chunks() {
    return chunks.count();
  }

  /** What is trained on; chunks that do not fill a batch wait for another epoch. */
  public ChunkLoader train() {
    return train;
  }

  /** What is tested on: the end of the data; without a batch where train_test_split leaves none. */
  public ChunkLoader test() {
    return test;
  }

  /** What could not be used so far. */
  public SkippedFiles skipped() {
    return skipped;
  }

  /**
   * Measures how loud the data are; the same at every start of a run.
   *
   * @param seconds how much is measured: 600 for a VQ-VAE, 1 for a prior
   * @throws InvalidInputException if nothing can be decoded
   */
  public Bandwidth bandwidth(double seconds, SpectrumNorm norm) {
    return Bandwidth.measure(reader, chunks.count(), settings.sampleRate(), seconds, norm);
  }

  /** Ends the threads. */
  @Override
  public void close() {
    train.close();
    test.close();
  }

  /** What the data are; see {@link TrainingData}. */
  public static final class Builder {

    private final DataSettings settings;
    private Labeller labeller = Labeller.empty();
    private MetadataSource metadata = MetadataSource.none();
    private Optional<Path> cacheDirectory = Optional.empty();
    private DataListener listener = new DataListener() {};
    private boolean trains = true;
    private boolean tests;

    private Builder(DataSettings settings) {
      this.settings = settings;
    }

    /**
     * Labels for the chunks; none unless given.
     *
     * @param labeller of the prior that is trained, for windows of sample_length
     * @param metadata what songs are
     */
    public Builder labels(Labeller labeller, MetadataSource metadata) {
      this.labeller = labeller;
      this.metadata = metadata;
      return this;
    }

    /**
     * What the data are for, and so have to be enough of; to be trained on, unless said.
     *
     * @param trains whether {@link TrainingData#train} has to have a batch
     * @param tests whether {@link TrainingData#test} has to have one, if they are not trained on;
     *     else the listener is warned
     */
    public Builder uses(boolean trains, boolean tests) {
      this.trains = trains;
      this.tests = tests;
      return this;
    }

    /** Where durations are kept for the next start, such as the directory of the run's logs. */
    public Builder cacheDirectory(Path directory) {
      cacheDirectory = Optional.of(directory);
      return this;
    }

    /** Who is told of progress and of files that are left out. */
    public Builder listener(DataListener listener) {
      this.listener = listener;
      return this;
    }

    /**
     * Finds the songs and measures them, which may take minutes the first time.
     *
     * @throws InvalidInputException if there is not enough music of the right durations, or a
     *     song's metadata do not fit the model
     * @throws FileAccessException if the directory cannot be read
     */
    public TrainingData open() {
      return new TrainingData(this);
    }
  }
}
