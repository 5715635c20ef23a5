package dev.jukebox.core.weights;

import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The names of the Hugging Face copies of the models, and the original ones; without the prefixes
 * {@code vqvae.} and {@code priors.N.}. No tensor is transposed by either.
 */
public final class HuggingFaceNames {
  private static final String ENCODER = "(encoders\\.\\d+\\.level_blocks\\.\\d+)\\.";
  private static final String DECODER = "(decoders\\.\\d+\\.level_blocks\\.\\d+)\\.";
  private static final String LEAF = "(weight|bias)";
  private static final String N = "(\\d{1,4})";

  private record Rule(Pattern pattern, Function<MatchResult, String> result) {}

  private static final List<Rule> TO_ORIGINAL =
      List.of(
          rule(
              ENCODER + "downsample_block\\." + N + "\\." + LEAF,
              m -> m.group(1) + ".model." + number(m, 2) / 2 + ".0." + m.group(3)),
          rule(
              ENCODER
                  + "downsample_block\\."
                  + N
                  + "\\.resnet_block\\."
                  + N
                  + "\\.conv1d_([12])\\."
                  + LEAF,
              m -> m.group(1) + ".model." + number(m, 2) / 2 + ".1.model." + residual(m, 3)),
          rule(DECODER + "proj_in\\." + LEAF, m -> m.group(1) + ".model.0." + m.group(2)),
          rule(
              DECODER
                  + "upsample_block\\."
                  + N
                  + "\\.resnet_block\\."
                  + N
                  + "\\.conv1d_([12])\\."
                  + LEAF,
              m -> m.group(1) + ".model." + (number(m, 2) / 2 + 1) + ".0.model." + residual(m, 3)),
          rule(
              DECODER + "upsample_block\\." + N + "\\." + LEAF,
              m -> m.group(1) + ".model." + (number(m, 2) + 1) / 2 + ".1." + m.group(3)),
          rule("(bottleneck\\.level_blocks\\.\\d+)\\.codebook", m -> m.group(1) + ".k"),
          rule(
              "conditioner_blocks\\.embed_tokens\\.weight",
              m -> "conditioner_blocks.0.x_emb.weight"),
          rule(
              "conditioner_blocks\\.upsampler\\.proj_in\\." + LEAF,
              m -> "conditioner_blocks.0.cond.model.0." + m.group(1)),
          rule(
              "conditioner_blocks\\.upsampler\\.upsample_block\\."
                  + N
                  + "\\.resnet_block\\."
                  + N
                  + "\\.conv1d_([12])\\."
                  + LEAF,
              m ->
                  "conditioner_blocks.0.cond.model."
                      + (number(m, 1) / 2 + 1)
                      + ".0.blocks."
                      + residual(m, 2)),
          rule(
              "conditioner_blocks\\.upsampler\\.upsample_block\\." + N + "\\." + LEAF,
              m ->
                  "conditioner_blocks.0.cond.model." + (number(m, 1) + 1) / 2 + ".1." + m.group(2)),
          rule(
              "conditioner_blocks\\.layer_norm\\." + LEAF,
              m -> "conditioner_blocks.0.ln." + m.group(1)),
          rule(
              "metadata_embedding\\.(bow_genre_emb|artist_emb)\\.weight",
              m -> "y_emb." + m.group(1) + ".emb.weight"),
          rule("metadata_embedding\\.(.*)", m -> "y_emb." + m.group(1)),
          rule("encoder\\.proj_in\\." + LEAF, m -> "prime_state_proj." + shortLeaf(m.group(1))),
          rule("encoder\\.final_layer_norm\\." + LEAF, m -> "prime_state_ln." + m.group(1)),
          rule("encoder\\.lm_head\\.weight", m -> "prime_x_out.weight"),
          rule("(prior|encoder)\\.embed_tokens\\.weight", m -> transformer(m) + ".x_emb.weight"),
          rule("(prior|encoder)\\.fc_proj_out\\.weight", m -> transformer(m) + ".x_out.weight"),
          rule(
              "(prior|encoder)(\\.transformer\\._attn_mods\\.\\d+\\.(?:attn|mlp)\\.c_\\w+)\\."
                  + LEAF,
              m -> transformer(m) + m.group(2) + "." + shortLeaf(m.group(3))),
          rule(
              "(prior|encoder)(\\.transformer\\._attn_mods\\.\\d+)\\.layer_norm_([01])\\." + LEAF,
              m -> transformer(m) + m.group(2) + ".ln_" + m.group(3) + "." + m.group(4)),
          rule("encoder\\.(.*)", m -> "prime_prior." + m.group(1)));

