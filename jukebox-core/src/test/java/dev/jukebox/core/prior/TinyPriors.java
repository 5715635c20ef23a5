package dev.jukebox.core.prior;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** A prior for every attn_order that can be sampled, deep enough for every layer kind of it. */
final class TinyPriors {

  private TinyPriors() {}

  static List<TinyPrior> all() {
    return List.of(
        order(0, 3, "prior_width", 24, "heads", 3),
        order(1, 4, "labels", false, "heads", 1, "m_attn", 0.5),
        order(2, 6, "level", 0, "res_scale", true),
        order(2, 6, "blocks", 16, "n_ctx", 32, "merged_decoder", true),
        order(3, 4, "prior_width", 24, "heads", 3),
        order(3, 6, "blocks", 8, "m_attn", 0.5, "heads", 4, "res_scale", true),
        order(5, 8, "merged_decoder", true, "n_ctx", 24),
        withEncoder(6, 8, 12, "prior_width", 24, "heads", 3, "res_scale", true),
        withEncoder(7, 16, 8, "merged_decoder", true, "heads", 1),
        withEncoder(8, 20, 16, "prime_blocks", 8),
        order(9, 8, "m_mlp", 2.0, "n_ctx", 28),
        withEncoder(10, 79, 12, "merged_decoder", true),
        withEncoder(11, 48, 8, "n_ctx", 24),
        singleSequence(12, 48, 7, 25),
        singleSequence(12, 48, 8, 24),
        singleSequence(12, 48, 9, 15, "prior_width", 24, "heads", 3, "res_scale", true));
  }

  /** The prior of this name. */
  static TinyPrior named(String name) {
    return all().stream().filter(prior -> prior.name().equals(name)).findFirst().orElseThrow();
  }

  /** A top-level prior without lyrics. */
  static TinyPrior order(int order, int depth, Object... rest) {
    Map<String, Object> values = values(rest);
    String name = "order " + order + " " + values;
    values.put("attn_order", order);
    values.put("prior_depth", depth);
    return TinyPrior.of(name, values);
  }

  private static TinyPrior withEncoder(int order, int depth, int nTokens, Object... rest) {
    Map<String, Object> values = values(rest);
    values.put("n_tokens", nTokens);
    values.put("use_tokens", true);
    values.putIfAbsent("prime_blocks", 4);
    return order(order, depth, flat(values));
  }

  private static TinyPrior singleSequence(
      int order, int depth, int nTokens, int nCtx, Object... rest) {
    Map<String, Object> values = values(rest);
    values.put("single_enc_dec", true);
    values.put("n_tokens", nTokens);
    values.put("n_ctx", nCtx);
    values.put("use_tokens", true);
    return order(order, depth, flat(values));
  }

  private static Map<String, Object> values(Object... pairs) {
    Map<String, Object> values = new LinkedHashMap<>();
    for (int i = 0; i < pairs.length; i += 2) {
      values.put((String) pairs[i], pairs[i + 1]);
    }
    return values;
  }

  private static Object[] flat(Map<String, Object> values) {
    return values.entrySet().stream()
        .flatMap(entry -> Stream.of(entry.getKey(), entry.getValue()))
        .toArray();
  }
}
