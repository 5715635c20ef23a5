package dev.jukebox.examples.measure;

import dev.jukebox.api.Codes;
import dev.jukebox.api.JukeboxModel;
import dev.jukebox.api.SampleListener;
import dev.jukebox.api.SampleMode;
import dev.jukebox.api.SampleProgress;
import dev.jukebox.api.SampleRequest;
import dev.jukebox.api.SampleResult;
import dev.jukebox.api.Song;
import dev.jukebox.examples.corpus.Corpus;
import dev.jukebox.examples.corpus.Score;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/** Songs that a model makes of labels and lyrics of the corpus. */
final class Generated {
  private final JukeboxModel model;
  private final MeasureOptions options;

  Generated(JukeboxModel model, MeasureOptions options) {
    this.model = model;
    this.options = options;
  }

  /** A run and what was asked for. */
  record Run(List<Score> wanted, SampleResult result) {

    Run {
      wanted = List.copyOf(wanted);
    }

    /** The songs at the finest level. */
    List<Take> takes() {
      List<Take> takes = new ArrayList<>();
      for (int i = 0; i < wanted.size(); i++) {
        takes.add(new Take(wanted.get(i), result.audio(i).samples()));
      }
      return takes;
    }

    /** How attention follows the lyrics of each song that has some; none without an alignment. */
    List<LyricLine> lines(int topHop) {
      List<float[][]> alignments = result.levels().get(result.levels().size() - 1).alignments();
      return IntStream.range(0, alignments.size())
          .filter(i -> !wanted.get(i).lyrics().isBlank())
          .mapToObj(i -> LyricLine.of(wanted.get(i), alignments.get(i), topHop))
          .toList();
    }
  }

  /**
   * Draws the songs of the corpus of the options' seed into {@code generated} below the output
   * directory; if they are there from a run before, their codes are measured again.
   */
  Run draw() {
    Corpus corpus = new Corpus(options.seed());
    List<Score> wanted = IntStream.range(0, options.songs()).mapToObj(corpus::song).toList();
    Path directory = options.output().resolve("generated");
    Path finished = directory.resolve("level_0/data.pth.tar");
    SampleRequest.Builder request = request(wanted.stream().map(HeldOut::song).toList());
    if (Files.exists(finished)) {
      return new Run(
          wanted, model.sample(request.mode(SampleMode.continuing(Codes.read(finished))).build()));
    }
    return new Run(wanted, model.sample(request.outputDirectory(directory).build()));
  }

  /** Aligns codes that are there with their lyrics: nothing is left to draw. */
  Run align(HeldOut heldOut) {
    List<Score> wanted = heldOut.takes().stream().map(Take::wanted).toList();
    SampleRequest request =
        request(heldOut.songs()).mode(SampleMode.continuing(heldOut.codes())).build();
    return new Run(wanted, model.sample(request));
  }

  /** Says on System.err every twentieth of a level. */
  private static final class ProgressLines implements SampleListener {
    private static final int PARTS = 20;

    private long said = -1;

    @Override
    public void progress(SampleProgress progress) {
      long part = progress.total() == 0 ? 0 : PARTS * progress.done() / progress.total();
      if (part != said && progress.total() > 0) {
        said = part;
        System.err.printf(
            "level %d: %d of %d codes%n", progress.level(), progress.done(), progress.total());
      }
    }

    @Override
    public void warning(String message) {
      System.err.println(message);
    }
  }

  private SampleRequest.Builder request(List<Song> songs) {
    return SampleRequest.builder()
        .songs(songs)
        .seconds((double) Corpus.TICKS * Score.TICK / Score.SAMPLE_RATE)
        .temp(options.temp())
        .seed(options.seed())
        .listener(new ProgressLines());
  }
}
