package dev.jukebox.compute.conformance;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.jukebox.compute.Arena;
import dev.jukebox.compute.Backend;
import dev.jukebox.compute.DType;
import dev.jukebox.compute.Stft;
import dev.jukebox.compute.Tensor;
import dev.jukebox.error.ComputeException;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Short-time Fourier transforms, distances of magnitudes and gradients against their sums. */
class SpectralConformanceTest {
  private record Case(Stft stft, int batch, int time) {
    SpectrumDefinition exact() {
      return new SpectrumDefinition(stft, batch, time, Definition.EXACT);
    }

    SpectrumDefinition plain() {
      return new SpectrumDefinition(stft, batch, time, Definition.SINGLE);
    }

    int frames() {
      return 1 + time / stft.hop();
    }

    int bins() {
      return stft.nFft() / 2 + 1;
    }

    float[] x() {
      return Numbers.random(1, batch * time, 1);
    }

    float[] spectrum(int seed) {
      return Numbers.random(seed, batch * frames() * bins() * 2, 1);
    }

    Tensor guarded(Backend backend, Arena arena, float[] spectrum) {
      return Guarded.of(backend, arena, spectrum, batch, frames(), bins(), 2);
    }
  }

  private static List<Case> cases() {
    return List.of(
        new Case(new Stft(4, 1, 4), 1, 3),
        new Case(new Stft(4, 3, 1), 3, 17),
        new Case(new Stft(8, 3, 5), 1, 11),
        new Case(new Stft(16, 5, 15), 3, 9),
        new Case(new Stft(32, 40, 32), 1, 333),
        new Case(new Stft(64, 7, 33), 3, 1201),
        new Case(new Stft(128, 64, 100), 2, 1100),
        new Case(new Stft(512, 50, 240), 1, 1301),
        new Case(new Stft(2048, 256, 1536), 1, 1025));
  }

  private static float[] transform(Backend backend, Case one) {
    try (Arena arena = backend.arena()) {
      Guarded to = new Guarded(backend, arena, one.batch, one.frames(), one.bins(), 2);
      Tensor x = Guarded.of(backend, arena, one.x(), one.batch, one.time);
      backend.training().spectral().stft(one.stft, x, to.tensor());
      return to.values();
    }
  }

  private static float[] gradient(Backend backend, Case one) {
    try (Arena arena = backend.arena()) {
      Guarded dx = new Guarded(backend, arena, one.batch, one.time);
      backend.upload(dx.tensor(), one.x());
      Tensor given = one.guarded(backend, arena, one.spectrum(2));
      backend.training().spectral().stftGradient(one.stft, given, dx.tensor());
      return dx.values();
    }
  }

  private static double[] sum(double[] a, float[] b) {
    double[] sum = a.clone();
    for (int i = 0; i < sum.length; i++) {
      sum[i] += b[i];
    }
    return sum;
  }

  @TestFactory
  Stream<DynamicTest> transformAndGradientAreAsExactAsThePlainSums() {
    return TestBackends.eachTraining(
        cases(),
        (backend, one) -> {
          double[] x = Definition.doubles(one.x());
          double[] d = Definition.doubles(one.spectrum(2));
          Numbers.close(
              transform(backend, one),
              Definition.floats(one.plain().transform(x)),
              one.exact().transform(x));
          Numbers.close(
              gradient(backend, one),
              Definition.floats(sum(one.plain().gradient(d), one.x())),
              sum(one.exact().gradient(d), one.x()));
        });
  }

  @Test
  void definitionsOfTheGradientsAreTheSlopes() {
    Case one = new Case(new Stft(8, 3, 5), 2, 11);
    SpectrumDefinition exact = one.exact();
    double[] x = Definition.doubles(one.x());
    double[] d = Definition.doubles(one.spectrum(2));
    double[] target = Definition.doubles(one.spectrum(3));
    double[] weights = {0.7, -1.3};
    assertArrayEquals(
        Definition.slopes(at -> Definition.dot(d, exact.transform(at)), x),
        exact.gradient(d),
        1e-8);
    assertArrayEquals(
        Definition.slopes(at -> Definition.dot(weights, exact.distances(target, at)), d),
        exact.distanceGradient(target, d, weights),
        1e-7);
  }

  /** PyTorch's numbers for stft(center=True, pad_mode="reflect") with a periodic Hann window. */
  @TestFactory
  Stream<DynamicTest> transformIsThatOfTorch() {
    float[] x = {0.5f, -1, 2, 0.25f, 3, -2, 1, 0, -0.75f, 1.5f, 4};
    double[] expected = {
      -0.106763, 0.0, 0.431629, -0.295698, -0.238729, -0.559017, -1.336138, 1.086268, 2.393237, 0.0,
      2.726127, 0.0, -2.238194, -0.200779, 0.571619, 0.772543, 1.785939, -0.891762, -2.964856, 0.0,
      0.131966, 0.0, 0.37466, 0.242694, -0.131966, -1.809017, -2.183677, 2.315643, 3.75, 0.0,
      2.060347, 0.0, -1.854272, 1.456885, 1.356763, -2.060347, -0.859253, 1.456885, 0.653178, 0.0
    };
    return TestBackends.eachTraining(
        List.of(new Stft(8, 3, 5)),
        (backend, stft) -> {
          try (Arena arena = backend.arena()) {
            Guarded to = new Guarded(backend, arena, 1, 4, 5, 2);
            Tensor from = Guarded.of(backend, arena, x, 1, x.length);
            backend.training().spectral().stft(stft, from, to.tensor());
            assertArrayEquals(expected, Definition.doubles(to.values()), 2e-6);
          }
        });
  }

