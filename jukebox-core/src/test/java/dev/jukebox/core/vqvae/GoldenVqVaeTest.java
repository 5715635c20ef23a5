package dev.jukebox.core.vqvae;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jukebox.compute.Backend;
import dev.jukebox.core.golden.Golden;
import dev.jukebox.core.golden.GoldenBackends;
import dev.jukebox.core.golden.GoldenModels;
import dev.jukebox.core.golden.NpyArray;
import dev.jukebox.core.golden.Relative;
import dev.jukebox.core.weights.WeightReader;
import dev.jukebox.core.weights.WeightSource;
import java.util.Arrays;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The VQ-VAE against what the original computed. */
class GoldenVqVaeTest {
  private static final double TOLERANCE = 1e-4;

  static Stream<String> backends() {
    return GoldenBackends.names();
  }

  @ParameterizedTest
  @MethodSource("backends")
  void codesAreExactAndAudioIsClose(String backendName) {
    Map<String, NpyArray> io = Golden.npz("vqvae_io.npz");
    try (Backend backend = GoldenBackends.open(backendName);
        VqVae vqvae = load(backend, 1 << 18)) {
      int levels = vqvae.config().levels();
      float[] x = io.get("x").floats();
      int items = io.get("x").shape()[0];
      int length = x.length / items;
      assertTrue(items > 0 && levels > 0, "no cases");
      for (int item = 0; item < items; item++) {
        float[] audio = Arrays.copyOfRange(x, item * length, (item + 1) * length);
        for (int level = 0; level < levels; level++) {
          int[] expected = GoldenModels.row(io.get("z" + level), item);
          assertArrayEquals(expected, vqvae.encode(audio, level), "codes of level " + level);
          Relative.assertClose(
              GoldenModels.floatRow(io.get("dec" + level), item),
              vqvae.decode(expected, level),
              TOLERANCE,
              "audio of level " + level);
        }
      }
    }
  }

  /** Pieces of one top-level hop each, the most cuts there can be, change no bit. */
  @Test
  void piecesGiveTheSameBitsAsTheWhole() {
    Map<String, NpyArray> io = Golden.npz("vqvae_io.npz");
    try (Backend backend = GoldenBackends.open("auto");
        VqVae whole = load(backend, 1 << 24);
        VqVae pieces = load(backend, 1)) {
      float[] audio = GoldenModels.floatRow(io.get("x"), 0);
      for (int level = 0; level < whole.config().levels(); level++) {
        int[] codes = whole.encode(audio, level);
        assertArrayEquals(codes, pieces.encode(audio, level), "codes of level " + level);
        assertArrayEquals(
            whole.decode(codes, level), pieces.decode(codes, level), "audio of level " + level);
        assertEquals(audio.length, pieces.decode(codes, level).length);
      }
    }
  }

  @Test
  void nothingStaysAllocated() {
    try (Backend backend = GoldenBackends.open("auto")) {
      try (VqVae vqvae = load(backend, 1 << 18)) {
        vqvae.decode(new int[4], 0);
        vqvae.encode(new float[vqvae.config().topHop()], 0);
      }
      assertEquals(0, backend.liveBytes());
    }
  }

  private static VqVae load(Backend backend, int pieceSamples) {
    VqVaeConfig config = VqVaeConfig.of(GoldenModels.hyperparams("vqvae"));
    try (WeightSource source = WeightSource.vqvae(Golden.file("vqvae.pth.tar"))) {
      WeightReader reader = new WeightReader(source);
      VqVae vqvae = new VqVae(backend, config, reader, pieceSamples);
      reader.finish();
      return vqvae;
    }
  }
}
