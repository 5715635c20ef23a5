package dev.jukebox.core.train.run;

import dev.jukebox.compute.Arena;
import dev.jukebox.compute.Backend;
import dev.jukebox.compute.DType;
import dev.jukebox.compute.Stft;
import dev.jukebox.compute.Tensor;
import dev.jukebox.core.data.SpectrumNorm;

/** The norm of a spectrum as the backend computes it. */
record ComputedNorm(Backend backend) implements SpectrumNorm {
  private static final Stft STFT = new Stft(FFT_SIZE, HOP, WINDOW);

  @Override
  public double of(float[] mono) {
    try (Arena arena = backend.arena()) {
      Tensor x = arena.tensor(DType.F32, 1, mono.length);
      Tensor spectrum = arena.tensor(DType.F32, 1, STFT.frames(mono.length), STFT.bins(), 2);
      Tensor norm = arena.tensor(DType.F32, 1);
      backend.upload(x, mono);
      backend.training().spectral().stft(STFT, x, spectrum);
      backend.training().spectral().norm(spectrum, norm);
      return backend.downloadFloats(norm)[0];
    }
  }
}
