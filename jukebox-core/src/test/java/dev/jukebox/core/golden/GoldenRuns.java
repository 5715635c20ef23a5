package dev.jukebox.core.golden;

import com.fasterxml.jackson.databind.JsonNode;
import dev.jukebox.core.files.Location;
import dev.jukebox.core.hparams.Hyperparams;
import dev.jukebox.core.labels.Metadata;
import dev.jukebox.core.model.ModelSpec;
import dev.jukebox.core.model.PriorSpec;
import dev.jukebox.core.model.SamplingDefaults;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The sampling runs of the golden directory. */
public final class GoldenRuns {

  private GoldenRuns() {}

  /** Names of the top priors of which there is a run. */
  public static List<String> tops() {
    List<String> tops = new ArrayList<>();
    Golden.json("hparams.json")
        .fieldNames()
        .forEachRemaining(
            name -> {
              if (name.startsWith("sample_")) {
                tops.add(name.substring("sample_".length()));
              }
            });
    return tops;
  }

  /** The settings of a top prior's run. */
  public static JsonNode settings(String top) {
    return Golden.json("hparams.json").get("sample_" + top);
  }

  /** The items of a run as its top prior was told them. */
  public static List<Metadata> metas(String top) {
    return metas(settings(top).get("metas"));
  }

  /** The items of a run as one of its priors was told them: each level had its own list. */
  public static List<Metadata> metas(String top, int level) {
    String prior = settings(top).get("levels").get(level).textValue();
    return metas(Golden.json("labels.json").get(prior).get("metas"));
  }

  private static List<Metadata> metas(JsonNode list) {
    List<Metadata> metas = new ArrayList<>();
    list.forEach(
        meta ->
            metas.add(
                new Metadata(
                    meta.get("artist").textValue(),
                    meta.get("genre").textValue(),
                    meta.get("lyrics").textValue(),
                    meta.get("total_length").longValue(),
                    meta.get("offset").longValue())));
    return metas;
  }

  /** The model of a run over files of one suffix, such as {@code .pth.tar}. */
  public static ModelSpec model(String top, String suffix) {
    List<Optional<PriorSpec>> priors = new ArrayList<>();
    settings(top)
        .get("levels")
        .forEach(
            name -> {
              Hyperparams hps = GoldenModels.hyperparams(name.textValue());
              priors.add(
                  Optional.of(
                      new PriorSpec(hps, Location.of(Golden.file(name.textValue() + suffix)))));
            });
    return new ModelSpec(
        top,
        GoldenModels.hyperparams("vqvae"),
        Location.of(Golden.file("vqvae" + suffix)),
        priors,
        Optional.of(Location.of(Golden.file("ids"))),
        SamplingDefaults.NONE);
  }

  /** The model of a run over the Hugging Face copy of its weights. */
  public static ModelSpec huggingFaceModel(String top) {
    ModelSpec spec = model(top, ".pth.tar");
    Location directory = Location.of(Golden.file("hf_" + top));
    return new ModelSpec(
        top,
        spec.vqvae(),
        directory,
        spec.priors().stream()
            .map(prior -> prior.map(known -> new PriorSpec(known.hps(), directory)))
            .toList(),
        spec.ids(),
        spec.sampling());
  }

  /** Whether there is a Hugging Face copy. */
  public static boolean hasHuggingFaceModel(String top) {
    return Files.isDirectory(Golden.directory().resolve("hf_" + top));
  }
}
