package dev.jukebox.benchmarks;

import dev.jukebox.core.files.Location;
import dev.jukebox.core.hparams.HyperparamSets;
import dev.jukebox.core.hparams.Hyperparams;
import dev.jukebox.core.model.ModelSpec;
import dev.jukebox.core.model.PriorSpec;
import dev.jukebox.core.model.SamplingDefaults;
import dev.jukebox.core.prior.PriorConfig;
import dev.jukebox.core.vqvae.VqVaeConfig;
import dev.jukebox.core.weights.WeightSource;
import dev.jukebox.core.weights.pytorch.PyTorchWriter;
import dev.jukebox.core.weights.store.FileTensor;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A model of the shapes of 1b_lyrics with random weights, in files of a temporary directory. The
 * layers of a prior are alike and a file holds them once: loading one reads as many numbers as the
 * real file has, but from memory instead of from a disk.
 */
final class RandomModel implements AutoCloseable {
  private static final List<String> PRIORS =
      List.of("upsampler_level_0", "upsampler_level_1", "prior_1b_lyrics");
  private static final long SEED = 6;

  private final Path directory;
  private final ModelSpec spec;

  /**
   * Writes the files.
   *
   * @param tiny whether all shapes are so small that plain Java or an emulator runs them
   */
  RandomModel(boolean tiny) throws IOException {
    directory = Files.createTempDirectory("jukebox-random");
    HyperparamSets sets = HyperparamSets.standard();
    Hyperparams vqvae = sets.resolve(List.of("vqvae"), tiny ? tinyVqVae() : Map.of());
    VqVaeConfig config = VqVaeConfig.of(vqvae);
    List<Optional<PriorSpec>> priors = new ArrayList<>();
    for (String name : PRIORS) {
      Hyperparams hps = sets.resolve(List.of(name), tiny ? tinyPrior(name) : Map.of());
      Path file = write(name, PriorWeights.alike(PriorConfig.of(hps, config), random()));
      priors.add(Optional.of(new PriorSpec(hps, Location.of(file))));
    }
    spec =
        new ModelSpec(
            "random 1b_lyrics",
            vqvae,
            Location.of(write("vqvae", tensors(VqVaeWeights.of(config)))),
            priors,
            Optional.empty(),
            SamplingDefaults.NONE);
  }

  /** What is made of the files. */
  ModelSpec spec() {
    return spec;
  }

  private static RandomTensors random() {
    return new RandomTensors(SEED);
  }

  private static Map<String, Object> tinyVqVae() {
    return Map.of("l_bins", 64, "emb_width", 8, "width", 4, "depth", 1);
  }

  private static Map<String, Object> tinyPrior(String name) {
    Map<String, Object> own = new LinkedHashMap<>();
    own.put("prior_width", 32);
    own.put("blocks", 4);
    own.put("n_ctx", 32);
    if (name.startsWith("upsampler")) {
      own.put("prior_depth", 3);
      own.put("cond_width", 8);
      own.put("cond_depth", 2);
    } else {
      own.put("prior_depth", 16);
      own.put("n_tokens", 16);
      own.put("alignment_layer", 15);
      own.put("min_duration", 0.01);
    }
    return own;
  }

  private static Map<String, FileTensor> tensors(WeightSource source) {
    Map<String, FileTensor> tensors = new LinkedHashMap<>();
    try (source) {
      source.names().forEach(name -> tensors.put(name, source.get(name)));
    }
    return tensors;
  }

  private Path write(String name, Map<String, FileTensor> tensors) {
    Path file = directory.resolve(name + ".pth.tar");
    PyTorchWriter.write(file, Map.of("model", tensors));
    return file;
  }

  /** Deletes the files. */
  @Override
  public void close() {
    try (Stream<Path> files = Files.list(directory)) {
      for (Path file : files.toList()) {
        Files.delete(file);
      }
      Files.delete(directory);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
