package dev.jukebox.examples.measure;

import dev.jukebox.api.Jukebox;
import dev.jukebox.api.JukeboxModel;
import dev.jukebox.api.ModelSource;
import dev.jukebox.examples.corpus.Artist;
import dev.jukebox.examples.corpus.Corpus;
import dev.jukebox.examples.corpus.Score;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.function.Function;

/**
 * Measures a model of the corpus: what its levels keep of songs, how well its priors foretell them,
 * and whether the songs that it makes are what they should be.
 */
public final class MeasureModel {
  /** Of the songs from which artists and letters are learnt. */
  private static final long LISTENER_SEED = 1001;

  private static final int LISTENER_SONGS = 32;

  private MeasureModel() {}

  /**
   * Prints a table in Markdown, and writes it to measures.md beside the songs.
   *
   * @param args the model's name or path, the directory, and any of --songs, --heldout, --seed,
   *     --heldout_seed, --temp and --alphabets
   */
  public static void main(String[] args) {
    MeasureOptions options = MeasureOptions.parse(args);
    try (JukeboxModel model = Jukebox.open(ModelSource.parse(options.model()))) {
      String text = measure(model, options);
      System.out.print(text);
      Files.createDirectories(options.output());
      Files.writeString(options.output().resolve("measures.md"), text, StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The tables of a model. */
  static String measure(JukeboxModel model, MeasureOptions options) {
    if (model.sampleRate() != Score.SAMPLE_RATE) {
      throw new IllegalArgumentException(
          "model " + model.name() + " is of " + model.sampleRate() + " Hz, not of the corpus");
    }
    HeldOut heldOut = new HeldOut(model, new Corpus(options.heldOutSeed()), options.heldOut());
    Listener listener = Listener.learn(LISTENER_SEED, LISTENER_SONGS, options.alphabets());
    List<String> names = new ArrayList<>(List.of("corpus"));
    List<Listener.Figures> figures = new ArrayList<>(List.of(listener.listen(heldOut.takes())));
    Table levels = new Table(List.of("level", "value"));
    for (int level = model.levels() - 1; level >= 0; level--) {
      List<Take> decoded = heldOut.decoded(level);
      names.add("through level " + level);
      figures.add(listener.listen(decoded));
      levels.row(
          "spectral convergence",
          List.of("" + level, Table.number(heldOut.spectralConvergence(decoded))),
          "",
          "distance of spectra after encoding and decoding, 0 to 1 for silence");
      addBits(levels, model, heldOut, level);
    }
    Table lines = new Table(List.of("corpus", "generated"));
    if (options.songs() > 0 && model.hasPrior(model.levels() - 1)) {
      Generated sampler = new Generated(model, options);
      Generated.Run run = sampler.draw();
      names.add("generated");
      figures.add(listener.listen(run.takes()));
      int hop = model.hop(model.levels() - 1);
      addLines(lines, sampler.align(heldOut).lines(hop), run.lines(hop));
    }
    return "Model "
        + model.name()
        + ", "
        + options
        + "\n\n"
        + levels.markdown()
        + "\n"
        + songs(names, figures).markdown()
        + "\n"
        + lines.markdown();
  }

  private static void addBits(Table table, JukeboxModel model, HeldOut heldOut, int level) {
    if (!model.hasPrior(level)) {
      return;
    }
    Unigrams unigrams = heldOut.unigrams(level);
    double entropy = unigrams.entropy();
    double bits = heldOut.bitsPerCode(level);
    String name = "" + level;
    table.row(
        "unigram entropy",
        List.of(name, Table.number(entropy)),
        "",
        "bits a code, of the frequencies of the "
            + unigrams.different()
            + " codes that occur in the held-out songs");
    table.row(
        "bits per code",
        List.of(name, Table.number(bits)),
        "",
        "−log2 p of the true code, told the codes before it in its window, the level above,"
            + " labels and lyrics");
    table.row(
        "part of the entropy",
        List.of(name, Table.percent(bits / entropy)),
        "≤ 60 %",
        "bits per code against the unigram entropy");
  }

  private static Table songs(List<String> names, List<Listener.Figures> figures) {
    Table table = new Table(names);
    row(table, figures, f -> "" + f.notes(), "notes heard clearly", "", "one a slot at most");
    row(
        table,
        figures,
        f -> Table.percent(f.inScale()),
        "notes in the label's scale",
        "≥ 85 %",
        "five of twelve pitch classes, 42 % by chance");
    row(
        table,
        figures,
        f -> Table.percent(f.inOtherScales()),
        "notes in the other genres' scales",
        "clearly lower",
        "the same with shuffled labels");
    row(
        table,
        figures,
        f -> Table.percent(f.tempo()),
        "songs in the genre's tempo",
        "most",
        "beat from onsets within 10 %, heard between 75 and 140 a minute");
    row(
        table,
        figures,
        f -> Table.percent(f.artist()),
        "songs by the label's artist",
        "well above " + Table.percent(1.0 / EnumSet.allOf(Artist.class).size()),
        "nearest centroid of mel cepstra of the corpus");
    row(
        table,
        figures,
        f -> Table.percent(f.recognised()),
        "letters recognised",
        "well above chance",
        "matched filters of 26 letters, in the slot where each should be sung");
    row(
        table,
        figures,
        f -> Table.percent(f.otherWords()),
        "the same for other words",
        "",
        "the lyrics read backwards: what the recogniser reaches by chance");
    row(
        table,
        figures,
        f -> Table.percent(f.commonest()),
        "commonest letter",
        "",
        "what always guessing it would reach");
    return table;
  }

  private static void row(
      Table table,
      List<Listener.Figures> figures,
      Function<Listener.Figures, String> value,
      String figure,
      String bound,
      String meaning) {
    table.row(figure, figures.stream().map(value).toList(), bound, meaning);
  }

  private static void addLines(Table table, List<LyricLine> corpus, List<LyricLine> generated) {
    line(table, corpus, generated, "rank correlation, mean", "≥ 0.9", songs -> mean(songs, true));
    line(
        table,
        corpus,
        generated,
        "rank correlation, lowest",
        "",
        songs -> songs.stream().mapToDouble(LyricLine::rankCorrelation).min().orElse(Double.NaN));
    line(table, corpus, generated, "within two characters", "", songs -> mean(songs, false));
  }

  private static double mean(List<LyricLine> songs, boolean correlation) {
    return songs.stream()
        .mapToDouble(song -> correlation ? song.rankCorrelation() : song.near())
        .average()
        .orElse(Double.NaN);
  }

  private static void line(
      Table table,
      List<LyricLine> corpus,
      List<LyricLine> generated,
      String figure,
      String bound,
      Function<List<LyricLine>, Double> value) {
    table.row(
        figure,
        List.of(Table.number(value.apply(corpus)), Table.number(value.apply(generated))),
        bound,
        "of time and the lyric character that has most attention, while lyrics are sung");
  }
}
