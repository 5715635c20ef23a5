package dev.jukebox.core.model;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.jukebox.core.files.FileErrors;
import dev.jukebox.core.files.StagedFiles;
import dev.jukebox.error.InvalidInputException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * Makes one description of several, each of which knows some of a model's priors: what the runs of
 * a top prior and of its upsamplers wrote becomes a model that samples through all levels.
 *
 * <pre>{@code
 * ModelJoiner.join(
 *     List.of(Path.of("logs/top/model.json"), Path.of("logs/up/model.json")), Path.of("model.json"));
 * }</pre>
 */
public final class ModelJoiner {
  private static final JsonMapper MAPPER = JsonMapper.builder().build();
  private static final String IDS = "ids";
  private static final String PRIORS = "priors";
  private static final String VQVAE = "vqvae";

  private final Path folder;

  private ModelJoiner(Path folder) {
    this.folder = folder;
  }

  /**
   * Writes the joint description; paths in it are relative to it.
   *
   * @param descriptions of priors of one VQ-VAE; what is said besides priors is the first one's
   * @param output the file to write
   * @throws InvalidInputException if two describe a prior of one level, or do not belong together
   * @throws dev.jukebox.error.FileAccessException if a file cannot be read or written
   */
  public static void join(List<Path> descriptions, Path output) {
    if (descriptions.isEmpty()) {
      throw new InvalidInputException("no descriptions to join: give the model.json of each run");
    }
    ModelJoiner joiner = new ModelJoiner(output.toAbsolutePath().normalize().getParent());
    Path first = descriptions.get(0);
    ObjectNode joint = joiner.read(first);
    for (Path other : descriptions.subList(1, descriptions.size())) {
      joiner.add(joint, first, joiner.read(other), other);
    }
    byte[] json = (joint.toPrettyString() + "\n").getBytes(StandardCharsets.UTF_8);
    StagedFiles.write(output, out -> out.write(json));
  }

  private void add(ObjectNode joint, Path first, ObjectNode more, Path other) {
    if (!joint.path(VQVAE).equals(more.path(VQVAE))) {
      throw new InvalidInputException(
          first
              + " and "
              + other
              + " are of different VQ-VAEs: join priors that learnt one's codes");
    }
    ArrayNode priors = (ArrayNode) joint.get(PRIORS);
    JsonNode others = more.get(PRIORS);
    if (priors.size() != others.size()) {
      throw new InvalidInputException(
          first + " has " + priors.size() + " levels and " + other + " has " + others.size());
    }
    for (int level = 0; level < priors.size(); level++) {
      if (others.get(level).isNull()) {
        continue;
      }
      if (!priors.get(level).isNull()) {
        throw new InvalidInputException(
            first + " and " + other + " both describe a prior of level " + level + ": name one");
      }
      priors.set(level, others.get(level));
    }
    if (!joint.has(IDS) && more.has(IDS)) {
      joint.set(IDS, more.get(IDS));
    } else if (more.has(IDS) && !lists(joint).equals(lists(more))) {
      throw new InvalidInputException(
          first
              + " and "
              + other
              + " number artists or genres differently: train them with one --ids");
    }
  }

  /** A description whose paths are relative to the file that will be written. */
  private ObjectNode read(Path file) {
    JsonNode root;
    try {
      root = MAPPER.readTree(Files.readString(file));
    } catch (IOException e) {
      throw FileErrors.cannotRead(file, e);
    }
    if (!(root instanceof ObjectNode model)
        || !root.path(VQVAE).isObject()
        || !root.path(PRIORS).isArray()) {
      throw new InvalidInputException(file + " is not the description of a model");
    }
    Path beside = file.toAbsolutePath().normalize().getParent();
    rebase(model.path(VQVAE), "restore_vqvae", beside);
    model.path(PRIORS).forEach(prior -> rebase(prior, "restore_prior", beside));
    rebase(model, IDS, beside);
    return model;
  }

  private void rebase(JsonNode node, String key, Path beside) {
    String text = node.path(key).asText("");
    if (text.isEmpty() || text.contains("://")) {
      return;
    }
    String path = folder.relativize(beside.resolve(text).normalize()).toString();
    ((ObjectNode) node).set(key, TextNode.valueOf(path.replace('\\', '/')));
  }

  /** What the files of a description's lists hold. */
  private Map<String, String> lists(ObjectNode model) {
    Path directory = folder.resolve(model.get(IDS).asText());
    Map<String, String> lists = new TreeMap<>();
    try (Stream<Path> files = Files.list(directory)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        lists.put(file.getFileName().toString(), Files.readString(file));
      }
    } catch (IOException e) {
      throw FileErrors.cannotRead(directory, e);
    }
    return lists;
  }
}
