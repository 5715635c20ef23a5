package dev.jukebox.core.train.run;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.jukebox.core.files.StagedFiles;
import dev.jukebox.core.hparams.HyperparamSets;
import dev.jukebox.core.hparams.Hyperparams;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** Writes the description of a model that a run trained a prior of. */
final class ModelJson {
  private static final JsonMapper MAPPER = JsonMapper.builder().build();

  /** What says where or how a run was, and not what the model is. */
  private static final Set<String> OF_THE_RUN =
      Set.of(
          "name",
          "local_logdir",
          "audio_files_dir",
          "restore_vqvae",
          "restore_prior",
          "train",
          "test",
          "prior",
          "seed",
          "bs",
          "nworkers");

  private ModelJson() {}

  /**
   * Writes the description; levels whose priors are not known are null in it.
   *
   * @param file beside the checkpoint
   * @param hps of VQ-VAE and prior together
   * @param checkpoint the prior's
   * @param vqvae its VQ-VAE's
   * @param ids directory of the lists, if there are labels
   */
  static void write(Path file, Hyperparams hps, Path checkpoint, Path vqvae, Optional<Path> ids) {
    ObjectNode root = MAPPER.createObjectNode();
    root.put("name", hps.stringOf("name"));
    ObjectNode known = values(hps);
    ObjectNode first = known.deepCopy();
    first.put("restore_vqvae", relative(file, vqvae));
    root.set("vqvae", first);
    ArrayNode priors = root.putArray("priors");
    for (int level = 0; level < hps.intOf("levels"); level++) {
      if (level == hps.intOf("level")) {
        ObjectNode prior = known.deepCopy();
        prior.put("restore_prior", relative(file, checkpoint));
        priors.add(prior);
      } else {
        priors.addNull();
      }
    }
    ids.ifPresent(directory -> root.put("ids", relative(file, directory)));
    StagedFiles.write(file, out -> write(out, root));
  }

  private static void write(OutputStream out, ObjectNode root) throws java.io.IOException {
    out.write(
        MAPPER
            .writerWithDefaultPrettyPrinter()
            .writeValueAsString(root)
            .getBytes(StandardCharsets.UTF_8));
    out.write('\n');
  }

  /** Every hyperparameter that is not its default. */
  private static ObjectNode values(Hyperparams hps) {
    ObjectNode node = MAPPER.createObjectNode();
    Hyperparams defaults = HyperparamSets.standard().defaults();
    for (String name : new TreeSet<>(hps.names())) {
      if (!OF_THE_RUN.contains(name) && !hps.valueOf(name).equals(defaults.valueOf(name))) {
        JsonNode none = NullNode.getInstance();
        node.set(name, hps.valueOf(name).map(ModelJson::tree).orElse(none));
      }
    }
    return node;
  }

  private static JsonNode tree(Object value) {
    return MAPPER.valueToTree(value);
  }

  /** A path as the description's directory sees it where both have a common root. */
  private static String relative(Path file, Path target) {
    Path from = file.toAbsolutePath().normalize().getParent();
    Path to = target.toAbsolutePath().normalize();
    return from.getRoot().equals(to.getRoot())
        ? from.relativize(to).toString().replace('\\', '/')
        : to.toString();
  }
}
