package dev.jukebox.core.sample;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jukebox.compute.Backend;
import dev.jukebox.compute.DType;
import dev.jukebox.core.golden.Golden;
import dev.jukebox.core.golden.GoldenBackends;
import dev.jukebox.core.golden.GoldenModels;
import dev.jukebox.core.golden.GoldenRuns;
import dev.jukebox.core.labels.Metadata;
import dev.jukebox.core.prior.Conditioning;
import dev.jukebox.core.prior.DecodeSession;
import dev.jukebox.core.prior.Prior;
import dev.jukebox.core.prior.PriorConfig;
import dev.jukebox.core.runtime.LoadedModel;
import dev.jukebox.error.InvalidInputException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Bits per code of whole songs against softmaxes of the logits of each window, in double. */
class LikelihoodTest {
  private static final double TOLERANCE = 1e-5;

  static List<String> tops() {
    return GoldenRuns.tops();
  }

  @ParameterizedTest
  @MethodSource("tops")
  void everyCodeCountsOnce(String top) {
    try (Backend backend = GoldenBackends.open("auto");
        LoadedModel model =
            new LoadedModel(GoldenRuns.model(top, ".pth.tar"), backend, DType.F32)) {
      Codes all = codes(top);
      for (int level = 0; level < all.levels(); level++) {
        List<Metadata> songs = GoldenRuns.metas(top, level);
        PriorConfig config = model.priorConfig(level);
        int whole = all.length(level);
        assertTrue(whole > config.nCtx(), "one window shows little");
        int down = config.isTop() ? 1 : config.condDownsample();
        for (int length : new int[] {config.nCtx(), config.nCtx() + down, whole}) {
          Codes cut = all.truncate(lengths(all, level, length));
          assertEquals(
              naive(model, cut, songs, level),
              new Likelihood(model, 13).bitsPerCode(cut, songs, level),
              TOLERANCE * 20,
              top + " level " + level + " length " + length);
        }
      }
    }
  }

  @Test
  void refusesWhatDoesNotFitInOneSentence() {
    String top = tops().get(0);
    try (Backend backend = GoldenBackends.open("auto");
        LoadedModel model =
            new LoadedModel(GoldenRuns.model(top, ".pth.tar"), backend, DType.F32)) {
      Likelihood likelihood = new Likelihood(model, 16);
      Codes codes = codes(top);
      List<Metadata> songs = GoldenRuns.metas(top, 0);
      Codes empty = Codes.empty(codes.levels(), songs.size());
      Codes noAbove = codes.truncate(lengths(codes, 0, codes.length(0)).stream().toList());
      assertRefused(() -> likelihood.bitsPerCode(codes, songs.subList(0, 1), 0), "songs");
      assertRefused(() -> likelihood.bitsPerCode(empty, songs, codes.levels() - 1), "has none");
      assertRefused(
          () -> likelihood.bitsPerCode(noAbove.truncate(List.of(64, 0, 0)), songs, 0), "above");
      assertRefused(
          () -> likelihood.bitsPerCode(codes.truncate(List.of(4, 1, 1)), songs, 0), "at least");
      List<List<int[]>> wrong = new ArrayList<>();
      for (int level = 0; level < codes.levels(); level++) {
        wrong.add(
            List.of(new int[] {1 << 20}, new int[] {0}).subList(0, Math.min(2, songs.size())));
      }
      assertRefused(
          () -> likelihood.bitsPerCode(Codes.of(wrong), songs, codes.levels() - 1),
          "another model");
    }
  }

  private static void assertRefused(Runnable call, String word) {
    String message = assertThrows(InvalidInputException.class, call::run).getMessage();
    assertTrue(message.contains(word), message);
  }

  /** The same from whole windows of logits, with every code but the last window's counted once. */
  private static double naive(LoadedModel model, Codes codes, List<Metadata> songs, int level) {
    Prior prior = model.prior(level, 1, 64);
    PriorConfig config = prior.config();
    int window = config.nCtx();
    int length = codes.length(level);
    int shift = config.singleEncDec() ? config.nVocab() : 0;
    double sum = 0;
    for (int item = 0; item < codes.items(); item++) {
      for (int place = 0; place < length; place++) {
        int start = Math.min(place / window * window, length - window);
        long[] y =
            model
                .labeller(level)
                .yAtStart(model.labeller(level).label(songs.get(item)), start, config.rawToTokens())
                .y();
        if (place > 0 && place % window != 0) {
          continue;
        }
        int[] own = Arrays.copyOfRange(codes.item(level, item), start, start + window);
        float[] logits = logits(prior, y, own, above(config, codes, item, start));
        int bins = logits.length / (config.primeLength() + window);
        for (int i = place - start; i < window; i++) {
          int row = (config.primeLength() + i) * bins;
          double total = 0;
          for (int k = 0; k < bins; k++) {
            total += Math.exp((double) logits[row + k] - logits[row + own[i] + shift]);
          }
          sum += Math.log(total) / Math.log(2);
        }
      }
    }
    return sum / ((double) codes.items() * length);
  }

  private static float[] logits(Prior prior, long[] y, int[] own, List<int[]> above) {
    try (Conditioning conditioning = prior.condition(List.of(y), above);
        DecodeSession session = prior.open(conditioning)) {
      return session.logits(List.of(own), 64).get(0);
    }
  }

  private static List<int[]> above(PriorConfig config, Codes codes, int item, int start) {
    if (config.isTop()) {
      return List.of();
    }
    int from = start / config.condDownsample();
    int to = (start + config.nCtx()) / config.condDownsample();
    return List.of(Arrays.copyOfRange(codes.item(config.level() + 1, item), from, to));
  }

  /** Level {@code level} cut to a length, the level above as it is, the others empty. */
  private static List<Integer> lengths(Codes codes, int level, int length) {
    List<Integer> lengths = new ArrayList<>();
    for (int i = 0; i < codes.levels(); i++) {
      lengths.add(i == level ? length : i == level + 1 ? codes.length(i) : 0);
    }
    return lengths;
  }

  private static Codes codes(String top) {
    List<List<int[]>> levels = new ArrayList<>();
    Golden.npz("sample_" + top + ".npz").keySet().stream()
        .filter(name -> name.matches("z\\d"))
        .sorted()
        .forEach(
            name -> levels.add(GoldenModels.rows(Golden.npz("sample_" + top + ".npz").get(name))));
    return Codes.of(levels);
  }
}
