package dev.jukebox.compute.cpp;

import static dev.jukebox.compute.host.HostTensors.address;

import dev.jukebox.compute.SpectralOps;
import dev.jukebox.compute.Stft;
import dev.jukebox.compute.Tensor;
import dev.jukebox.compute.check.SpectralCheck;

/** Short-time Fourier transforms and distances of magnitudes. */
final class CppSpectral implements SpectralOps {
  private final CppEngine engine;

  CppSpectral(CppEngine engine) {
    this.engine = engine;
  }

  @Override
  public void stft(Stft stft, Tensor x, Tensor spectrum) {
    SpectralCheck.stft(stft, "x", x, "spectrum", spectrum);
    int status =
        TrainingApi.stft(
            engine.handle(),
            stft.nFft(),
            stft.hop(),
            stft.window(),
            address(x),
            x.shape().dim(0),
            x.shape().dim(1),
            address(spectrum));
    CppEngine.check(status, "stft", stft, x, spectrum);
  }

  @Override
  public void stftGradient(Stft stft, Tensor dSpectrum, Tensor dx) {
    SpectralCheck.stft(stft, "dx", dx, "dSpectrum", dSpectrum);
    int status =
        TrainingApi.stftGradient(
            engine.handle(),
            stft.nFft(),
            stft.hop(),
            stft.window(),
            address(dSpectrum),
            dx.shape().dim(0),
            dx.shape().dim(1),
            address(dx));
    CppEngine.check(status, "stft gradient", stft, dSpectrum, dx);
  }

  @Override
  public void norm(Tensor spectrum, Tensor norms) {
    SpectralCheck.norm(spectrum, "norms", norms);
    int status =
        TrainingApi.spectralDistance(
            engine.handle(), 0, address(spectrum), items(spectrum), each(spectrum), address(norms));
    CppEngine.check(status, "spectral norm", spectrum);
  }

  @Override
  public void distance(Tensor target, Tensor spectrum, Tensor distances) {
    SpectralCheck.distance(target, spectrum, "distances", distances);
    int status =
        TrainingApi.spectralDistance(
            engine.handle(),
            address(target),
            address(spectrum),
            items(spectrum),
            each(spectrum),
            address(distances));
    CppEngine.check(status, "spectral distance", target, spectrum);
  }

  @Override
  public void distanceGradient(
      Tensor target, Tensor spectrum, Tensor distances, Tensor weights, Tensor dSpectrum) {
    SpectralCheck.distanceGradient(target, spectrum, distances, weights, dSpectrum);
    int status =
        TrainingApi.spectralDistanceGradient(
            engine.handle(),
            address(target),
            address(spectrum),
            items(spectrum),
            each(spectrum),
            address(distances),
            address(weights),
            address(dSpectrum));
    CppEngine.check(status, "gradient of spectral distance", target, spectrum);
  }

  private static long items(Tensor spectrum) {
    return spectrum.shape().dim(0);
  }

  /** Complex numbers of an item. */
  private static long each(Tensor spectrum) {
    return spectrum.shape().dim(1) * spectrum.shape().dim(2);
  }
}
