package dev.jukebox.core.train.vqvae;

import dev.jukebox.compute.Distance;
import dev.jukebox.compute.Stft;
import dev.jukebox.core.data.Bandwidth;
import dev.jukebox.core.hparams.Hyperparams;
import dev.jukebox.error.InvalidInputException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What a VQ-VAE is trained to make small.
 *
 * @param reconstruction weight of each distance in the reconstruction loss
 * @param linfK how many differences linf takes
 * @param spectral weight of the spectral loss
 * @param multispectral weight of the loss over several resolutions
 * @param commit weight of the commit loss
 * @param relativeSpectral whether the spectral loss is the spectral convergence
 * @param resolutions transforms of the multispectral loss
 * @param bandwidth what distances are divided by
 */
public record VqVaeLosses(
    Map<Distance, Double> reconstruction,
    int linfK,
    double spectral,
    double multispectral,
    double commit,
    boolean relativeSpectral,
    List<Stft> resolutions,
    Bandwidth bandwidth) {

  /** The transform of the spectral loss and of the spectral convergence. */
  static final Stft SPECTRAL = new Stft(2048, 256, 1536);

  public VqVaeLosses {
    reconstruction = Map.copyOf(reconstruction);
    resolutions = List.copyOf(resolutions);
  }

  /**
   * The losses that hyperparameters ask for: loss_fn, lmix_*, linf_k, spectral, multispectral,
   * commit, use_nonrelative_specloss, multispec_loss_*.
   *
   * @throws InvalidInputException if loss_fn is none of l1, l2, linf and lmix, or the resolutions'
   *     lists differ in length
   */
  public static VqVaeLosses of(Hyperparams hps, Bandwidth bandwidth) {
    return new VqVaeLosses(
        reconstruction(hps),
        hps.intOf("linf_k"),
        hps.doubleOf("spectral"),
        hps.doubleOf("multispectral"),
        hps.doubleOf("commit"),
        !hps.booleanOf("use_nonrelative_specloss"),
        resolutions(hps),
        bandwidth);
  }

  private static Map<Distance, Double> reconstruction(Hyperparams hps) {
    String lossFn = hps.stringOf("loss_fn");
    Map<Distance, Double> weights = new LinkedHashMap<>();
    switch (lossFn) {
      case "l1" -> weights.put(Distance.L1, 1.0);
      case "l2" -> weights.put(Distance.L2, 1.0);
      case "linf" -> weights.put(Distance.LINF, 1.0);
      case "lmix" -> {
        weights.put(Distance.L1, hps.doubleOf("lmix_l1"));
        weights.put(Distance.L2, hps.doubleOf("lmix_l2"));
        weights.put(Distance.LINF, hps.doubleOf("lmix_linf"));
      }
      default ->
          throw new InvalidInputException(
              "loss_fn is \"" + lossFn + "\": choose l1, l2, linf or lmix");
    }
    weights.values().removeIf(weight -> weight == 0);
    return weights;
  }

  private static List<Stft> resolutions(Hyperparams hps) {
    int[] nFft = hps.intsOf("multispec_loss_n_fft");
    int[] hop = hps.intsOf("multispec_loss_hop_length");
    int[] window = hps.intsOf("multispec_loss_window_size");
    if (nFft.length != hop.length || nFft.length != window.length) {
      throw new InvalidInputException(
          "multispec_loss_n_fft, multispec_loss_hop_length and multispec_loss_window_size have "
              + nFft.length
              + ", "
              + hop.length
              + " and "
              + window.length
              + " entries: give each the same number");
    }
    List<Stft> all = new ArrayList<>();
    for (int i = 0; i < nFft.length; i++) {
      all.add(new Stft(nFft[i], hop[i], window[i]));
    }
    return all;
  }

  /** What a distance is divided by. */
  double bandwidthOf(Distance distance) {
    return distance == Distance.L1 ? bandwidth.l1() : bandwidth.l2();
  }
}
