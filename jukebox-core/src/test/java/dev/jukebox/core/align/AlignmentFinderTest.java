package dev.jukebox.core.align;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jukebox.compute.AttentionPattern;
import dev.jukebox.compute.Backend;
import dev.jukebox.compute.DType;
import dev.jukebox.core.files.Location;
import dev.jukebox.core.golden.Golden;
import dev.jukebox.core.golden.GoldenBackends;
import dev.jukebox.core.golden.GoldenRuns;
import dev.jukebox.core.model.ModelSpec;
import dev.jukebox.core.model.PriorSpec;
import dev.jukebox.core.prior.AttentionHead;
import dev.jukebox.core.prior.PriorConfig;
import dev.jukebox.core.runtime.LoadedModel;
import dev.jukebox.core.vqvae.VqVaeConfig;
import dev.jukebox.core.weights.Checkpoint;
import dev.jukebox.core.weights.pickle.PyOrderedDict;
import dev.jukebox.core.weights.pytorch.PyTorchWriter;
import dev.jukebox.core.weights.store.FileTensor;
import dev.jukebox.error.CancelledException;
import dev.jukebox.error.InvalidInputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The head that was made to follow the lyrics is found; of others nothing is claimed. */
class AlignmentFinderTest {
  private static final Path RECORDING = Path.of("..", "examples", "audio", "recording.wav");
  private static final AttentionHead MADE = new AttentionHead(31, 1);

  @TempDir Path directory;

  private final List<String> warnings = new ArrayList<>();

  @BeforeEach
  void copyMusic() throws IOException {
    Files.copy(RECORDING, directory.resolve("long.wav"));
    Files.copy(RECORDING, directory.resolve("short.wav"));
    Files.copy(RECORDING, directory.resolve("silent.wav"));
  }

  private void metadata(String lyrics) throws IOException {
    Files.writeString(
        directory.resolve("metadata.csv"),
        "file,artist,genre,lyrics\n"
            + ("long.wav,Ostinato,folk," + lyrics + "\n")
            + ("short.wav,Ostinato,folk," + (lyrics.isEmpty() ? "\n" : "one two three four five\n"))
            + "silent.wav,Ostinato,folk,\n");
  }

  private AlignmentListener listener() {
    return new AlignmentListener() {
      @Override
      public void warning(String message) {
        warnings.add(message);
      }
    };
  }

  private List<HeadScore> find(ModelSpec spec, int windows) {
    try (Backend backend = GoldenBackends.open(GoldenBackends.names().findFirst().orElseThrow());
        LoadedModel model = new LoadedModel(spec, backend, DType.F32)) {
      AlignmentSettings given = AlignmentSettings.of(directory);
      AlignmentSettings settings =
          new AlignmentSettings(given.directory(), given.metadata(), windows, 7);
      return AlignmentFinder.find(model, settings, listener());
    }
  }

  @Test
  void findsTheHeadThatFollowsALine() throws IOException {
    metadata("na ".repeat(40));
    List<HeadScore> heads = find(withALine(), 5);
    assertEquals(4, heads.size(), heads.toString());
    assertEquals(MADE, heads.get(0).head(), heads.toString());
    assertTrue(heads.get(0).score() > 0.5, heads.toString());
    assertTrue(heads.get(0).correlation() > 0.95, heads.toString());
    assertTrue(heads.get(1).score() < 0.15, heads.toString());
    assertEquals(List.of(), warnings);
  }

  @ParameterizedTest
  @ValueSource(strings = {"prior_1b_lyrics", "prior_5b_lyrics"})
  void noHeadOfARandomModelScoresHigh(String top) throws IOException {
    metadata("na ".repeat(40));
    ModelSpec spec = GoldenRuns.model(top, ".pth.tar");
    List<HeadScore> heads = find(spec, 4);
    PriorConfig config = config(spec);
    assertEquals(top.equals("prior_1b_lyrics") ? 4 : 2, heads.size(), heads.toString());
    for (HeadScore head : heads) {
      AttentionPattern pattern = config.transformer().patterns().get(head.head().layer());
      assertTrue(pattern == AttentionPattern.PRIME || pattern == AttentionPattern.ENCODER);
      assertTrue(head.score() < 0.05, heads.toString());
    }
  }

  @Test
  void saysWhatIsMissing() throws IOException {
    metadata("na ".repeat(40));
    refused(GoldenRuns.model("prior_5b", ".pth.tar"), "attends to no lyrics");
    ModelSpec lyrics = GoldenRuns.model("prior_1b_lyrics", ".pth.tar");
    metadata("");
    refused(lyrics, "none of the 3 songs under " + directory + " has lyrics");
    Files.delete(directory.resolve("metadata.csv"));
    refused(lyrics, "has lyrics");
    metadata("na ".repeat(40));
    Files.writeString(directory.resolve("long.wav"), "no music");
    Files.writeString(directory.resolve("short.wav"), "no music either");
    refused(lyrics, "none of the 2 songs with lyrics that were tried can be used");
    assertEquals(2, warnings.size(), warnings.toString());
    assertTrue(warnings.get(0).contains("long.wav is left out"), warnings.toString());
  }

  private void refused(ModelSpec spec, String words) {
    String message = assertThrows(InvalidInputException.class, () -> find(spec, 2)).getMessage();
    assertTrue(message.contains(words), message);
  }

