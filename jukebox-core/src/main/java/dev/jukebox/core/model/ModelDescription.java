package dev.jukebox.core.model;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.jukebox.core.hparams.HyperparamSets;
import dev.jukebox.core.hparams.Hyperparams;
import dev.jukebox.core.hparams.NearestName;
import dev.jukebox.error.InvalidInputException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * A model as its description says, before any file that it names is looked for.
 *
 * @param source the description's file, for messages
 * @param name what the model is called
 * @param vqvae hyperparameters of the VQ-VAE
 * @param priors hyperparameters of the priors, finest level first; empty where there is none
 * @param ids the place of the artist and genre lists, as written
 * @param sampling what is sampled where nobody says otherwise
 */
record ModelDescription(
    String source,
    String name,
    Hyperparams vqvae,
    List<Optional<Hyperparams>> priors,
    Optional<String> ids,
    SamplingDefaults sampling) {

  private static final List<String> KEYS = List.of("name", "vqvae", "priors", "ids", "sampling");

  static ModelDescription parse(String source, String json) {
    return new Parser(source).parse(json);
  }

  private static final class Parser {

    private static final JsonMapper MAPPER =
        JsonMapper.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private final String source;
    private final HyperparamSets sets = HyperparamSets.standard();

    Parser(String source) {
      this.source = source;
    }

    ModelDescription parse(String json) {
      JsonNode root = tree(json);
      require(root.isObject(), "it is not an object with " + String.join(", ", KEYS));
      root.fieldNames().forEachRemaining(this::requireKnown);
      JsonNode list = root.path("priors");
      require(
          list.isArray(),
          "\"priors\" is not a list with one object a level, or null, finest first");
      Component vqvae = component("vqvae", root.path("vqvae"));
      Hyperparams vqvaeHps = at("vqvae", () -> sets.resolve(vqvae.sets(), vqvae.overrides()));
      int levels = vqvaeHps.intOf("levels");
      require(
          list.size() == levels,
          "it has " + list.size() + " priors where the VQ-VAE has " + levels + " levels");
      List<Optional<Hyperparams>> priors = new ArrayList<>();
      for (int level = 0; level < levels; level++) {
        JsonNode prior = list.get(level);
        priors.add(prior.isNull() ? Optional.empty() : Optional.of(prior(level, prior, vqvaeHps)));
      }
      return new ModelDescription(
          source,
          text(root, "name").orElse(source),
          vqvaeHps,
          List.copyOf(priors),
          text(root, "ids"),
          new SamplingReader(source, levels).read(root.path("sampling")));
    }

    private Hyperparams prior(int level, JsonNode node, Hyperparams vqvae) {
      String place = "priors[" + level + "]";
      Component prior = component(place, node);
      return at(
          place,
          () -> {
            Hyperparams given = sets.resolve(prior.sets(), prior.overrides());
            Map<String, Object> follows = new HashMap<>();
            if (!prior.mentions("level", sets)) {
              follows.put("level", level);
            }
            if (!prior.mentions("sr", sets)) {
              follows.put("sr", vqvae.longOf("sr"));
            }
            Hyperparams hps = sets.override(given, follows);
            PriorChecks.check(hps, vqvae, level, name -> prior.mentions(name, sets));
            return hps;
          });
    }

    private JsonNode tree(String json) {
      try {
        return MAPPER.readTree(json);
      } catch (JsonProcessingException e) {
        JsonLocation place = e.getLocation();
        throw new InvalidInputException(
            source
                + (place == null
                    ? ""
                    : ", line " + place.getLineNr() + ", column " + place.getColumnNr())
                + ": not valid JSON: "
                + e.getOriginalMessage(),
            e);
      }
    }

    private void requireKnown(String key) {
      require(
          KEYS.contains(key),
          "there is no \"" + key + "\" in a description" + NearestName.suggestion(key, KEYS));
    }

    private Component component(String place, JsonNode node) {
      require(node.isObject(), "\"" + place + "\" is not an object of hyperparameters");
      List<String> names = new ArrayList<>();
      JsonNode hps = node.path("hps");
      boolean listed = hps.isArray() || hps.isTextual() || hps.isMissingNode();
      require(listed, "\"hps\" of " + place + " is not a list of names of sets");
      if (hps.isTextual()) {
        names.addAll(at(place, () -> sets.parseSetNames(hps.textValue())));
      }
      for (JsonNode set : hps) {
        require(set.isTextual(), "\"hps\" of " + place + " is not a list of names of sets");
        names.add(set.textValue());
      }
      Map<String, Object> overrides = new LinkedHashMap<>();
      node.properties().stream()
          .filter(entry -> !entry.getKey().equals("hps"))
          .forEach(
              entry ->
                  overrides.put(
                      entry.getKey(), MAPPER.convertValue(entry.getValue(), Object.class)));
      return new Component(names, overrides);
    }

    private Optional<String> text(JsonNode root, String key) {
      JsonNode node = root.path(key);
      require(node.isMissingNode() || node.isTextual(), "\"" + key + "\" is not a text");
      return Optional.ofNullable(node.textValue());
    }

    private <T> T at(String place, Supplier<T> action) {
      try {
        return action.get();
      } catch (InvalidInputException e) {
        throw new InvalidInputException(source + ", " + place + ": " + e.getMessage(), e);
      }
    }

    private void require(boolean right, String otherwise) {
      if (!right) {
        throw new InvalidInputException(source + ": " + otherwise);
      }
    }
  }

  /** The sets and overrides of one part of the model. */
  private record Component(List<String> sets, Map<String, Object> overrides) {

    boolean mentions(String name, HyperparamSets known) {
      return overrides.containsKey(name)
          || sets.stream().anyMatch(set -> known.set(set).containsKey(name));
    }
  }
}
