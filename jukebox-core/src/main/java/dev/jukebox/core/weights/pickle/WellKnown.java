package dev.jukebox.core.weights.pickle;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;

/** Calls of Python's own that stand for plain values. */
final class WellKnown {
  private static final List<String> BUILTINS = List.of("builtins", "__builtin__");

  private WellKnown() {}

  /** The value, or the inert call. */
  static Object call(PyObject function, PyTuple arguments) {
    String name = function.name();
    if (function.isA("collections", "OrderedDict")) {
      return orderedDict(arguments);
    }
    if (BUILTINS.contains(function.module()) && (name.equals("set") || name.equals("frozenset"))) {
      LinkedHashSet<Object> set = new LinkedHashSet<>();
      if (arguments.size() == 1 && arguments.get(0) instanceof Collection<?> items) {
        new Containers().add(set, new ArrayList<>(items));
      }
      return set;
    }
    if (function.isA("_codecs", "encode")
        && arguments.size() == 2
        && arguments.get(0) instanceof String text
        && "latin1".equals(arguments.get(1))) {
      return text.getBytes(StandardCharsets.ISO_8859_1);
    }
    if (function.isA("torch", "Size")
        && arguments.size() == 1
        && arguments.get(0) instanceof List<?> extents) {
      return PyTuple.copyOf(extents);
    }
    if (NumpyScalars.isScalar(function)) {
      return NumpyScalars.value(function, arguments);
    }
    return function.called(arguments);
  }

  private static PyOrderedDict orderedDict(PyTuple arguments) {
    PyOrderedDict dict = new PyOrderedDict();
    if (arguments.size() == 1 && arguments.get(0) instanceof List<?> pairs) {
      for (Object pair : pairs) {
        if (!(pair instanceof List<?> entry) || entry.size() != 2) {
          throw PickleStack.damaged();
        }
        new Containers().put(dict, new ArrayList<>(entry));
      }
    }
    return dict;
  }
}