  private static final List<Rule> TO_HUGGING_FACE =
      List.of(
          rule(
              ENCODER + "model\\." + N + "\\.0\\." + LEAF,
              m -> m.group(1) + ".downsample_block." + 2 * number(m, 2) + "." + m.group(3)),
          rule(
              ENCODER
                  + "model\\."
                  + N
                  + "\\.1\\.(?:model|blocks)\\."
                  + N
                  + "\\.model\\.([13])\\."
                  + LEAF,
              m ->
                  m.group(1)
                      + ".downsample_block."
                      + (2 * number(m, 2) + 1)
                      + ".resnet_block."
                      + convolution(m, 3)),
          rule(
              ENCODER + "model\\." + N + "\\." + LEAF, m -> m.group(1) + ".proj_out." + m.group(3)),
          rule(DECODER + "model\\.0\\." + LEAF, m -> m.group(1) + ".proj_in." + m.group(2)),
          rule(
              DECODER
                  + "model\\."
                  + N
                  + "\\.0\\.(?:model|blocks)\\."
                  + N
                  + "\\.model\\.([13])\\."
                  + LEAF,
              m ->
                  m.group(1)
                      + ".upsample_block."
                      + (2 * number(m, 2) - 2)
                      + ".resnet_block."
                      + convolution(m, 3)),
          rule(
              DECODER + "model\\." + N + "\\.1\\." + LEAF,
              m -> m.group(1) + ".upsample_block." + (2 * number(m, 2) - 1) + "." + m.group(3)),
          rule("(bottleneck\\.level_blocks\\.\\d+)\\.k", m -> m.group(1) + ".codebook"),
          rule(
              "conditioner_blocks\\.0\\.x_emb\\.weight",
              m -> "conditioner_blocks.embed_tokens.weight"),
          rule(
              "conditioner_blocks\\.0\\.cond\\.model\\.0\\." + LEAF,
              m -> "conditioner_blocks.upsampler.proj_in." + m.group(1)),
          rule(
              "conditioner_blocks\\.0\\.cond\\.model\\."
                  + N
                  + "\\.0\\.(?:model|blocks)\\."
                  + N
                  + "\\.model\\.([13])\\."
                  + LEAF,
              m ->
                  "conditioner_blocks.upsampler.upsample_block."
                      + (2 * number(m, 1) - 2)
                      + ".resnet_block."
                      + convolution(m, 2)),
          rule(
              "conditioner_blocks\\.0\\.cond\\.model\\." + N + "\\.1\\." + LEAF,
              m ->
                  "conditioner_blocks.upsampler.upsample_block."
                      + (2 * number(m, 1) - 1)
                      + "."
                      + m.group(2)),
          rule(
              "conditioner_blocks\\.0\\.ln\\." + LEAF,
              m -> "conditioner_blocks.layer_norm." + m.group(1)),
          rule(
              "y_emb\\.(bow_genre_emb|artist_emb)\\.emb\\.weight",
              m -> "metadata_embedding." + m.group(1) + ".weight"),
          rule("y_emb\\.(.*)", m -> "metadata_embedding." + m.group(1)),
          rule("prime_state_proj\\.([wb])", m -> "encoder.proj_in." + longLeaf(m.group(1))),
          rule("prime_state_ln\\." + LEAF, m -> "encoder.final_layer_norm." + m.group(1)),
          rule("prime_x_out\\.weight", m -> "encoder.lm_head.weight"),
          rule("(prior|prime_prior)\\.x_emb\\.weight", m -> stack(m) + ".embed_tokens.weight"),
          rule("(prior|prime_prior)\\.x_out\\.weight", m -> stack(m) + ".fc_proj_out.weight"),
          rule(
              "(prior|prime_prior)(\\.transformer\\._attn_mods\\.\\d+\\.(?:attn|mlp)\\.c_\\w+)\\.([wb])",
              m -> stack(m) + m.group(2) + "." + longLeaf(m.group(3))),
          rule(
              "(prior|prime_prior)(\\.transformer\\._attn_mods\\.\\d+)\\.ln_([01])\\." + LEAF,
              m -> stack(m) + m.group(2) + ".layer_norm_" + m.group(3) + "." + m.group(4)),
          rule("prime_prior\\.(.*)", m -> "encoder." + m.group(1)));

