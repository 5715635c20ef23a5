package dev.jukebox.core.weights.pickle;

import java.math.BigInteger;
import java.util.Collection;
import java.util.List;
import java.util.Map;

/** Additions to values of the kinds that grow after they were made. */
final class Containers {
  private static final int MAX_TUPLE_KEYS = 10_000;
  private int tupleKeys;

  void append(Object target, List<Object> items) {
    if (target instanceof PyObject object) {
      items.forEach(object::append);
    } else if (target instanceof List && !(target instanceof PyTuple)) {
      collection(target).addAll(items);
    } else {
      throw PickleStack.damaged();
    }
  }

  void add(Object target, List<Object> items) {
    if (target instanceof PyObject object) {
      items.forEach(object::append);
    } else if (target instanceof java.util.Set) {
      items.forEach(this::checkKey);
      collection(target).addAll(items);
    } else {
      throw PickleStack.damaged();
    }
  }

  void put(Object target, List<Object> keysAndValues) {
    if (keysAndValues.size() % 2 != 0) {
      throw PickleStack.damaged();
    }
    for (int i = 0; i < keysAndValues.size(); i += 2) {
      Object key = keysAndValues.get(i);
      Object value = keysAndValues.get(i + 1);
      checkKey(key);
      if (target instanceof PyObject object) {
        object.put(key, value);
      } else if (target instanceof Map) {
        map(target).put(key, value);
      } else {
        throw PickleStack.damaged();
      }
    }
  }

  /** Keys are hashed and compared: only values for which that is quick and ends are let in. */
  private void checkKey(Object key) {
    boolean known =
        key instanceof PyTuple tuple
            ? ++tupleKeys <= MAX_TUPLE_KEYS && tuple.stream().allMatch(Containers::isScalar)
            : isScalar(key);
    if (!known) {
      throw new PickleFormatException("has a dict with keys we do not read");
    }
  }

  private static boolean isScalar(Object key) {
    return key instanceof String
        || key instanceof Long
        || key instanceof Double
        || key instanceof Boolean
        || key instanceof BigInteger
        || key instanceof None
        || key instanceof PyObject;
  }

  @SuppressWarnings("unchecked")
  private static Collection<Object> collection(Object target) {
    return (Collection<Object>) target;
  }

  @SuppressWarnings("unchecked")
  private static Map<Object, Object> map(Object target) {
    return (Map<Object, Object>) target;
  }
}
