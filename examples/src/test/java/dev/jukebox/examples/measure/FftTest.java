package dev.jukebox.examples.measure;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The fast transform against the definition. */
class FftTest {

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 4, 8, 64, 512})
  void isTheDiscreteFourierTransform(int size) {
    Random random = new Random(size);
    double[] re = random.doubles(size, -1, 1).toArray();
    double[] im = random.doubles(size, -1, 1).toArray();
    double[] gotRe = re.clone();
    double[] gotIm = im.clone();
    new Fft(size).transform(gotRe, gotIm);
    for (int k = 0; k < size; k++) {
      double wantRe = 0;
      double wantIm = 0;
      for (int n = 0; n < size; n++) {
        double angle = -2 * Math.PI * k * n / size;
        wantRe += re[n] * Math.cos(angle) - im[n] * Math.sin(angle);
        wantIm += re[n] * Math.sin(angle) + im[n] * Math.cos(angle);
      }
      assertEquals(wantRe, gotRe[k], 1e-11 * size, "real part " + k);
      assertEquals(wantIm, gotIm[k], 1e-11 * size, "imaginary part " + k);
    }
  }

  @Test
  void otherSizesAreRefused() {
    assertThrows(IllegalArgumentException.class, () -> new Fft(12));
    assertThrows(IllegalArgumentException.class, () -> new Fft(0));
  }

  @Test
  void magnitudesOfAWaveStandAtItsFrequency() {
    double[] samples = new double[256];
    for (int i = 0; i < samples.length; i++) {
      samples[i] = 3 * Math.cos(2 * Math.PI * 20 * i / samples.length + 0.4);
    }
    double[] magnitudes = new Fft(256).magnitudes(samples);
    for (int k = 0; k < magnitudes.length; k++) {
      assertEquals(k == 20 ? 3 * 128 : 0, magnitudes[k], 1e-9, "line " + k);
    }
  }
}
