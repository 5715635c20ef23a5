package dev.jukebox.core.train.run;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.jukebox.core.files.StagedFiles;
import dev.jukebox.core.hparams.HyperparamSets;
import dev.jukebox.core.hparams.Hyperparams;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Writes the description of a model that a run trained a prior of. */
final class ModelJson {
  private static final JsonMapper MAPPER = JsonMapper.builder().build();
  private static final List<String> ALIGNMENT = List.of("alignment_layer", "alignment_head");

  /** What a VQ-VAE is. */
  static final List<String> OF_VQVAE =
      List.of(
          "levels",
          "downs_t",
          "strides_t",
          "sr",
          "emb_width",
          "l_bins",
          "use_bottleneck",
          "width",
          "depth",
          "hvqvae_multipliers",
          "m_conv",
          "dilation_growth_rate",
          "dilation_cycle",
          "vqvae_reverse_decoder_dilation");

  /** What a prior is, and how its songs are labelled; it shares the rest with its VQ-VAE. */
  static final List<String> OF_PRIOR =
      List.of(
          "level",
          "n_ctx",
          "prior_width",
          "prior_depth",
          "heads",
          "attn_order",
          "blocks",
          "spread",
          "m_attn",
          "m_mlp",
          "res_scale",
          "merged_decoder",
          "copy_input",
          "pos_init",
          "labels",
          "labels_v3",
          "y_bins",
          "max_bow_genre_size",
          "min_duration",
          "max_duration",
          "t_bins",
          "use_tokens",
          "n_tokens",
          "n_vocab",
          "single_enc_dec",
          "alignment_layer",
          "alignment_head",
          "prime_width",
          "prime_depth",
          "prime_heads",
          "prime_attn_order",
          "prime_blocks",
          "prime_spread",
          "prime_m_attn",
          "prime_m_mlp",
          "prime_res_scale",
          "cond_width",
          "cond_depth",
          "cond_m_conv",
          "cond_dilation_growth_rate",
          "cond_dilation_cycle",
          "cond_res_scale",
          "cond_c_res");

  private ModelJson() {}

  /**
   * Writes the description: what the model is and nothing of the run, where it differs from the
   * defaults. Levels whose priors are not known are null in it, and a VQ-VAE that was named by an
   * address still is.
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
    ObjectNode first = values(hps, OF_VQVAE);
    String named = hps.stringOf("restore_vqvae");
    first.put("restore_vqvae", isAddress(named) ? named : relative(file, vqvae));
    root.set("vqvae", first);
    JsonNode known = earlier(file);
    JsonNode earlier = known.path("priors");
    ArrayNode priors = root.putArray("priors");
    for (int level = 0; level < hps.intOf("levels"); level++) {
      JsonNode entry = earlier.path(level);
      if (level == hps.intOf("level")) {
        ObjectNode prior = values(hps, OF_PRIOR);
        prior.put("restore_prior", relative(file, checkpoint));
        keepAlignment(entry, prior);
        priors.add(prior);
      } else {
        priors.add(entry.isObject() ? entry : NullNode.getInstance());
      }
    }
    ids.ifPresent(directory -> root.put("ids", relative(file, directory)));
    JsonNode sampling = known.path("sampling");
    if (sampling.isObject()) {
      root.set("sampling", sampling);
    }
    StagedFiles.write(file, out -> write(out, root));
  }

  /** What stands in the file; nothing if it is not there, or no description any more. */
  private static JsonNode earlier(Path file) {
    try {
      return Files.exists(file)
          ? MAPPER.readTree(Files.readAllBytes(file))
          : MissingNode.getInstance();
    } catch (IOException e) {
      return MissingNode.getInstance();
    }
  }

  /** A head that was found stays the one, unless the run names another. */
  private static void keepAlignment(JsonNode known, ObjectNode prior) {
    if (!prior.has(ALIGNMENT.get(0))) {
      ALIGNMENT.stream()
          .filter(name -> known.path(name).isIntegralNumber())
          .forEach(name -> prior.set(name, known.get(name)));
    }
  }

  private static void write(OutputStream out, ObjectNode root) throws IOException {
    out.write(
        MAPPER
            .writerWithDefaultPrettyPrinter()
            .writeValueAsString(root)
            .getBytes(StandardCharsets.UTF_8));
    out.write('\n');
  }

  /** Those of some hyperparameters that are not their defaults. */
  private static ObjectNode values(Hyperparams hps, List<String> names) {
    ObjectNode node = MAPPER.createObjectNode();
    Hyperparams defaults = HyperparamSets.standard().defaults();
    for (String name : names) {
      if (!hps.valueOf(name).equals(defaults.valueOf(name))) {
        JsonNode none = NullNode.getInstance();
        node.set(name, hps.valueOf(name).map(ModelJson::tree).orElse(none));
      }
    }
    return node;
  }

  private static JsonNode tree(Object value) {
    return MAPPER.valueToTree(value);
  }

  private static boolean isAddress(String file) {
    return file.startsWith("https://") || file.startsWith("http://");
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
