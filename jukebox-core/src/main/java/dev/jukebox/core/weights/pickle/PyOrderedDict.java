package dev.jukebox.core.weights.pickle;

import java.util.LinkedHashMap;
import java.util.Map;

/** A map that is written as Python's {@code collections.OrderedDict}, and so read. */
public final class PyOrderedDict extends LinkedHashMap<Object, Object> {
  private static final long serialVersionUID = 1L;

  /** An empty one. */
  public PyOrderedDict() {}

  /** One with the entries of a map, in its order. */
  public PyOrderedDict(Map<?, ?> entries) {
    super(entries);
  }
}
