package dev.jukebox.core.hparams;

import dev.jukebox.error.InvalidInputException;
import java.util.Arrays;

/**
 * Which attention pattern each layer of a transformer has: the cycles of the hyperparameter {@code
 * attn_order}.
 *
 * <p>Patterns: 0 dense, 1 block, 2 transpose block, 3 previous block, 4 summary, 5 summary spread,
 * 6 lyrics encoder, 7 prime (the first positions).
 */
public final class AttnOrder {

  /** The number of orders; they are 0 to 12. */
  public static final int COUNT = 13;

  private AttnOrder() {}

  /**
   * The attn_func of each layer.
   *
   * @param order 0 to 12
   * @param depth number of layers
   * @return {@code depth} numbers of 0 to 7
   * @throws InvalidInputException for another order
   */
  public static int[] attnFuncs(int order, int depth) {
    requireKnown("attn_order", order);
    int[] funcs = new int[depth];
    for (int layer = 0; layer < depth; layer++) {
      funcs[layer] = attnFunc(order, layer);
    }
    return funcs;
  }

  /** Whether any layer needs the number of blocks. */
  public static boolean needsBlocks(int order) {
    return order != 0;
  }

  /** Whether any of the layers has this attn_func. */
  public static boolean uses(int attnFunc, int order, int depth) {
    return Arrays.stream(attnFuncs(order, depth)).anyMatch(func -> func == attnFunc);
  }

  static void requireKnown(String name, int order) {
    if (order < 0 || order >= COUNT) {
      throw new InvalidInputException(
          "Hyperparameter " + name + " is " + order + " where 0 to " + (COUNT - 1) + " is needed");
    }
  }

  private static int attnFunc(int order, int layer) {
    int rowColumnPrevious = 1 + layer % 3;
    boolean sixteenth = layer % 16 == 15;
    return switch (order) {
      case 0 -> 0;
      case 1 -> 1 + layer % 2;
      case 2 -> rowColumnPrevious;
      case 3 -> layer % 2 == 0 ? 1 : 4;
      case 4 -> layer % 2 == 0 ? 1 : 5;
      case 5 -> layer % 4 == 1 ? 4 : 1;
      case 6 -> layer % 4 == 3 ? 6 : 1 + layer % 4;
      case 7 -> sixteenth ? 6 : 1 + layer % 16 % 3;
      case 8 -> tenthOnLyrics(layer % 10);
      case 9 -> layer % 4 == 3 ? 0 : 1 + layer % 4;
      case 10 -> layer % 79 < 9 ? 1 + layer % 79 % 3 : tenthOnLyrics((layer % 79 - 9) % 10);
      case 11 -> sixteenth ? (layer % 3 == 2 ? 0 : 6) : rowColumnPrevious;
      case 12 -> sixteenth ? (layer % 3 == 2 ? 0 : 7) : rowColumnPrevious;
      default -> throw new IllegalArgumentException("attn_order " + order);
    };
  }

  private static int tenthOnLyrics(int place) {
    return place == 9 ? 6 : 1 + place % 3;
  }
}
