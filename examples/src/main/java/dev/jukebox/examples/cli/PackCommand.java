package dev.jukebox.examples.cli;

import dev.jukebox.api.Jukebox;
import dev.jukebox.api.ModelSource;
import dev.jukebox.api.WeightType;
import dev.jukebox.error.FileAccessException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code jukebox pack}: a trained model in few small files. */
@Command(
    name = "pack",
    mixinStandardHelpOptions = true,
    description =
        "Writes a trained model as a small directory of its own: model.json, safetensors files in"
            + " fewer bits, and the lists of artists and genres.",
    sortOptions = false)
final class PackCommand implements Callable<Integer> {

  @Option(
      names = "--model",
      required = true,
      paramLabel = "NAME|FILE",
      description = "The path of a model.json, or the name of a model.")
  private String model;

  @Option(
      names = "--output",
      required = true,
      paramLabel = "DIR",
      description = "Directory to write to; made where it is missing.")
  private Path output;

  @Option(
      names = "--weights",
      defaultValue = "i8",
      paramLabel = "TYPE",
      description =
          "f32; f16; or i8, whole numbers with a scale for each output. Default: ${DEFAULT-VALUE}.")
  private WeightType weights;

  @Option(
      names = "--ids",
      paramLabel = "DIR",
      description = "Directory of artist and genre lists, in place of the model's own.")
  private Path ids;

  @Mixin private MachineOptions machine;

  @Override
  public Integer call() {
    Path packed =
        Jukebox.pack(
            ModelSource.parse(model),
            output,
            machine.options("auto", ids).weights(weights).build());
    long bytes = files(output).stream().mapToLong(PackCommand::size).sum();
    System.out.println(packed);
    System.err.printf("%,d bytes; to sample: ./jukebox sample --model=%s%n", bytes, packed);
    return 0;
  }

  private static List<Path> files(Path directory) {
    try (Stream<Path> files = Files.walk(directory)) {
      return files.filter(Files::isRegularFile).toList();
    } catch (IOException e) {
      throw new FileAccessException("cannot list " + directory + ": " + e, e);
    }
  }

  private static long size(Path file) {
    try {
      return Files.size(file);
    } catch (IOException e) {
      throw new FileAccessException("cannot read " + file + ": " + e, e);
    }
  }
}