  private static float[] distances(Backend backend, Case one, boolean norm) {
    try (Arena arena = backend.arena()) {
      Guarded result = new Guarded(backend, arena, one.batch);
      Tensor spectrum = one.guarded(backend, arena, one.spectrum(2));
      if (norm) {
        backend.training().spectral().norm(spectrum, result.tensor());
      } else {
        Tensor target = one.guarded(backend, arena, one.spectrum(3));
        backend.training().spectral().distance(target, spectrum, result.tensor());
      }
      return result.values();
    }
  }

  private static float[] distanceGradient(Backend backend, Case one, boolean inPlace) {
    try (Arena arena = backend.arena()) {
      Guarded d = new Guarded(backend, arena, one.batch, one.frames(), one.bins(), 2);
      Tensor spectrum = d.tensor();
      if (inPlace) {
        backend.upload(spectrum, one.spectrum(2));
      } else {
        spectrum = one.guarded(backend, arena, one.spectrum(2));
      }
      backend
          .training()
          .spectral()
          .distanceGradient(
              one.guarded(backend, arena, one.spectrum(3)),
              spectrum,
              Guarded.of(backend, arena, distances(backend, one, false), one.batch),
              Guarded.of(backend, arena, Numbers.random(4, one.batch, 1), one.batch),
              d.tensor());
      return d.values();
    }
  }

  @TestFactory
  Stream<DynamicTest> distancesAreAsExactAsThePlainComputation() {
    return TestBackends.eachTraining(
        cases(),
        (backend, one) -> {
          double[] spectrum = Definition.doubles(one.spectrum(2));
          double[] target = Definition.doubles(one.spectrum(3));
          double[] zeros = new double[target.length];
          double[] weights = Definition.doubles(Numbers.random(4, one.batch, 1));
          Numbers.close(
              distances(backend, one, false),
              Definition.floats(one.plain().distances(target, spectrum)),
              one.exact().distances(target, spectrum));
          Numbers.close(
              distances(backend, one, true),
              Definition.floats(one.plain().distances(zeros, spectrum)),
              one.exact().distances(zeros, spectrum));
          float[] got = distanceGradient(backend, one, false);
          Numbers.close(
              got,
              Definition.floats(one.plain().distanceGradient(target, spectrum, weights)),
              one.exact().distanceGradient(target, spectrum, weights));
          Numbers.sameBits(got, distanceGradient(backend, one, true), "in place");
        });
  }

  @TestFactory
  Stream<DynamicTest> threadsDoNotChangeBits() {
    return TestBackends.eachTraining(
        cases(),
        (backend, one) -> {
          for (int threads : new int[] {1, 3}) {
            try (Backend other = TestBackends.open(backend.name(), threads)) {
              Numbers.sameBits(transform(backend, one), transform(other, one), "spectrum");
              Numbers.sameBits(gradient(backend, one), gradient(other, one), "gradient");
              Numbers.sameBits(
                  distances(backend, one, false), distances(other, one, false), "distances");
              Numbers.sameBits(
                  distanceGradient(backend, one, false),
                  distanceGradient(other, one, false),
                  "gradient of distances");
            }
          }
        });
  }

  /** Neither silence nor a perfect reconstruction has a gradient. */
  @TestFactory
  Stream<DynamicTest> nothingGivesNoGradient() {
    return TestBackends.eachTraining(
        List.of(0f, 1f),
        (backend, target) -> {
          try (Arena arena = backend.arena()) {
            float[] values = {target, 0, 0, 0, 0, 0};
            Tensor targets = Guarded.of(backend, arena, values, 1, 1, 3, 2);
            Tensor silence = Guarded.of(backend, arena, new float[6], 1, 1, 3, 2);
            Guarded distance = new Guarded(backend, arena, 1);
            var ops = backend.training().spectral();
            ops.distance(targets, silence, distance.tensor());
            assertEquals(target, distance.values()[0]);
            Guarded d = new Guarded(backend, arena, 1, 1, 3, 2);
            Tensor weight = Guarded.of(backend, arena, new float[] {1}, 1);
            ops.distanceGradient(targets, silence, distance.tensor(), weight, d.tensor());
            assertArrayEquals(new float[6], d.values());
          }
        });
  }

  @TestFactory
  Stream<DynamicTest> signalsThatCannotBeReflectedAreErrors() {
    return TestBackends.eachTraining(
        List.of(new Stft(8, 2, 8)),
        (backend, stft) -> {
          try (Arena arena = backend.arena()) {
            Tensor x = arena.tensor(DType.F32, 1, 4);
            Tensor spectrum = arena.tensor(DType.F32, 1, 3, 5, 2);
            var ops = backend.training().spectral();
            assertThrows(ComputeException.class, () -> ops.stft(stft, x, spectrum));
            assertThrows(ComputeException.class, () -> ops.stftGradient(stft, spectrum, x));
          }
        });
  }
}
