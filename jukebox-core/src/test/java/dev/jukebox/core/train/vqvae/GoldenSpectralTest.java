package dev.jukebox.core.train.vqvae;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.jukebox.compute.Arena;
import dev.jukebox.compute.Backend;
import dev.jukebox.compute.DType;
import dev.jukebox.compute.Stft;
import dev.jukebox.compute.Tensor;
import dev.jukebox.core.golden.Golden;
import dev.jukebox.core.golden.GoldenBackends;
import dev.jukebox.core.golden.NpyArray;
import dev.jukebox.core.hparams.HyperparamSets;
import dev.jukebox.core.hparams.Hyperparams;
import dev.jukebox.core.train.TrainingBackends;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Spectral losses of two signals against what the original computed. */
class GoldenSpectralTest {
  private static final double TOLERANCE = 1e-5;
  private static final double EPSILON = 1e-4;

  static Stream<String> backends() {
    return TrainingBackends.names();
  }

  @ParameterizedTest
  @MethodSource("backends")
  void lossesAreThoseOfTheOriginal(String backendName) {
    Map<String, NpyArray> golden = Golden.npz("spectral.npz");
    Hyperparams hps = HyperparamSets.standard().defaults();
    int[] nFft = hps.intsOf("multispec_loss_n_fft");
    int[] hop = hps.intsOf("multispec_loss_hop_length");
    int[] window = hps.intsOf("multispec_loss_window_size");
    try (Backend backend = GoldenBackends.open(backendName)) {
      Spectra plain = new Spectra(backend, VqVaeLosses.SPECTRAL, golden);
      List<float[]> several = new ArrayList<>();
      for (int i = 0; i < nFft.length; i++) {
        Stft stft = new Stft(nFft[i], hop[i], window[i]);
        several.add(new Spectra(backend, stft, golden).distances);
      }
      int items = golden.get("a").shape()[0];
      for (int n = 0; n < items; n++) {
        double mean = 0;
        for (float[] one : several) {
          mean += one[n] / several.size();
        }
        assertClose(golden.get("spectral_loss").doubles()[n], plain.distances[n]);
        assertClose(golden.get("multispectral_loss").doubles()[n], mean);
        assertClose(
            golden.get("spectral_convergence").doubles()[n], plain.distances[n] / plain.norms[n]);
      }
      assertClose(golden.get("log_magnitude").scalar(), plain.logMagnitude);
    }
  }

  private static void assertClose(double expected, double actual) {
    assertEquals(expected, actual, TOLERANCE * Math.abs(expected));
  }

  /** What the spectra of a and b give. */
  private static final class Spectra {
    private final float[] distances;
    private final float[] norms;
    private final double logMagnitude;

    Spectra(Backend backend, Stft stft, Map<String, NpyArray> golden) {
      int[] shape = golden.get("a").shape();
      try (Arena arena = backend.arena()) {
        Tensor a = spectrum(backend, stft, golden.get("a"), arena);
        Tensor b = spectrum(backend, stft, golden.get("b"), arena);
        Tensor results = arena.tensor(DType.F32, shape[0]);
        backend.training().spectral().distance(a, b, results);
        distances = backend.downloadFloats(results);
        backend.training().spectral().norm(a, results);
        norms = backend.downloadFloats(results);
        logMagnitude = logMagnitude(backend.downloadFloats(a), backend.downloadFloats(b));
      }
    }

    private static Tensor spectrum(Backend backend, Stft stft, NpyArray signal, Arena arena) {
      int items = signal.shape()[0];
      int time = signal.shape()[1];
      Tensor x = arena.tensor(DType.F32, items, time);
      Tensor spectrum = arena.tensor(DType.F32, items, stft.frames(time), stft.bins(), 2);
      backend.upload(x, signal.floats());
      backend.training().spectral().stft(stft, x, spectrum);
      return spectrum;
    }

    private static double logMagnitude(float[] a, float[] b) {
      double sum = 0;
      for (int i = 0; i < a.length; i += 2) {
        double left = Math.log(Math.hypot(a[i], a[i + 1]) + EPSILON);
        double right = Math.log(Math.hypot(b[i], b[i + 1]) + EPSILON);
        sum += Math.abs(left - right);
      }
      int bins = a.length / 2;
      return sum / bins;
    }
  }
}
