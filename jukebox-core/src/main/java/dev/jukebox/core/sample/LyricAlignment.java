package dev.jukebox.core.sample;

import dev.jukebox.core.labels.Label;
import dev.jukebox.core.labels.Labeller;
import dev.jukebox.core.labels.WindowLabel;
import dev.jukebox.core.prior.Conditioning;
import dev.jukebox.core.prior.DecodeSession;
import dev.jukebox.core.prior.Prior;
import dev.jukebox.core.prior.PriorConfig;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.OptionalInt;

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

  /**
   * The alignment of each item, [codes of the top level][lyric characters]. Windows overlap; where
   * they do, the earlier one counts.
   */
  List<float[][]> align(Codes codes, List<Label> labels) {
    List<float[][]> alignments = new ArrayList<>();
    for (int item = 0; item < codes.items(); item++) {
      alignments.add(align(codes.item(prior.config().level(), item), labels.get(item)));
    }
    return alignments;
  }

  private float[][] align(int[] item, Label label) {
    PriorConfig config = prior.config();
    int nCtx = config.nCtx();
    int total = Math.max(item.length, nCtx);
    int[] padded = Arrays.copyOf(item, total);
    int characters = label.info().fullTokens().length;
    float[][] alignment = new float[total][characters];
    int hop = Math.max(1, (int) (settings.hopFraction() * nCtx));
    List<Integer> starts = new ArrayList<>(Windows.starts(total, nCtx, hop));
    Collections.reverse(starts);
    for (int start : starts) {
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
