package dev.jukebox.core.pack;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.jukebox.core.files.Location;
import dev.jukebox.core.files.StagedFiles;
import dev.jukebox.core.labels.LabelFiles;
import dev.jukebox.core.model.ModelSpec;
import dev.jukebox.core.model.PriorSpec;
import dev.jukebox.core.weights.WeightSource;
import dev.jukebox.core.weights.safetensors.SafetensorsWriter;
import dev.jukebox.core.weights.store.FileTensor;
import dev.jukebox.error.InvalidInputException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Writes a model as a directory of its own: a description, a safetensors file for the VQ-VAE and
 * each prior, and the lists of artists, genres and characters. It is opened like any model.
 *
 * <pre>{@code
 * ModelSpec spec = ModelFile.read(Path.of("logs/top/model.json"));
 * Path packed = ModelPacker.pack(spec, json, Path.of("packed"), PackedType.I8);
 * }</pre>
 */
public final class ModelPacker {
  private static final JsonMapper MAPPER = JsonMapper.builder().build();
  private static final String VQVAE = "vqvae.safetensors";
  private static final String EMBEDDING = "prior.x_emb.weight";
  private static final String HEAD = "prior.x_out.weight";
  private static final String LYRIC_HEAD = "prime_x_out.weight";
  private static final String IDS = "ids";
  private static final long LARGEST_LIST = 64L << 20;

  private final ModelSpec spec;
  private final Path directory;
  private final PackedType type;

  private ModelPacker(ModelSpec spec, Path directory, PackedType type) {
    this.spec = spec;
    this.directory = directory;
    this.type = type;
  }

  /**
   * Packs a model.
   *
   * @param spec the model
   * @param description the text that describes it
   * @param directory where to write; made where it is missing
   * @return the description of the packed model, {@code directory/model.json}
   * @throws InvalidInputException if the model's own files lie there, or a weight cannot be packed
   * @throws dev.jukebox.error.FileAccessException if a file cannot be read or written
   */
  public static Path pack(ModelSpec spec, String description, Path directory, PackedType type) {
    return new ModelPacker(spec, directory, type).run(description);
  }

  private Path run(String description) {
    requireElsewhere(spec.vqvaeWeights());
    spec.priors().forEach(prior -> prior.ifPresent(known -> requireElsewhere(known.weights())));
    ObjectNode root = tree(description);
    write(VQVAE, WeightSource.vqvae(spec.vqvaeWeights()), Set.of());
    ((ObjectNode) root.path("vqvae")).put("restore_vqvae", VQVAE);
    for (int level : spec.priorLevels()) {
      PriorSpec prior = spec.priors().get(level).orElseThrow();
      String file = "prior_level_" + level + ".safetensors";
      WeightSource weights = WeightSource.prior(prior.weights(), level, spec.priors().size());
      write(file, weights, spare(prior, weights.names()));
      ((ObjectNode) root.path("priors").path(level)).put("restore_prior", file);
    }
    root.remove(IDS);
    Optional<Location> lists = spec.ids();
    if (lists.isPresent()) {
      copyLists(lists.get());
      root.put(IDS, IDS);
    }
    Path file = directory.resolve("model.json");
    byte[] json = (root.toPrettyString() + "\n").getBytes(StandardCharsets.UTF_8);
    StagedFiles.write(file, out -> out.write(json));
    return file;
  }

  private void requireElsewhere(Location weights) {
    Optional<Path> folder = weights.path().map(Path::toAbsolutePath).map(Path::getParent);
    if (folder.isPresent()
        && folder.get().normalize().equals(directory.toAbsolutePath().normalize())) {
      throw new InvalidInputException(
          weights + " is packed from, and " + directory + " is its directory: choose another");
    }
  }

  private static ObjectNode tree(String description) {
    try {
      JsonNode root = MAPPER.readTree(description);
      return (ObjectNode) root;
    } catch (JsonProcessingException e) {
      throw new InvalidInputException("not a description of a model: " + e.getOriginalMessage(), e);
    }
  }

  /** What sampling does not need. */
  private static Set<String> spare(PriorSpec prior, Set<String> names) {
    // The head of such a prior is its embedding, of which a file needs one copy.
    boolean tied = !prior.hps().booleanOf("merged_decoder") && names.contains(EMBEDDING);
    return tied ? Set.of(HEAD, LYRIC_HEAD) : Set.of(LYRIC_HEAD);
  }

  private void write(String name, WeightSource source, Set<String> spare) {
    try (source) {
      Map<String, FileTensor> packed = new LinkedHashMap<>();
      for (String tensor : source.names()) {
        if (source.get(tensor).type().isFloating() && !spare.contains(tensor)) {
          TensorForm form = TensorForm.of(tensor, source.get(tensor).shape().length, type);
          packed.putAll(Quantiser.apply(tensor, source.get(tensor), form));
        }
      }
      SafetensorsWriter.write(directory.resolve(name), packed, Map.of("format", "pt"));
    }
  }

  private void copyLists(Location lists) {
    Path target = directory.resolve(IDS);
    for (String name : LabelFiles.in(lists)) {
      byte[] content = lists.resolve(name).read(LARGEST_LIST);
      StagedFiles.write(target.resolve(name), out -> out.write(content));
    }
  }
}
