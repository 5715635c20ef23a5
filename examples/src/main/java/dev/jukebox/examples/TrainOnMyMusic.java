package dev.jukebox.examples;

import dev.jukebox.api.Jukebox;
import dev.jukebox.api.TrainListener;
import dev.jukebox.api.TrainProgress;
import dev.jukebox.api.TrainRequest;
import dev.jukebox.api.TrainResult;
import java.nio.file.Path;

/** A VQ-VAE from a directory of music, then a prior of its codes, ready to sample from. */
public final class TrainOnMyMusic {

  private TrainOnMyMusic() {}

  /**
   * Writes checkpoints below a directory, and the path of the model's description to System.out.
   *
   * @param args the music, the directory to write to, and any hyperparameters as NAME=VALUE
   */
  public static void main(String[] args) {
    TrainResult vqvae =
        train(args, request(args, "small_vqvae").name("vqvae").sampleLength(65536).batchSize(4));
    TrainResult prior =
        train(
            args,
            request(args, "small_vqvae", "small_prior")
                .name("prior")
                .restoreVqvae(vqvae.checkpoint().orElseThrow())
                .priorLevel(1)
                .labels(false));
    System.out.println(prior.model().orElseThrow());
  }

  private static TrainRequest.Builder request(String[] args, String... sets) {
    return TrainRequest.builder()
        .hps(sets)
        .audioDirectory(Path.of(args[0]))
        .outputDirectory(Path.of(args[1]))
        .epochs(20);
  }

  private static TrainResult train(String[] args, TrainRequest.Builder request) {
    for (int i = 2; i < args.length; i++) {
      String[] parts = args[i].split("=", 2);
      request.setText(parts[0], parts[1]);
    }
    TrainListener listener =
        new TrainListener() {
          @Override
          public void step(TrainProgress progress) {
            System.err.printf("step %d: loss %.4f%n", progress.step(), progress.loss());
          }
        };
    return Jukebox.train(request.build(), listener);
  }
}
