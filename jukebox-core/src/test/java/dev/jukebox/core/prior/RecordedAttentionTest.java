package dev.jukebox.core.prior;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jukebox.compute.Backend;
import dev.jukebox.compute.DType;
import dev.jukebox.core.golden.GoldenBackends;
import dev.jukebox.error.InvalidInputException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Heads recorded in one pass have the attention that each has in a pass of its own. */
class RecordedAttentionTest {

  static Stream<String> backends() {
    return GoldenBackends.names();
  }

  @ParameterizedTest
  @MethodSource("backends")
  void onePassGivesWhatManyGive(String name) {
    for (int order : new int[] {8, 12}) {
      TinyPrior tiny =
          TinyPriors.all().stream()
              .filter(each -> each.config().hps().intOf("attn_order") == order)
              .findFirst()
              .orElseThrow();
      List<AttentionHead> heads = heads(tiny.config().transformer());
      assertTrue(heads.size() >= 4, heads.toString());
      compare(tiny, heads.subList(0, 4), name);
    }
  }

  private static List<AttentionHead> heads(TransformerConfig shape) {
    List<AttentionHead> heads = new ArrayList<>();
    for (int layer = 0; layer < shape.depth(); layer++) {
      for (int head = 0; shape.attendsToLyrics(layer) && head < shape.heads(); head++) {
        heads.add(new AttentionHead(layer, head));
      }
    }
    return heads;
  }

  private static void compare(TinyPrior tiny, List<AttentionHead> heads, String name) {
    try (Backend backend = GoldenBackends.open(name);
        Prior prior = tiny.load(backend, DType.F32);
        Conditioning conditioning = tiny.condition(prior)) {
      Map<AttentionHead, List<float[]>> recorded = new HashMap<>();
      for (AttentionHead head : heads) {
        try (DecodeSession session = prior.open(conditioning)) {
          recorded.put(head, session.attentionWeights(tiny.codes(), 5, head.layer(), head.head()));
        }
      }
      Map<AttentionHead, Integer> seen = new HashMap<>();
      try (DecodeSession session = prior.open(conditioning)) {
        session.recordAttention(
            tiny.codes(),
            5,
            heads,
            (head, item, start, weights) -> {
              float[] all = recorded.get(head).get(item);
              int slots = tiny.config().transformer().attention(head.layer()).cacheSlots();
              float[] own = new float[weights.length];
              System.arraycopy(all, start * slots, own, 0, own.length);
              assertArrayEquals(own, weights, tiny + " " + head);
              seen.merge(head, weights.length, Integer::sum);
            });
      }
      for (AttentionHead head : heads) {
        int length = recorded.get(head).stream().mapToInt(item -> item.length).sum();
        assertEquals(length, seen.get(head), tiny + " " + head);
      }
      assertThrows(
          InvalidInputException.class,
          () -> {
            try (DecodeSession session = prior.open(conditioning)) {
              session.recordAttention(
                  tiny.codes(), 5, List.of(new AttentionHead(0, 0)), (h, i, s, w) -> {});
            }
          });
    }
  }
}
