package dev.jukebox.core.weights.pickle;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A Python class, function or instance that has no meaning here: its name and what was stored with
 * it, as plain values. Nothing is ever looked up by that name.
 */
public final class PyObject {
  private final String module;
  private final String name;
  private final Optional<PyTuple> arguments;
  private final List<Object> items = new ArrayList<>();
  private final Map<Object, Object> entries = new LinkedHashMap<>();
  private Object state = None.NONE;

  PyObject(String module, String name, Optional<PyTuple> arguments) {
    this.module = module;
    this.name = name;
    this.arguments = arguments;
  }

  /** The module of the class or function. */
  public String module() {
    return module;
  }

  /** The name of the class or function within its module. */
  public String name() {
    return name;
  }

  /** What it was called with; empty for the class or function itself. */
  public Optional<PyTuple> arguments() {
    return arguments;
  }

  /** The state of the instance, usually a map of its attributes; {@link None} if it has none. */
  public Object state() {
    return state;
  }

  /** Values appended to it, if it is some kind of list or set. */
  public List<Object> items() {
    return Collections.unmodifiableList(items);
  }

  /** Entries put into it, if it is some kind of dict. */
  public Map<Object, Object> entries() {
    return Collections.unmodifiableMap(entries);
  }

  /** Whether this is {@code module.name}, called or not. */
  public boolean isA(String module, String name) {
    return this.module.equals(module) && this.name.equals(name);
  }

  /** The inert value of a call of this class or function; nothing is called. */
  public PyObject called(PyTuple with) {
    return new PyObject(module, name, Optional.of(with));
  }

  void setState(Object state) {
    this.state = state;
  }

  void append(Object item) {
    items.add(item);
  }

  void put(Object key, Object value) {
    entries.put(key, value);
  }

  /** The qualified name. */
  @Override
  public String toString() {
    return module + "." + name;
  }
}
