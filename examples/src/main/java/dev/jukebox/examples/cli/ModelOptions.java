package dev.jukebox.examples.cli;

import dev.jukebox.api.JukeboxOptions;
import dev.jukebox.api.ModelSource;
import dev.jukebox.api.WeightType;
import java.nio.file.Path;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The flags that say which model to open, and how. */
final class ModelOptions {

  @Option(
      names = "--model",
      paramLabel = "NAME|FILE",
      defaultValue = "demo",
      description =
          "demo, 5b, 5b_lyrics, 1b_lyrics, or the path of a model.json. Default: ${DEFAULT-VALUE},"
              + " a small model that is built in.")
  private String model;

  @Option(
      names = "--ids",
      paramLabel = "DIR",
      description = "Directory of artist and genre lists, in place of the model's own.")
  private Path ids;

  @Option(
      names = "--backend",
      defaultValue = "auto",
      paramLabel = "NAME",
      description =
          "Where to compute; see 'jukebox doctor'. Default: ${DEFAULT-VALUE}, the fastest.")
  private String backend;

  @Option(
      names = "--weights",
      defaultValue = "f32",
      paramLabel = "TYPE",
      description =
          "Type in which linear weights are kept: f32, f16, bf16, i8. Default: ${DEFAULT-VALUE}.")
  private WeightType weights;

  @Mixin private MachineOptions machine;

  ModelSource source() {
    return ModelSource.parse(model);
  }

  JukeboxOptions options() {
    return machine.options(backend, ids).weights(weights).build();
  }
}
