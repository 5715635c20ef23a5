package dev.jukebox.core.runtime;

import dev.jukebox.compute.Backend;
import dev.jukebox.compute.DType;
import dev.jukebox.core.files.Location;
import dev.jukebox.core.hparams.Hyperparams;
import dev.jukebox.core.labels.Labeller;
import dev.jukebox.core.model.ModelSpec;
import dev.jukebox.core.model.PriorSpec;
import dev.jukebox.core.prior.Prior;
import dev.jukebox.core.prior.PriorConfig;
import dev.jukebox.core.vqvae.VqVae;
import dev.jukebox.core.vqvae.VqVaeConfig;
import dev.jukebox.core.weights.WeightReader;
import dev.jukebox.core.weights.WeightSource;
import dev.jukebox.error.InvalidInputException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * A VQ-VAE with its priors on one backend. The VQ-VAE is loaded at once, a prior when it is first
 * used; where all priors together do not fit, the one used before is freed first.
 *
 * <p>Used by one thread at a time.
 */
public final class LoadedModel implements AutoCloseable {
  private final ModelSpec spec;
  private final Backend backend;
  private final DType storage;
  private final VqVae vqvae;
  private final List<Optional<PriorConfig>> configs = new ArrayList<>();
  private final List<Labeller> labellers = new ArrayList<>();
  private final Map<Integer, Prior> loaded = new TreeMap<>();
  private final Set<Integer> checked = new TreeSet<>();

  /**
   * Loads the VQ-VAE of a model.
   *
   * @param storage the type in which the priors' linear weights are kept
   */
  public LoadedModel(ModelSpec spec, Backend backend, DType storage) {
    this.spec = spec;
    this.backend = backend;
    this.storage = storage;
    VqVaeConfig vqvaeConfig = VqVaeConfig.of(spec.vqvae());
    for (Optional<PriorSpec> prior : spec.priors()) {
      Optional<PriorConfig> config = prior.map(known -> config(known.hps(), vqvaeConfig));
      configs.add(config);
      labellers.add(config.map(this::labeller).orElseGet(Labeller::empty));
    }
    this.vqvae =
        read(
            () -> WeightSource.vqvae(spec.vqvaeWeights()),
            reader -> new VqVae(backend, vqvaeConfig, reader));
  }

  private static PriorConfig config(Hyperparams hps, VqVaeConfig vqvae) {
    PriorConfig config = PriorConfig.of(hps, vqvae);
    config.transformer();
    return config;
  }

  private Labeller labeller(PriorConfig config) {
    Optional<Location> ids = spec.ids();
    return ids.isPresent()
        ? Labeller.in(ids.get(), config.hps(), config.sampleLength())
        : Labeller.of(config.hps(), config.sampleLength(), Optional.empty());
  }

  /** The VQ-VAE. */
  public VqVae vqvae() {
    return vqvae;
  }

  /** What the model is made of. */
  public ModelSpec spec() {
    return spec;
  }

  /** The backend's name and what it runs on, for people. */
  public String runsOn() {
    return backend.name() + " (" + backend.description() + ")";
  }

  /** Whether a level has a prior; one whose training is not done may be missing. */
  public boolean hasPrior(int level) {
    return configs.get(level).isPresent();
  }

  /**
   * The shape of a level's prior.
   *
   * @throws InvalidInputException if the level has none
   */
  public PriorConfig priorConfig(int level) {
    return configs.get(level).orElseThrow(() -> missing(level));
  }

  private InvalidInputException missing(int level) {
    return new InvalidInputException(
        "model "
            + spec.name()
            + " has no prior of level "
            + level
            + ": train one, and name its checkpoint in priors["
            + level
            + "] of the model.json");
  }

  /** What turns artist, genre and lyrics into a level's label vectors; empty without a prior. */
  public Labeller labeller(int level) {
    return labellers.get(level);
  }

  /**
   * The prior of a level, valid until another level's is asked for. Others are freed first unless
   * there is room for them beside this one at work.
   *
   * @param batch items that it will compute at once
   * @param chunkSize positions of a prompt that it will compute at once
   */
  public Prior prior(int level, int batch, int chunkSize) {
    Prior present = loaded.get(level);
    if (present != null) {
      makeRoomBeside(level, batch, chunkSize);
      return present;
    }
    if (plan(level, chunkSize).bytes(batch) > backend.freeBytes()) {
      freePriors();
    }
    Prior prior = readPrior(level, backend);
    loaded.put(level, prior);
    checked.add(level);
    return prior;
  }

  private void makeRoomBeside(int level, int batch, int chunkSize) {
    MemoryPlan plan = plan(level, chunkSize);
    if (plan.bytes(batch) - plan.weightBytes() > backend.freeBytes()) {
      Prior kept = loaded.remove(level);
      freePriors();
      loaded.put(level, kept);
    }
  }

  /**
   * Sees whether the weight file of a level's prior is whole and fits, without loading it, so that
   * a long run does not find out when it gets there.
   *
   * @throws dev.jukebox.error.CheckpointException if it does not
   */
  public void check(int level) {
    if (!checked.contains(level)) {
      readPrior(level, new ShapeOnlyBackend()).close();
      checked.add(level);
    }
  }

  private Prior readPrior(int level, Backend target) {
    PriorConfig config = priorConfig(level);
    Location weights = spec.priors().get(level).map(PriorSpec::weights).orElseThrow();
    return read(
        () -> WeightSource.prior(weights, level, configs.size()),
        reader -> new Prior(target, config, reader, storage));
  }

  /**
   * How many items of a level can be computed at once.
   *
   * @param wanted the most that is asked for
   * @param chunkSize positions of a prompt that are computed at once
   * @throws dev.jukebox.error.InsufficientMemoryException if not even one fits, with the numbers
   */
  public int batchThatFits(int level, int wanted, int chunkSize) {
    long loadedWeights =
        loaded.keySet().stream().mapToLong(other -> plan(other, 1).weightBytes()).sum();
    return plan(level, chunkSize).batchThatFits(wanted, backend.freeBytes() + loadedWeights);
  }

  /** What a level needs. */
  public MemoryPlan plan(int level, int chunkSize) {
    DType cache = backend.attention().cacheType(storage);
    return MemoryPlan.of(priorConfig(level), spec.vqvae(), storage, cache, chunkSize);
  }

  private static <T extends AutoCloseable> T read(
      Supplier<WeightSource> opener, Function<WeightReader, T> builder) {
    try (WeightSource source = opener.get()) {
      WeightReader reader = new WeightReader(source);
      T model = builder.apply(reader);
      try {
        reader.finish();
        return model;
      } catch (RuntimeException e) {
        closeAfter(e, model);
        throw e;
      }
    }
  }

  private static void closeAfter(RuntimeException failure, AutoCloseable model) {
    try {
      model.close();
    } catch (Exception e) {
      failure.addSuppressed(e);
    }
  }

  private void freePriors() {
    loaded.values().forEach(Prior::close);
    loaded.clear();
  }

  /** Frees all weights; the backend stays open. */
  @Override
  public void close() {
    freePriors();
    vqvae.close();
  }
}
