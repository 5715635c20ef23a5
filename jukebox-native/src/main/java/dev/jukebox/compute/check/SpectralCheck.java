package dev.jukebox.compute.check;

import dev.jukebox.compute.DType;
import dev.jukebox.compute.Stft;
import dev.jukebox.compute.Tensor;

/** The arguments of {@link dev.jukebox.compute.SpectralOps}. */
public final class SpectralCheck {
  private static final String DISTANCE = "spectral distance";

  private SpectralCheck() {}

  /** Requires signals that can be reflected at both ends, and the spectrum of each frame. */
  public static void stft(Stft stft, String signal, Tensor x, String spectra, Tensor spectrum) {
    Check.require(
        x.shape().rank() == 2 && x.dtype() == DType.F32 && x.shape().dim(1) > stft.nFft() / 2,
        "stft",
        signal,
        x,
        "F32 [batch, time above " + stft.nFft() / 2 + "]");
    long frames = stft.frames(x.shape().dim(1));
    Check.requireShape(
        "stft", spectra, spectrum, DType.F32, x.shape().dim(0), frames, stft.bins(), 2);
  }

  /** Requires spectra [batch, frames, bins, 2] and an F32 element for each item. */
  public static void norm(Tensor spectrum, String name, Tensor perItem) {
    Check.require(
        spectrum.shape().rank() == 4
            && spectrum.dtype() == DType.F32
            && spectrum.shape().dim(3) == 2,
        DISTANCE,
        "spectrum",
        spectrum,
        "F32 [batch, frames, bins, 2]");
    Check.requireShape(DISTANCE, name, perItem, DType.F32, spectrum.shape().dim(0));
  }

  /** Requires two spectra of one shape and an F32 element for each item. */
  public static void distance(Tensor target, Tensor spectrum, String name, Tensor perItem) {
    norm(spectrum, name, perItem);
    Check.requireShape(DISTANCE, "target", target, DType.F32, spectrum.shape().toArray());
  }

  /** Requires what {@link #distance} does, and a gradient of the spectra's shape. */
  public static void distanceGradient(
      Tensor target, Tensor spectrum, Tensor distances, Tensor weights, Tensor dSpectrum) {
    distance(target, spectrum, "distances", distances);
    Check.requireShape(DISTANCE, "weights", weights, DType.F32, spectrum.shape().dim(0));
    Check.requireShape(DISTANCE, "dSpectrum", dSpectrum, DType.F32, spectrum.shape().toArray());
  }
}
