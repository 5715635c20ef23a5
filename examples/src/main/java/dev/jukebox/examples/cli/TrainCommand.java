package dev.jukebox.examples.cli;

import dev.jukebox.api.Jukebox;
import dev.jukebox.api.TrainRequest;
import dev.jukebox.api.TrainResult;
import dev.jukebox.error.CancelledException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code jukebox train}: the flags of the original's train.py, and some more. */
@Command(
    name = "train",
    mixinStandardHelpOptions = true,
    customSynopsis =
        "jukebox train --hps=SET[,SET...] --name=NAME --audio_files_dir=DIR [--NAME=VALUE...]",
    modelTransformer = HyperparameterFlags.class,
    preprocessor = HyperparameterFlags.class,
    description = {
      "Trains a VQ-VAE, a prior or an upsampler on a directory of music.",
      "Every hyperparameter is a flag, as --NAME=VALUE or --NAME VALUE; --NAME alone is true, and"
          + " --noNAME false. The most used ones are listed here, all of them by 'jukebox hps'.",
      "docs/training.md goes through it step by step."
    },
    footer = {
      "",
      "A VQ-VAE, the prior of its upper level, and the upsampler of its lower one:",
      "  jukebox train --hps=small_vqvae --name=my_vqvae --audio_files_dir=music \\",
      "    --sample_length=65536 --bs=4 --epochs=50 --train --test --aug_shift --aug_blend",
      "  jukebox train --hps=small_vqvae,small_prior --name=my_prior --audio_files_dir=music \\",
      "    --restore_vqvae=logs/my_vqvae/checkpoint_latest.pth.tar --prior --levels=2 --level=1 \\",
      "    --bs=4 --labels=False --train --test --save_iters=1000",
      "  jukebox train --hps=small_vqvae,small_upsampler --name=my_upsampler (and so on) --level=0",
    },
    sortOptions = false)
final class TrainCommand implements Callable<Integer> {

  @Spec private CommandSpec spec;

  @Option(
      names = "--hps",
      split = ",",
      paramLabel = "SET",
      description =
          "Named sets of hyperparameters, such as small_vqvae,small_prior; a later one wins. See"
              + " 'jukebox hps'.")
  private List<String> hps = new ArrayList<>();

  @Option(
      names = "--metadata",
      paramLabel = "FILE",
      description =
          "A .csv or .jsonl file of artists, genres and lyrics. Default: metadata.csv or"
              + " metadata.jsonl beside the music.")
  private Path metadata;

  @Option(
      names = "--ids",
      paramLabel = "DIR",
      description =
          "Directory of artist and genre lists. Default: those beside the restored prior, else made"
              + " of the metadata.")
  private Path ids;

  @Option(
      names = "--extend_ids",
      description =
          "Append artists and genres of the metadata that a restored prior does not know to its"
              + " lists, to fine-tune it with them.")
  private boolean extendIds;

  @Option(
      names = "--backend",
      defaultValue = "auto",
      paramLabel = "NAME",
      description =
          "Where to compute; see 'jukebox doctor'. Default: ${DEFAULT-VALUE}, the fastest that can"
              + " train.")
  private String backend;

  @Mixin private MachineOptions machine;

  @Override
  public Integer call() {
    TrainRequest request = request();
    Interruption interruption =
        Interruption.install("jukebox: ending after this step; what is learnt will be saved");
    try (TrainPrinter printer = new TrainPrinter(request, interruption)) {
      try {
        TrainResult result = Jukebox.train(request, printer);
        printer.finished(result);
        return 0;
      } catch (CancelledException e) {
        printer.cancelled(e);
        return ErrorPrinter.INTERRUPTED;
      }
    } finally {
      interruption.done();
    }
  }

  /** What the flags ask for. */
  TrainRequest request() {
    TrainRequest.Builder request =
        TrainRequest.builder()
            .train(false)
            .hps(hps.toArray(String[]::new))
            .options(machine.options(backend, ids).build());
    HyperparameterFlags.apply(spec.commandLine().getParseResult(), request);
    if (metadata != null) {
      request.metadata(metadata);
    }
    if (extendIds) {
      request.extendIds();
    }
    return request.build();
  }
}
