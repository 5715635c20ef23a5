package dev.jukebox.examples.cli;

import dev.jukebox.api.AlignmentHead;
import dev.jukebox.api.AlignmentListener;
import dev.jukebox.api.AlignmentRequest;
import dev.jukebox.api.AlignmentResult;
import dev.jukebox.api.Jukebox;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code jukebox align}: the attention head that follows the lyrics. */
@Command(
    name = "align",
    mixinStandardHelpOptions = true,
    description =
        "Finds the attention head of a top prior that follows the lyrics of songs, and writes it"
            + " into the model.json as alignment_layer and alignment_head.",
    sortOptions = false)
final class AlignCommand implements Callable<Integer> {

  @Mixin private ModelOptions model;

  @Option(
      names = "--audio_files_dir",
      required = true,
      paramLabel = "DIR",
      description = "Songs, with metadata.csv or metadata.jsonl that gives their lyrics.")
  private Path directory;

  @Option(
      names = "--metadata",
      paramLabel = "FILE",
      description = "Metadata in place of the file beside the songs.")
  private Path metadata;

  @Option(
      names = "--windows",
      defaultValue = "12",
      paramLabel = "N",
      description = "Windows of music to look at, over all songs. Default: ${DEFAULT-VALUE}.")
  private int windows;

  @Option(names = "--dry_run", description = "Write nothing; only show the scores.")
  private boolean dryRun;

  @Override
  public Integer call() {
    Interruption interruption = Interruption.install();
    try {
      AlignmentRequest.Builder request =
          AlignmentRequest.builder()
              .model(model.source())
              .options(model.options())
              .audioDirectory(directory)
              .windows(windows)
              .dryRun(dryRun)
              .listener(new Printer(interruption));
      if (metadata != null) {
        request.metadata(metadata);
      }
      print(Jukebox.align(request.build()));
      return 0;
    } finally {
      interruption.done();
    }
  }

  private static void print(AlignmentResult result) {
    System.out.println("layer  head  score  correlation  concentration");
    for (AlignmentHead head : result.heads()) {
      System.out.printf(
          Locale.ROOT,
          "%5d %5d  %5.3f  %11.3f  %13.3f%n",
          head.layer(),
          head.head(),
          head.score(),
          head.correlation(),
          head.concentration());
    }
    result
        .written()
        .ifPresent(
            file ->
                System.out.println(
                    file
                        + ": alignment_layer "
                        + result.best().layer()
                        + ", alignment_head "
                        + result.best().head()));
  }

  /** Shows the search on the error stream. */
  private record Printer(Interruption interruption) implements AlignmentListener {
    @Override
    public void progress(int done, int total) {
      System.err.println("window " + done + " of " + total);
    }

    @Override
    public void warning(String message) {
      System.err.println("jukebox: warning: " + message);
    }

    @Override
    public boolean isCancelled() {
      return interruption.isRequested();
    }
  }
}
