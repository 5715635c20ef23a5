package dev.jukebox.examples.cli;

import dev.jukebox.api.Audio;
import dev.jukebox.api.Codes;
import dev.jukebox.api.Jukebox;
import dev.jukebox.api.JukeboxModel;
import dev.jukebox.error.FileAccessException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code jukebox decode}: codes to sound. */
@Command(
    name = "decode",
    mixinStandardHelpOptions = true,
    description = "Turns the codes of one level into WAV files.",
    sortOptions = false)
final class DecodeCommand implements Callable<Integer> {

  @Mixin private ModelOptions model;

  @Option(
      names = "--codes_file",
      required = true,
      paramLabel = "FILE",
      description = "Codes written by encode or sample, or by the original.")
  private Path codesFile;

  @Option(
      names = "--level",
      defaultValue = "0",
      paramLabel = "N",
      description =
          "The level whose codes are decoded; 0 is the finest. Default: ${DEFAULT-VALUE}.")
  private int level;

  @Option(
      names = "--name",
      defaultValue = "decoded",
      paramLabel = "DIR",
      description = "Directory of the WAV files. Default: ${DEFAULT-VALUE}.")
  private Path name;

  @Override
  public Integer call() {
    Codes codes = Codes.read(codesFile);
    try (JukeboxModel opened = Jukebox.open(model.source(), model.options())) {
      List<Audio> sounds = opened.decode(codes, level);
      Files.createDirectories(name);
      for (int item = 0; item < sounds.size(); item++) {
        Path file = name.resolve("item_" + item + ".wav");
        sounds.get(item).writeWav(file);
        System.out.println(file);
      }
      return 0;
    } catch (IOException e) {
      throw new FileAccessException("cannot make the directory " + name + ": " + e, e);
    }
  }
}