  @Test
  void canBeStopped() throws IOException {
    metadata("na ".repeat(40));
    ModelSpec spec = GoldenRuns.model("prior_1b_lyrics", ".pth.tar");
    AlignmentListener stopping =
        new AlignmentListener() {
          private int done;

          @Override
          public void progress(int windows, int total) {
            done = windows;
          }

          @Override
          public boolean isCancelled() {
            return done == 2;
          }
        };
    try (Backend backend = GoldenBackends.open("java");
        LoadedModel model = new LoadedModel(spec, backend, DType.F32)) {
      AlignmentSettings settings = AlignmentSettings.of(directory);
      String message =
          assertThrows(
                  CancelledException.class, () -> AlignmentFinder.find(model, settings, stopping))
              .getMessage();
      assertTrue(message.contains("after 2 windows"), message);
    }
  }

  @Test
  void windowsAreSpreadEvenly() {
    List<Integer> ten = List.of(0, 1, 2, 3, 4, 5, 6, 7, 8, 9);
    assertEquals(List.of(5), AlignmentExamples.spread(ten, 1));
    assertEquals(List.of(2, 7), AlignmentExamples.spread(ten, 2));
    assertEquals(List.of(1, 5, 8), AlignmentExamples.spread(ten, 3));
    assertEquals(ten, AlignmentExamples.spread(ten, 12));
  }

  private static PriorConfig config(ModelSpec spec) {
    return PriorConfig.of(spec.priors().get(2).orElseThrow().hps(), VqVaeConfig.of(spec.vqvae()));
  }

  /**
   * A golden single-sequence model whose inputs are positions on an arc alone, which layers below
   * 31 pass on unchanged, and of which head 1 of layer 31 compares the angles: the query of a code
   * is nearest to the key of the character at the same part of the arc.
   */
  private ModelSpec withALine() {
    ModelSpec spec = GoldenRuns.model("prior_1b_lyrics", ".pth.tar");
    PriorConfig config = config(spec);
    Path file = directory.resolve("line.pth.tar");
    try (Checkpoint checkpoint = Checkpoint.open(Golden.file("prior_1b_lyrics.pth.tar"))) {
      Map<String, FileTensor> tensors = new LinkedHashMap<>(checkpoint.tensors());
      tensors.replaceAll(
          (name, tensor) ->
              name.startsWith("prior.x_emb") || name.startsWith("y_emb") || passesOn(name)
                  ? FileTensor.ofFloats(new float[tensor.toFloats().length], tensor.shape())
                  : tensor);
      tensors.put("prior.pos_emb.pos_emb", positions(config));
      String layer = "prior.transformer._attn_mods." + MADE.layer() + ".";
      int width = config.width();
      float[] ones = new float[width];
      Arrays.fill(ones, 1);
      tensors.put(layer + "ln_0.weight", FileTensor.ofFloats(ones, width));
      tensors.put(layer + "ln_0.bias", FileTensor.ofFloats(new float[width], width));
      int state = config.transformer().nState();
      int headDim = state / config.transformer().heads();
      float[] w = tensors.get(layer + "attn.c_attn.w").toFloats();
      float[] b = tensors.get(layer + "attn.c_attn.b").toFloats();
      for (int column : new int[] {MADE.head() * headDim, state + MADE.head() * headDim}) {
        for (int d = 0; d < headDim; d++) {
          b[column + d] = 0;
          for (int i = 0; i < width; i++) {
            w[i * 3 * state + column + d] = 0;
          }
        }
        w[column] = 8;
        w[(width / 2) * 3 * state + column + 1] = 8;
      }
      tensors.put(layer + "attn.c_attn.w", FileTensor.ofFloats(w, width, 3L * state));
      tensors.put(layer + "attn.c_attn.b", FileTensor.ofFloats(b, 3L * state));
      PyTorchWriter.write(file, Map.of("model", new PyOrderedDict(tensors)));
    }
    List<Optional<PriorSpec>> priors = new ArrayList<>(spec.priors());
    priors.set(2, Optional.of(new PriorSpec(priors.get(2).orElseThrow().hps(), Location.of(file))));
    return new ModelSpec(
        "line", spec.vqvae(), spec.vqvaeWeights(), priors, spec.ids(), spec.sampling());
  }

  private static boolean passesOn(String name) {
    return name.startsWith("prior.transformer") && name.contains("c_proj");
  }

  /** Rows of mean 0 and one length: cos, −cos, sin, −sin of the angle, in quarters. */
  private static FileTensor positions(PriorConfig config) {
    int lyrics = config.primeLength();
    int width = config.width();
    float[] rows = new float[(lyrics + config.nCtx()) * width];
    for (int position = 0; position < lyrics + config.nCtx(); position++) {
      double part =
          position < lyrics
              ? position / (double) lyrics
              : (position - lyrics) / (double) config.nCtx();
      double angle = 0.9 * Math.PI * part;
      for (int i = 0; i < width; i++) {
        double value = i < width / 2 ? Math.cos(angle) : Math.sin(angle);
        rows[position * width + i] = (float) (i % (width / 2) < width / 4 ? value : -value);
      }
    }
    return FileTensor.ofFloats(rows, lyrics + config.nCtx(), width);
  }
}
