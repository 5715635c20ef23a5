package dev.jukebox.api;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;

/** Three short songs of plucked tones, and requests so small that a step takes a moment. */
final class TrainingMusic {
  static final int SAMPLE_RATE = 4000;
  static final int SONGS = 3;
  static final int SAMPLE_LENGTH = 2048;
  private static final int SAMPLES = 8 * SAMPLE_RATE;

  private TrainingMusic() {}

  /** Writes the songs as WAV files into artist_0, artist_1 and so on. */
  static Path write(Path directory) {
    Random random = new Random(4);
    for (int song = 0; song < SONGS; song++) {
      float[] samples = new float[SAMPLES];
      double frequency = 0;
      for (int t = 0; t < SAMPLES; t++) {
        int since = t % (SAMPLE_RATE / 4);
        frequency = since == 0 ? 200 + 50 * random.nextInt(8) : frequency;
        samples[t] =
            (float)
                (0.5
                    * Math.sin(2 * Math.PI * frequency * since / SAMPLE_RATE)
                    * Math.exp(-8.0 * since / SAMPLE_RATE));
      }
      try {
        Path artist = Files.createDirectories(directory.resolve("artist_" + song));
        Audio.of(samples, SAMPLE_RATE).writeWav(artist.resolve("song.wav"));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    return directory;
  }

  /** A VQ-VAE of two levels with hops of 4 and 16 samples. */
  static TrainRequest.Builder vqvae(Path music, Path output) {
    return common(music, output).hps("small_vqvae").name("vqvae").sampleLength(SAMPLE_LENGTH);
  }

  /** The prior of its upper level: 128 codes a window. */
  static TrainRequest.Builder prior(Path music, Path output, Path vqvae) {
    return common(music, output)
        .hps("small_vqvae", "small_prior")
        .name("prior")
        .restoreVqvae(vqvae)
        .priorLevel(1)
        .labels(false)
        .set("n_ctx", SAMPLE_LENGTH / 16)
        .set("prior_width", 16)
        .set("prior_depth", 2)
        .set("blocks", 4);
  }

  private static TrainRequest.Builder common(Path music, Path output) {
    return TrainRequest.builder()
        .audioDirectory(music)
        .outputDirectory(output)
        .batchSize(4)
        .epochs(1)
        .set("sr", SAMPLE_RATE)
        .set("downs_t", new int[] {2, 2})
        .set("width", 4)
        .set("depth", 1)
        .set("emb_width", 4)
        .set("l_bins", 8)
        .set("multispec_loss_n_fft", new int[] {64, 32})
        .set("multispec_loss_hop_length", new int[] {16, 8})
        .set("multispec_loss_window_size", new int[] {48, 24})
        .set("n_fft", 64)
        .set("hop_length", 16)
        .set("window_size", 64);
  }
}
