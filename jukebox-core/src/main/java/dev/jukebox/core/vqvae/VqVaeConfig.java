package dev.jukebox.core.vqvae;

import dev.jukebox.core.hparams.Hyperparams;
import dev.jukebox.core.nn.ResnetConfig;
import dev.jukebox.error.InvalidInputException;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The shape of a VQ-VAE.
 *
 * @param sampleRate samples a second
 * @param downs number of strided steps of each level, bottom first
 * @param strides stride of those steps
 * @param embWidth width of code vectors
 * @param bins codes of each codebook
 * @param width channels before multipliers
 * @param depth residual blocks before multipliers
 * @param multipliers multiplies width and depth of each level
 * @param mConv inner channels of residual blocks as a multiple of width
 * @param dilationGrowthRate dilation of residual block i is this to the power i
 * @param dilationCycle after how many blocks the exponent restarts; 0 for never
 * @param reverseDecoderDilation whether decoders begin with the largest dilation
 */
public record VqVaeConfig(
    int sampleRate,
    List<Integer> downs,
    List<Integer> strides,
    int embWidth,
    int bins,
    int width,
    int depth,
    List<Integer> multipliers,
    double mConv,
    int dilationGrowthRate,
    int dilationCycle,
    boolean reverseDecoderDilation) {

  public VqVaeConfig {
    downs = List.copyOf(downs);
    strides = List.copyOf(strides);
    multipliers = List.copyOf(multipliers);
    if (downs.isEmpty()
        || downs.size() != strides.size()
        || downs.size() != multipliers.size()
        || downs.stream().anyMatch(d -> d < 1)
        || strides.stream().anyMatch(s -> s < 2 || s % 2 != 0)) {
      throw new InvalidInputException(
          "VQ-VAE with downs_t "
              + downs
              + ", strides_t "
              + strides
              + " and hvqvae_multipliers "
              + multipliers
              + ": expected one positive down and even stride a level");
    }
  }

  /** The shape that hyperparameters describe. */
  public static VqVaeConfig of(Hyperparams hps) {
    int levels = hps.intOf("levels");
    List<Integer> downs = list(hps.intsOf("downs_t"));
    List<Integer> strides = list(hps.intsOf("strides_t"));
    if (downs.size() != levels || strides.size() != levels) {
      throw new InvalidInputException(
          "levels is " + levels + ", but downs_t is " + downs + " and strides_t " + strides);
    }
    return new VqVaeConfig(
        hps.intOf("sr"),
        downs,
        strides,
        hps.intOf("emb_width"),
        hps.intOf("l_bins"),
        hps.intOf("width"),
        hps.intOf("depth"),
        hps.optionalInts("hvqvae_multipliers")
            .map(VqVaeConfig::list)
            .orElse(Collections.nCopies(levels, 1)),
        hps.doubleOf("m_conv"),
        hps.intOf("dilation_growth_rate"),
        hps.optionalInt("dilation_cycle").orElse(0),
        hps.booleanOf("vqvae_reverse_decoder_dilation"));
  }

  private static List<Integer> list(int[] values) {
    return IntStream.of(values).boxed().toList();
  }

  /** Number of levels. */
  public int levels() {
    return downs.size();
  }

  /** Positions of the level below for each position of this one; samples at level 0. */
  public int downsample(int level) {
    int product = 1;
    for (int i = 0; i < downs.get(level); i++) {
      product = Math.multiplyExact(product, strides.get(level));
    }
    return product;
  }

  /** Samples of audio for each code of a level. */
  public int hop(int level) {
    int product = 1;
    for (int i = 0; i <= level; i++) {
      product = Math.multiplyExact(product, downsample(i));
    }
    return product;
  }

  /** Samples of audio for each code of the top level. */
  public int topHop() {
    return hop(levels() - 1);
  }

  /** The residual stacks of an encoder or decoder. */
  public ResnetConfig resnet(int level, boolean decoder) {
    return new ResnetConfig(
        width * multipliers.get(level),
        depth * multipliers.get(level),
        mConv,
        dilationGrowthRate,
        dilationCycle,
        false,
        decoder && reverseDecoderDilation,
        "model");
  }
}
