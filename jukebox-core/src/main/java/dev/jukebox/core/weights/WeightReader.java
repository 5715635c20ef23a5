package dev.jukebox.core.weights;

import dev.jukebox.core.weights.store.FileTensor;
import dev.jukebox.error.CheckpointException;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;

/**
 * Hands the tensors of a checkpoint to the builder of a model, one by one, and makes sure that they
 * fit and that none is left.
 *
 * <pre>{@code
 * WeightReader reader = new WeightReader(source);
 * FileTensor weight = reader.take("decoders.0.out.weight", 1, 64, 3);
 * FileTensor bias = reader.take("decoders.0.out.bias", 1);
 * reader.finish();
 * }</pre>
 */
public final class WeightReader {
  private static final int MAX_LISTED = 3;

  private final WeightSource source;
  private final Set<String> left;

  /** A reader to which nothing was handed over yet. */
  public WeightReader(WeightSource source) {
    this.source = source;
    this.left = new LinkedHashSet<>(source.names());
  }

  /** Where the tensors come from, for messages. */
  public String description() {
    return source.description();
  }

  /** Whether the checkpoint has a tensor of this name. */
  public boolean has(String name) {
    return source.names().contains(OriginalNames.canonical(name));
  }

  /**
   * The floating-point tensor of this name.
   *
   * @param name the original name
   * @param expectedShape the extents it must have, outermost first
   * @throws CheckpointException if it is missing, has another shape or holds integers
   */
  public FileTensor take(String name, long... expectedShape) {
    FileTensor tensor = source.get(name);
    if (!Arrays.equals(tensor.shape(), expectedShape)) {
      throw new CheckpointException(
          "%s: tensor '%s' has shape %s, %s was expected: the checkpoint may be of another model"
              .formatted(
                  source.description(),
                  name,
                  Arrays.toString(tensor.shape()),
                  Arrays.toString(expectedShape)));
    }
    if (!tensor.type().isFloating()) {
      throw new CheckpointException(
          "%s: tensor '%s' holds %s, floating-point numbers were expected"
              .formatted(source.description(), name, tensor.type().torchName()));
    }
    ignore(name);
    return tensor;
  }

  /**
   * The tensor of a name whose value is tied to another's: either, where a file keeps only one, and
   * both are taken.
   *
   * @throws CheckpointException if both are missing, or as {@link #take} does
   */
  public FileTensor takeTied(String name, String twin, long... expectedShape) {
    FileTensor tensor = take(has(name) || !has(twin) ? name : twin, expectedShape);
    ignore(twin);
    return tensor;
  }

  /** Allows a tensor to be left, whether it is there or not. */
  public void ignore(String name) {
    left.remove(OriginalNames.canonical(name));
  }

  /** Allows all tensors whose names pass to be left. */
  public void allowUnused(Predicate<String> names) {
    left.removeIf(names);
  }

  /**
   * Makes sure that nothing was left over.
   *
   * @throws CheckpointException if tensors were neither taken nor allowed to be left
   */
  public void finish() {
    if (!left.isEmpty()) {
      List<String> first = left.stream().limit(MAX_LISTED).map(name -> "'" + name + "'").toList();
      throw new CheckpointException(
          "%s has %d tensors the model has no place for, such as %s: it may be of another model"
              .formatted(source.description(), left.size(), String.join(", ", first)));
    }
  }
}