  private static final Pattern LAST_CONVOLUTION = Pattern.compile(ENCODER + "proj_out\\." + LEAF);
  private static final Pattern DOWNSAMPLING =
      Pattern.compile(ENCODER + "downsample_block\\." + N + "\\..*");

  private HuggingFaceNames() {}

  /** The Hugging Face name of an original one; names that are the same in both are kept. */
  public static String fromOriginal(String name) {
    return apply(TO_HUGGING_FACE, name);
  }

  /**
   * The original names of all tensors of one model, by their Hugging Face names; names that are the
   * same in both, or already original, are kept.
   */
  public static Map<String, String> toOriginal(Collection<String> names) {
    Map<String, Integer> downsamplings = new HashMap<>();
    for (String name : names) {
      Matcher block = DOWNSAMPLING.matcher(name);
      if (block.matches()) {
        downsamplings.merge(block.group(1), number(block, 2) / 2 + 1, Math::max);
      }
    }
    Map<String, String> originals = new HashMap<>();
    for (String name : names) {
      Matcher last = LAST_CONVOLUTION.matcher(name);
      originals.put(
          name,
          last.matches()
              ? "%s.model.%d.%s"
                  .formatted(
                      last.group(1), downsamplings.getOrDefault(last.group(1), 0), last.group(2))
              : apply(TO_ORIGINAL, name));
    }
    return originals;
  }

  private static Rule rule(String pattern, Function<MatchResult, String> result) {
    return new Rule(Pattern.compile(pattern), result);
  }

  private static String apply(List<Rule> rules, String name) {
    for (Rule rule : rules) {
      Matcher matcher = rule.pattern().matcher(name);
      if (matcher.matches()) {
        return rule.result().apply(matcher.toMatchResult());
      }
    }
    return name;
  }

  private static int number(MatchResult match, int group) {
    return Integer.parseInt(match.group(group));
  }

  /** From groups (block, conv1d number, leaf) to the original's block.model.position.leaf. */
  private static String residual(MatchResult match, int group) {
    String position = match.group(group + 1).equals("1") ? "1" : "3";
    return match.group(group) + ".model." + position + "." + match.group(group + 2);
  }

  /** From groups (block, position, leaf) to block.conv1d_number.leaf. */
  private static String convolution(MatchResult match, int group) {
    String number = match.group(group + 1).equals("1") ? "1" : "2";
    return match.group(group) + ".conv1d_" + number + "." + match.group(group + 2);
  }

  private static String transformer(MatchResult match) {
    return match.group(1).equals("encoder") ? "prime_prior" : "prior";
  }

  private static String stack(MatchResult match) {
    return match.group(1).equals("prime_prior") ? "encoder" : "prior";
  }

  private static String shortLeaf(String leaf) {
    return leaf.substring(0, 1);
  }

  private static String longLeaf(String leaf) {
    return leaf.equals("w") ? "weight" : "bias";
  }
}
