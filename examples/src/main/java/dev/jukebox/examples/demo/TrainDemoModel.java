package dev.jukebox.examples.demo;

import dev.jukebox.api.AlignmentRequest;
import dev.jukebox.api.Jukebox;
import dev.jukebox.api.JukeboxOptions;
import dev.jukebox.api.ModelSource;
import dev.jukebox.api.TrainListener;
import dev.jukebox.api.TrainProgress;
import dev.jukebox.api.TrainRequest;
import dev.jukebox.api.TrainResult;
import dev.jukebox.api.WeightType;
import dev.jukebox.examples.corpus.Corpus;
import dev.jukebox.examples.corpus.WriteCorpus;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Makes the model that the library carries: composes songs, trains the VQ-VAE, the top prior in two
 * stages and the upsampler, finds the head that follows the lyrics, and packs it all.
 *
 * <p>Run it again where it was stopped: what is done is not done again, and training goes on from
 * the last checkpoint.
 */
public final class TrainDemoModel {
  private static final String NAME = "demo";
  private static final int SONGS = 3200;
  private static final int HELD_OUT = 16;
  private static final long TRAINING_SEED = 1;
  private static final long HELD_OUT_SEED = 2;

  private final Path directory;
  private final List<String> arguments;

  private TrainDemoModel(Path directory, List<String> arguments) {
    this.directory = directory;
    this.arguments = arguments;
  }

  /**
   * Writes everything below a directory; the packed model is in {@code demo} there.
   *
   * @param args the directory, then what differs from the recipe: {@code songs=16}, or a
   *     hyperparameter of a stage, such as {@code sings.bs=4}
   */
  public static void main(String[] args) {
    if (args.length == 0) {
      throw new IllegalArgumentException("give a directory, then songs=N or STAGE.NAME=VALUE");
    }
    List<String> rest = Arrays.asList(args).subList(1, args.length);
    System.out.println(new TrainDemoModel(Path.of(args[0]), rest).run());
  }

  private Path run() {
    Path songs = corpus("songs", TRAINING_SEED, count());
    Path heldOut = corpus("held_out", HELD_OUT_SEED, HELD_OUT);
    Path vqvae = directory.resolve("vqvae");
    stage(DemoRecipe.VQVAE, songs, "restore_vqvae", request -> request);
    Path plays = prior(DemoRecipe.PLAYS, songs, vqvae, Optional.empty());
    Path top = prior(DemoRecipe.SINGS, songs, vqvae, Optional.of(plays.getParent()));
    once(
        "alignment",
        () ->
            Jukebox.align(
                    AlignmentRequest.builder()
                        .model(ModelSource.file(top))
                        .audioDirectory(heldOut)
                        .build())
                .best()
                .toString());
    Path upsampler = prior(DemoRecipe.UPSAMPLER, songs, vqvae, Optional.empty());
    Path whole = directory.resolve("model.json");
    Jukebox.join(List.of(top, upsampler), whole);
    describe(whole);
    JukeboxOptions eightBits = JukeboxOptions.builder().weights(WeightType.I8).build();
    return Jukebox.pack(ModelSource.file(whole), directory.resolve(NAME), eightBits);
  }

  /** Puts the model's name, and what is sung where nobody says, into the description. */
  private static void describe(Path description) {
    try (InputStream defaults = TrainDemoModel.class.getResourceAsStream("sampling.json")) {
      String sampling = new String(defaults.readAllBytes(), StandardCharsets.UTF_8);
      String text =
          Files.readString(description)
              .replaceFirst("\"name\" : \"[^\"]*\"", "\"name\" : \"" + NAME + "\"");
      String open = text.substring(0, text.lastIndexOf('}')).stripTrailing();
      Files.writeString(description, open + ",\n  \"sampling\" : " + sampling + "}\n");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private int count() {
    return arguments.stream()
        .filter(argument -> argument.startsWith("songs="))
        .mapToInt(argument -> Integer.parseInt(argument.substring("songs=".length())))
        .findFirst()
        .orElse(SONGS);
  }

  private Path corpus(String name, long seed, int count) {
    Path songs = directory.resolve(name);
    once(
        name,
        () -> {
          WriteCorpus.write(new Corpus(seed), 0, count, songs);
          return count + " songs";
        });
    return songs;
  }

  /** Trains a prior, from another one if there is one to begin from. */
  private Path prior(Stage stage, Path songs, Path vqvae, Optional<Path> from) {
    stage(
        stage,
        songs,
        "restore_prior",
        request -> {
          from.ifPresent(run -> request.set("restore_prior", run.toString()));
          return request.restoreVqvae(vqvae).set("prior", true);
        });
    return directory.resolve(stage.name()).resolve("model.json");
  }

  private void stage(
      Stage stage,
      Path songs,
      String restore,
      Function<TrainRequest.Builder, TrainRequest.Builder> more) {
    once(
        stage.name(),
        () -> {
          TrainRequest.Builder request =
              more.apply(stage.with(arguments).request())
                  .audioDirectory(songs)
                  .outputDirectory(directory)
                  .train(true);
          Path run = directory.resolve(stage.name());
          if (Files.exists(run.resolve("checkpoint_latest.pth.tar"))) {
            request.set(restore, run.toString());
          }
          TrainResult result = Jukebox.train(request.build(), new Printer(stage.name()));
          return result.steps() + " steps, " + result.metrics();
        });
  }

  /** Does something unless a file says that it was done, and writes what came of it there. */
  private void once(String name, Supplier<String> work) {
    Path done = directory.resolve(name + ".done");
    try {
      if (Files.notExists(done)) {
        String outcome = work.get();
        Files.writeString(done, outcome + System.lineSeparator());
      }
      System.err.printf("%s: %s%n", name, Files.readString(done).strip());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Shows a line every hundred steps. */
  private record Printer(String stage) implements TrainListener {
    @Override
    public void step(TrainProgress progress) {
      if (progress.step() % 100 == 0) {
        System.err.printf("%s, step %d: loss %.3f%n", stage, progress.step(), progress.loss());
      }
    }

    @Override
    public void warning(String message) {
      System.err.println(stage + ": " + message);
    }
  }
}
