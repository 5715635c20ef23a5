package dev.jukebox.core.weights.pickle;

import java.util.AbstractList;
import java.util.List;
import java.util.RandomAccess;

/** A Python tuple: a list that cannot be changed and is written as a tuple. */
public final class PyTuple extends AbstractList<Object> implements RandomAccess {
  private final Object[] items;

  private PyTuple(Object[] items) {
    this.items = items;
  }

  /** A tuple of these values. */
  public static PyTuple of(Object... items) {
    return new PyTuple(items.clone());
  }

  /** A tuple of a list's values. */
  public static PyTuple copyOf(List<?> items) {
    return new PyTuple(items.toArray());
  }

  @Override
  public Object get(int index) {
    return items[index];
  }

  @Override
  public int size() {
    return items.length;
  }
}
