package dev.jukebox.core.train.run;

import dev.jukebox.core.autograd.Parameter;
import dev.jukebox.core.autograd.Parameters;
import dev.jukebox.core.checkpoint.FineTuning;
import java.util.Set;
import java.util.stream.Collectors;

/** What a prior hears lyrics by: the encoder of the lyrics, and the attention to it. */
final class LyricParameters {
  private static final String ENCODER = "prime_";
  private static final String KEYS = "c_enc_kv.w";

  private LyricParameters() {}

  /** A tuning, with all of these fresh. */
  static FineTuning fresh(FineTuning tuning, Parameters parameters) {
    Set<String> attention =
        parameters.all().stream()
            .map(Parameter::name)
            .filter(name -> name.endsWith(KEYS))
            .map(name -> name.substring(0, name.length() - KEYS.length()))
            .collect(Collectors.toSet());
    FineTuning with = tuning;
    for (Parameter parameter : parameters.all()) {
      String name = parameter.name();
      if (name.startsWith(ENCODER) || attention.stream().anyMatch(name::startsWith)) {
        with = with.fresh(name);
      }
    }
    return with;
  }
}
