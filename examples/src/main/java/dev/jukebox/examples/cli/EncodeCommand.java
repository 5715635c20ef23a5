package dev.jukebox.examples.cli;

import dev.jukebox.api.Audio;
import dev.jukebox.api.Codes;
import dev.jukebox.api.Jukebox;
import dev.jukebox.api.JukeboxModel;
import dev.jukebox.error.InvalidInputException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code jukebox encode}: recordings to codes. */
@Command(
    name = "encode",
    mixinStandardHelpOptions = true,
    description = "Turns recordings into codes of every level.",
    sortOptions = false)
final class EncodeCommand implements Callable<Integer> {

  @Mixin private ModelOptions model;

  @Option(
      names = "--audio_file",
      required = true,
      split = ",",
      paramLabel = "FILE",
      description = "Recordings, one an item; all are cut to the length of the shortest.")
  private List<Path> files = new ArrayList<>();

  @Option(
      names = "--seconds",
      paramLabel = "SECONDS",
      description = "Cut the recordings to this length. Default: all of them.")
  private Double seconds;

  @Option(
      names = "--codes_file",
      defaultValue = "codes.pth.tar",
      paramLabel = "FILE",
      description = "Where to write the codes. Default: ${DEFAULT-VALUE}.")
  private Path output;

  @Override
  public Integer call() {
    try (JukeboxModel opened = Jukebox.open(model.source(), model.options())) {
      List<Audio> sounds =
          files.stream().map(file -> Audio.read(file, opened.sampleRate())).toList();
      int length = sounds.stream().mapToInt(Audio::length).min().orElse(0);
      if (seconds != null) {
        length = (int) Math.min(length, Math.round(seconds * opened.sampleRate()));
      }
      int hop = opened.hop(opened.levels() - 1);
      if (length < hop) {
        throw new InvalidInputException(
            "what is to be encoded has "
                + length
                + " samples, less than one code of the top"
                + " level, "
                + hop);
      }
      int cut = length;
      Codes codes = opened.encode(sounds.stream().map(sound -> sound.first(cut)).toList());
      codes.write(output);
      for (int level = codes.levels() - 1; level >= 0; level--) {
        System.out.println("level " + level + ": " + codes.length(level) + " codes an item");
      }
      System.out.println(output);
      return 0;
    }
  }
}
