package dev.jukebox.core.sample;

import dev.jukebox.compute.AttentionPattern;
import dev.jukebox.core.labels.Label;
import dev.jukebox.core.labels.Labeller;
import dev.jukebox.core.labels.WindowLabel;
import dev.jukebox.core.prior.Conditioning;
import dev.jukebox.core.prior.DecodeSession;
import dev.jukebox.core.prior.Prior;
import dev.jukebox.core.prior.PriorConfig;
import dev.jukebox.core.prior.TransformerConfig;
import dev.jukebox.error.InvalidInputException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.OptionalInt;
import java.util.stream.IntStream;

/** Which lyric character is sung when: the attention of one head of the top prior. */
final class LyricAlignment {
  private final Prior prior;
  private final Labeller labeller;
  private final LevelSettings settings;

  LyricAlignment(Prior prior, Labeller labeller, LevelSettings settings) {
    this.prior = prior;
    this.labeller = labeller;
    this.settings = settings;
  }

  /** Whether a model has lyrics and names the layer and head that follow them. */
  static boolean isKnown(PriorConfig config) {
    return config.labels()
        && config.lyrics()
        && layer(config).isPresent()
        && head(config).isPresent();
  }

  private static OptionalInt layer(PriorConfig config) {
    return config.hps().optionalInt("alignment_layer");
  }

  private static OptionalInt head(PriorConfig config) {
    return config.hps().optionalInt("alignment_head");
  }

  /** Refuses a layer that does not attend to lyrics, or a layer or head that is not there. */
  static void check(PriorConfig config) {
    TransformerConfig shape = config.transformer();
    int layer = layer(config).orElseThrow();
    int head = head(config).orElseThrow();
    AttentionPattern wanted =
        config.singleEncDec() ? AttentionPattern.PRIME : AttentionPattern.ENCODER;
    if (layer < 0 || layer >= shape.depth() || shape.patterns().get(layer) != wanted) {
      throw new InvalidInputException(
          "alignment_layer "
              + layer
              + " does not attend to lyrics; those that do are "
              + IntStream.range(0, shape.depth())
                  .filter(i -> shape.patterns().get(i) == wanted)
                  .boxed()
                  .toList());
    }
    if (head < 0 || head >= shape.heads()) {
      throw new InvalidInputException(
          "alignment_head " + head + " is not in [0, " + shape.heads() + ")");
    }
  }

  /**
   * The alignment of one item, [codes of the top level][lyric positions]: how much of the attention
   * of each code lies on the position whose input is the character before. Windows overlap; where
   * they do, the earlier one counts.
   *
   * @param item the codes of the top level
   * @param beforeWindow run before each window; throws to stop
   */
  float[][] align(int[] item, Label label, Runnable beforeWindow) {
    int characters = label.info().fullTokens().length;
    if (characters == 0) {
      return new float[item.length][0];
    }
    PriorConfig config = prior.config();
    int nCtx = config.nCtx();
    int total = Math.max(item.length, nCtx);
    int[] padded = Arrays.copyOf(item, total);
    float[][] alignment = new float[total][characters];
    int hop = (int) (settings.hopFraction() * nCtx);
    List<Integer> starts = new ArrayList<>(Windows.starts(total, nCtx, hop));
    Collections.reverse(starts);
    for (int start : starts) {
      beforeWindow.run();
      WindowLabel window = labeller.yAtStart(label, start, config.rawToTokens());
      int[] indices = window.lyricIndices();
      int[] codes = Arrays.copyOfRange(padded, start, start + nCtx);
      float[] weights = attention(window.y(), codes);
      int rowLength = weights.length / (config.primeLength() + nCtx);
      for (int i = 0; i < nCtx; i++) {
        int row = (config.primeLength() + i) * rowLength;
        for (int token = 0; token < config.nTokens(); token++) {
          int character = indices[token];
          if (character >= 0) {
            alignment[start + i][character] = weights[row + token];
          }
        }
      }
    }
    return Arrays.copyOf(alignment, item.length);
  }

  private float[] attention(long[] y, int[] codes) {
    int layer = layer(prior.config()).orElseThrow();
    int head = head(prior.config()).orElseThrow();
    try (Conditioning conditioning = prior.condition(List.of(y), List.of());
        DecodeSession session = prior.open(conditioning)) {
      return session.attentionWeights(List.of(codes), settings.chunkSize(), layer, head).get(0);
    }
  }
}
