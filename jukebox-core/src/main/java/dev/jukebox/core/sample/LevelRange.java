package dev.jukebox.core.sample;

import dev.jukebox.core.runtime.LoadedModel;
import dev.jukebox.error.InvalidInputException;
import java.util.List;

/**
 * The levels that a run writes: from the first one down as far as the model has priors.
 *
 * <pre>{@code
 * LevelRange levels = LevelRange.sampling(model); // 2 down to 0 of a whole model
 * }</pre>
 *
 * @param first the level that is written first, the highest
 * @param last the level that is written last, the lowest
 */
public record LevelRange(int first, int last) {

  /** Number of levels. */
  public int count() {
    return first - last + 1;
  }

  /** Whether a level is written. */
  public boolean contains(int level) {
    return level >= last && level <= first;
  }

  /**
   * The levels of a run that begins with the top level.
   *
   * @throws InvalidInputException if the top level has no prior, with what can be done
   */
  public static LevelRange sampling(LoadedModel model) {
    int top = top(model);
    requireAny(model);
    if (!model.hasPrior(top)) {
      List<Integer> levels = model.spec().priorLevels();
      int highest = levels.get(levels.size() - 1);
      throw new InvalidInputException(
          "model "
              + name(model)
              + " has no prior of level "
              + top
              + ", with which sampling begins: train one and name it in priors["
              + top
              + "] of the model.json, or draw level "
              + highest
              + " from codes of level "
              + (highest + 1)
              + " with mode upsample");
    }
    return from(model, top);
  }

  /**
   * The levels of a run that begins below the codes that it is given: with the highest level below
   * the top that has a prior.
   *
   * @throws InvalidInputException if no level below the top has a prior, with what can be done
   */
  public static LevelRange upsampling(LoadedModel model) {
    int top = top(model);
    if (top == 0) {
      throw new InvalidInputException("a model of one level has nothing to upsample");
    }
    requireAny(model);
    for (int level = top - 1; level >= 0; level--) {
      if (model.hasPrior(level)) {
        return from(model, level);
      }
    }
    throw new InvalidInputException(
        "model "
            + name(model)
            + " has no prior below level "
            + top
            + " to upsample with: train one of level "
            + (top - 1)
            + " and name it in priors["
            + (top - 1)
            + "] of the model.json, or use another mode");
  }

  /** The levels from one that has a prior down to the last one above a missing prior. */
  static LevelRange from(LoadedModel model, int first) {
    int last = first;
    while (last > 0 && model.hasPrior(last - 1)) {
      last--;
    }
    return new LevelRange(first, last);
  }

  private static void requireAny(LoadedModel model) {
    if (model.spec().priorLevels().isEmpty()) {
      throw new InvalidInputException(
          "model "
              + name(model)
              + " has no prior yet, so it can encode and decode but not sample: train one, and name"
              + " it in priors of the model.json");
    }
  }

  private static int top(LoadedModel model) {
    return model.vqvae().config().levels() - 1;
  }

  private static String name(LoadedModel model) {
    return model.spec().name();
  }
}
