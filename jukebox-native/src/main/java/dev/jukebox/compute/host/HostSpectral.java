package dev.jukebox.compute.host;

import dev.jukebox.compute.SpectralOps;
import dev.jukebox.compute.Stft;
import dev.jukebox.compute.Tensor;
import dev.jukebox.compute.check.SpectralCheck;
import java.nio.FloatBuffer;

/** Short-time Fourier transforms in plain Java, in double precision. */
final class HostSpectral implements SpectralOps {
  private final HostThreads threads;

  HostSpectral(HostThreads threads) {
    this.threads = threads;
  }

  @Override
  public void stft(Stft stft, Tensor x, Tensor spectrum) {
    SpectralCheck.stft(stft, "x", x, "spectrum", spectrum);
    int batch = Math.toIntExact(x.shape().dim(0));
    int time = x.shape().rowLength();
    int frames = Math.toIntExact(stft.frames(time));
    int bins = stft.bins();
    double[] window = window(stft);
    FloatBuffer source = HostTensors.floats(x);
    FloatBuffer target = HostTensors.floats(spectrum);
    threads.forEach(
        batch * frames,
        task -> {
          double[] frame = new double[stft.nFft()];
          for (int i = 0; i < frame.length; i++) {
            int at = sample(stft, task % frames, i, time);
            frame[i] = window[i] * source.get(task / frames * time + at);
          }
          double[][] transformed = Fourier.transform(frame, new double[frame.length]);
          for (int k = 0; k < bins; k++) {
            target.put((task * bins + k) * 2, (float) transformed[0][k]);
            target.put((task * bins + k) * 2 + 1, (float) transformed[1][k]);
          }
        });
  }

  @Override
  public void stftGradient(Stft stft, Tensor dSpectrum, Tensor dx) {
    SpectralCheck.stft(stft, "dx", dx, "dSpectrum", dSpectrum);
    int batch = Math.toIntExact(dx.shape().dim(0));
    int time = dx.shape().rowLength();
    int frames = Math.toIntExact(stft.frames(time));
    int bins = stft.bins();
    double[] window = window(stft);
    FloatBuffer source = HostTensors.floats(dSpectrum);
    FloatBuffer target = HostTensors.floats(dx);
    threads.forEach(
        batch,
        n -> {
          double[] sums = new double[time];
          for (int f = 0; f < frames; f++) {
            // The real part of Σ_k d[k]·e^(2πikn/N) is that of the transform of the conjugates.
            double[] re = new double[stft.nFft()];
            double[] im = new double[stft.nFft()];
            for (int k = 0; k < bins; k++) {
              int at = ((n * frames + f) * bins + k) * 2;
              re[k] = source.get(at);
              im[k] = -source.get(at + 1);
            }
            double[] frame = Fourier.transform(re, im)[0];
            for (int i = 0; i < frame.length; i++) {
              sums[sample(stft, f, i, time)] += window[i] * frame[i];
            }
          }
          for (int i = 0; i < time; i++) {
            target.put(n * time + i, (float) (target.get(n * time + i) + sums[i]));
          }
        });
  }

  /** The weight of each sample of a frame. */
  private static double[] window(Stft stft) {
    double[] weights = new double[stft.nFft()];
    int first = (stft.nFft() - stft.window()) / 2;
    for (int i = 0; i < stft.window(); i++) {
      weights[first + i] = (1 - Math.cos(2 * Math.PI * i / stft.window())) / 2;
    }
    return weights;
  }

  /** The sample at place {@code i} of a frame of the signal, reflected at both ends. */
  private static int sample(Stft stft, int frame, int i, int time) {
    int at = Math.abs(frame * stft.hop() + i - stft.nFft() / 2);
    return at < time ? at : 2 * (time - 1) - at;
  }

  @Override
  public void norm(Tensor spectrum, Tensor norms) {
    SpectralCheck.norm(spectrum, "norms", norms);
    int batch = Math.toIntExact(spectrum.shape().dim(0));
    FloatBuffer source = HostTensors.floats(spectrum);
    FloatBuffer target = HostTensors.floats(norms);
    threads.forEach(
        batch,
        n -> {
          int each = source.limit() / batch;
          double sum = 0;
          for (int i = n * each; i < (n + 1) * each; i++) {
            sum += (double) source.get(i) * source.get(i);
          }
          target.put(n, (float) Math.sqrt(sum));
        });
  }

  @Override
  public void distance(Tensor target, Tensor spectrum, Tensor distances) {
    SpectralCheck.distance(target, spectrum, "distances", distances);
    int batch = Math.toIntExact(spectrum.shape().dim(0));
    FloatBuffer wanted = HostTensors.floats(target);
    FloatBuffer source = HostTensors.floats(spectrum);
    FloatBuffer result = HostTensors.floats(distances);
    threads.forEach(
        batch,
        n -> {
          int each = source.limit() / batch;
          double sum = 0;
          for (int i = n * each; i < (n + 1) * each; i += 2) {
            double d = magnitude(wanted, i) - magnitude(source, i);
            sum += d * d;
          }
          result.put(n, (float) Math.sqrt(sum));
        });
  }

  @Override
  public void distanceGradient(
      Tensor target, Tensor spectrum, Tensor distances, Tensor weights, Tensor dSpectrum) {
    SpectralCheck.distanceGradient(target, spectrum, distances, weights, dSpectrum);
    int batch = Math.toIntExact(spectrum.shape().dim(0));
    FloatBuffer wanted = HostTensors.floats(target);
    FloatBuffer source = HostTensors.floats(spectrum);
    FloatBuffer whole = HostTensors.floats(distances);
    FloatBuffer factors = HostTensors.floats(weights);
    FloatBuffer result = HostTensors.floats(dSpectrum);
    threads.forEach(
        batch,
        n -> {
          int each = source.limit() / batch;
          for (int i = n * each; i < (n + 1) * each; i += 2) {
            double magnitude = magnitude(source, i);
            double slope = 0;
            if (magnitude != 0 && whole.get(n) != 0) {
              double d = magnitude - magnitude(wanted, i);
              slope = factors.get(n) * d / ((double) whole.get(n) * magnitude);
            }
            result.put(i, (float) (slope * source.get(i)));
            result.put(i + 1, (float) (slope * source.get(i + 1)));
          }
        });
  }

  private static double magnitude(FloatBuffer spectrum, int i) {
    double re = spectrum.get(i);
    double im = spectrum.get(i + 1);
    return Math.sqrt(re * re + im * im);
  }
}
