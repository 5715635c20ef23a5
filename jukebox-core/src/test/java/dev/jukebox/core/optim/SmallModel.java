package dev.jukebox.core.optim;

import dev.jukebox.compute.Backend;
import dev.jukebox.compute.DType;
import dev.jukebox.core.autograd.Parameter;
import dev.jukebox.core.autograd.Parameters;
import dev.jukebox.core.hparams.HyperparamSets;
import dev.jukebox.core.hparams.Hyperparams;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** Parameters of odd sizes, as a prior has them, and gradients that depend on the step alone. */
public final class SmallModel implements AutoCloseable {
  public static final String ARTISTS = "y_emb.artist_emb.emb.weight";
  public static final String TOKENS = "prior.x_emb.weight";

  private final Parameters parameters;

  /** The model with first values that depend on the seed. */
  public SmallModel(Backend backend, int seed) {
    this(backend, seed, 4);
  }

  /** As the other, with a number of artists. */
  public SmallModel(Backend backend, int seed, int artists) {
    parameters = new Parameters(backend);
    parameters.add(ARTISTS, DType.F32, artists, 5);
    parameters.add(TOKENS, DType.F32, 7, 5);
    parameters.add("prior.transformer._attn_mods.0.attn.c_attn.w", DType.F16, 5, 9);
    parameters.add("prior.transformer._attn_mods.0.attn.c_attn.b", DType.F16, 9);
    parameters.add("prior.transformer._attn_mods.0.ln_0.weight", DType.F32, 5);
    parameters.add("prior.tail.w", DType.F16, 1, 1);
    for (Parameter parameter : parameters.all()) {
      backend.upload(parameter.value(), values(seed, parameter, 1));
    }
  }

  public Parameters parameters() {
    return parameters;
  }

  /** The hyperparameters of a set with what is given. */
  public static Hyperparams hps(String set, Map<String, ?> overrides) {
    return HyperparamSets.standard().resolve(List.of(set), overrides);
  }

  /** Puts the gradients of a step into the parameters, times a scale. */
  public void gradients(int step, double scale) {
    Backend backend = parameters.backend();
    for (Parameter parameter : parameters.all()) {
      backend.upload(parameter.gradient(), values(1000 + step, parameter, (float) scale));
    }
  }

  /** Numbers between 0.1 and 1 in magnitude, times a factor. */
  static float[] values(int seed, Parameter parameter, float factor) {
    Random random = new Random(31L * seed + parameter.name().hashCode());
    float[] values = new float[(int) parameter.value().size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = (0.1f + 0.9f * random.nextFloat()) * (random.nextBoolean() ? factor : -factor);
    }
    return values;
  }

  /** All values in the order of the parameters. */
  public List<float[]> values() {
    List<float[]> values = new ArrayList<>();
    for (Parameter parameter : parameters.all()) {
      values.add(parameters.backend().downloadFloats(parameter.value()));
    }
    return values;
  }

  /** All values by name. */
  public Map<String, float[]> named() {
    Map<String, float[]> named = new LinkedHashMap<>();
    for (Parameter parameter : parameters.all()) {
      named.put(parameter.name(), parameters.backend().downloadFloats(parameter.value()));
    }
    return named;
  }

  @Override
  public void close() {
    parameters.close();
  }
}
