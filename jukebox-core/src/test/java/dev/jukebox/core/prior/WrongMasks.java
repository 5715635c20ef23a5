package dev.jukebox.core.prior;

import java.util.Arrays;
import java.util.List;

/** Masks with one mistake, of the kind that an implementation could make. */
record WrongMasks(OracleTransformer.Masks right, PriorConfig config, Mistake mistake)
    implements OracleTransformer.Masks {

  /** The mistakes, by the attention function that they are made in. */
  enum Mistake {
    NOT_ITSELF(0),
    BLOCK_SEES_BLOCK_BEFORE(1),
    COLUMN_WITHOUT_FIRST_BLOCK(2),
    PREVIOUS_BLOCK_SEES_OWN_IN_FIRST(3),
    PREVIOUS_BLOCK_WITHOUT_ITS_LAST(3),
    SUMMARY_WITHOUT_ZERO_KEY(4),
    SUMMARY_NOT_OF_OWN_BLOCK(4),
    SUMMARY_OF_LAST_BLOCK(4),
    ENCODER_WITHOUT_LAST(6),
    PRIME_IS_NOT_ROUNDED_UP(7);

    private final int attnFunc;

    Mistake(int attnFunc) {
      this.attnFunc = attnFunc;
    }
  }

  static List<Mistake> of(int attnFunc) {
    return Arrays.stream(Mistake.values()).filter(mistake -> mistake.attnFunc == attnFunc).toList();
  }

  @Override
  public boolean sees(int attnFunc, int query, int key) {
    boolean seen = right.sees(attnFunc, query, key);
    if (attnFunc != mistake.attnFunc) {
      return seen;
    }
    int blocks = config.transformer().blocks();
    int block = config.transformer().nCtx() / blocks;
    return switch (mistake) {
      case NOT_ITSELF -> seen && (key != query || query == 0);
      case BLOCK_SEES_BLOCK_BEFORE -> seen || key / block == query / block - 1;
      case COLUMN_WITHOUT_FIRST_BLOCK -> seen && (key >= block || query < block);
      case PREVIOUS_BLOCK_SEES_OWN_IN_FIRST -> seen || (query < block && key <= query);
      case PREVIOUS_BLOCK_WITHOUT_ITS_LAST -> seen && key % block != block - 1;
      case SUMMARY_WITHOUT_ZERO_KEY -> seen;
      case SUMMARY_NOT_OF_OWN_BLOCK -> seen && key / block < query / block;
      case SUMMARY_OF_LAST_BLOCK ->
          seen || (key == query && key == config.transformer().nCtx() - 1);
      case ENCODER_WITHOUT_LAST -> seen && key < config.nTokens() - 1;
      case PRIME_IS_NOT_ROUNDED_UP -> seen && key < config.nTokens();
    };
  }

  @Override
  public int zeroKeys(int attnFunc, int query) {
    boolean none =
        switch (mistake) {
          case SUMMARY_WITHOUT_ZERO_KEY ->
              attnFunc == 4 && query >= config.transformer().nCtx() / config.transformer().blocks();
          case PREVIOUS_BLOCK_SEES_OWN_IN_FIRST -> attnFunc == 3;
          default -> false;
        };
    return none ? 0 : right.zeroKeys(attnFunc, query);
  }
}
