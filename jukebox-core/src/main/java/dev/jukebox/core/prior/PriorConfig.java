package dev.jukebox.core.prior;

import dev.jukebox.core.hparams.Hyperparams;
import dev.jukebox.core.nn.ResnetConfig;
import dev.jukebox.core.vqvae.VqVaeConfig;
import dev.jukebox.error.InvalidInputException;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * The shape of a prior, as its hyperparameters and its VQ-VAE give it.
 *
 * @param hps the hyperparameters, for what is not named here
 * @param vqvae the VQ-VAE whose codes it models
 * @param level the level it writes; 0 is the finest
 * @param nCtx codes of a full window
 */
public record PriorConfig(Hyperparams hps, VqVaeConfig vqvae, int level, int nCtx) {

  public PriorConfig {
    if (level < 0 || level >= vqvae.levels()) {
      throw new InvalidInputException(
          "a prior of level " + level + " for a VQ-VAE of " + vqvae.levels() + " levels");
    }
    if (level < vqvae.levels() - 1 && nCtx % vqvae.downsample(level + 1) != 0) {
      throw new InvalidInputException(
          "n_ctx "
              + nCtx
              + " of level "
              + level
              + " is not a multiple of the "
              + vqvae.downsample(level + 1)
              + " codes for each code of the level above");
    }
    if (hps.booleanOf("single_enc_dec")
        && !(hps.booleanOf("use_tokens") && hps.intOf("n_tokens") > 0)) {
      throw new InvalidInputException(
          "single_enc_dec puts lyrics before the codes, so it needs use_tokens and n_tokens above"
              + " 0");
    }
    if (hps.booleanOf("copy_input") || hps.booleanOf("pos_init")) {
      throw new InvalidInputException(
          "copy_input and pos_init are of no released model and are not supported: leave them"
              + " false");
    }
  }

  /** The shape that hyperparameters describe. */
  public static PriorConfig of(Hyperparams hps, VqVaeConfig vqvae) {
    return new PriorConfig(hps, vqvae, hps.intOf("level"), hps.intOf("n_ctx"));
  }

  /** Whether this is the top level, whose windows have no level above. */
  public boolean isTop() {
    return level == vqvae.levels() - 1;
  }

  /** Whether artist, genre and time are used. */
  public boolean labels() {
    return hps.booleanOf("labels");
  }

  /** Whether lyrics are used. */
  public boolean lyrics() {
    return hps.booleanOf("use_tokens") && nTokens() > 0;
  }

  /** Lyric characters of a window. */
  public int nTokens() {
    return hps.intOf("n_tokens");
  }

  /** Lyric characters in the vocabulary. */
  public int nVocab() {
    return hps.intOf("n_vocab");
  }

  /** Whether lyrics and codes form one sequence. */
  public boolean singleEncDec() {
    return hps.booleanOf("single_enc_dec");
  }

  /**
   * Whether conditioning is added before the transformer alone, and the head is not tied; never in
   * a single-sequence model, as in the original.
   */
  public boolean mergedDecoder() {
    return hps.booleanOf("merged_decoder") && !singleEncDec();
  }

  /** Residual channels. */
  public int width() {
    return hps.intOf("prior_width");
  }

  /** Tokens that the transformer tells apart. */
  public int bins() {
    return singleEncDec() ? nVocab() + vqvae.bins() : vqvae.bins();
  }

  /** Positions before the first code: the lyrics of a single-sequence model. */
  public int primeLength() {
    return singleEncDec() ? nTokens() : 0;
  }

  /** Samples of audio for each code. */
  public int rawToTokens() {
    return vqvae.hop(level);
  }

  /** Samples of audio of a full window. */
  public int sampleLength() {
    return Math.multiplyExact(nCtx, rawToTokens());
  }

  /** Codes for each code of the level above. */
  public int condDownsample() {
    return vqvae.downsample(level + 1);
  }

  /** The transformer over codes. */
  public TransformerConfig transformer() {
    return new TransformerConfig(
        width(),
        hps.intOf("heads"),
        primeLength() + nCtx,
        hps.optionalInt("blocks").orElse(1),
        TransformerConfig.patterns(hps.intOf("attn_order"), hps.intOf("prior_depth")),
        hps.doubleOf("m_attn"),
        hps.doubleOf("m_mlp"),
        hps.booleanOf("res_scale"),
        lyrics() && !singleEncDec() ? nTokens() : 0,
        primeLength());
  }

  /** The separate lyric encoder, if there is one. */
  public Optional<TransformerConfig> lyricEncoder() {
    if (!lyrics() || singleEncDec()) {
      return Optional.empty();
    }
    return Optional.of(
        new TransformerConfig(
            hps.intOf("prime_width"),
            hps.intOf("prime_heads"),
            nTokens(),
            hps.optionalInt("prime_blocks").orElse(1),
            TransformerConfig.patterns(hps.intOf("prime_attn_order"), hps.intOf("prime_depth")),
            hps.doubleOf("prime_m_attn"),
            hps.doubleOf("prime_m_mlp"),
            hps.booleanOf("prime_res_scale"),
            0,
            0));
  }

  /** The residual stacks of the upsampler's conditioner. */
  public ResnetConfig conditioner() {
    return new ResnetConfig(
        hps.intOf("cond_width"),
        hps.intOf("cond_depth"),
        hps.doubleOf("cond_m_conv"),
        hps.intOf("cond_dilation_growth_rate"),
        hps.optionalInt("cond_dilation_cycle").orElse(0),
        hps.booleanOf("cond_res_scale"),
        false,
        hps.intOf("cond_c_res") == 1 ? "blocks" : "model");
  }

  /** Genres and artists of the label tables. */
  public List<Integer> yBins() {
    List<Integer> bins = IntStream.of(hps.intsOf("y_bins")).boxed().toList();
    if (bins.size() != 2) {
      throw new InvalidInputException("y_bins is " + bins + ", expected genres and artists");
    }
    return bins;
  }
}
