package dev.jukebox.core.weights.pickle;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;

/**
 * Refuses values that a recursive visitor could not walk: cycles, deep nesting, and shared parts
 * that would unfold without end.
 */
final class TreeCheck {
  private static final int MAX_DEPTH = 200;
  private static final long MAX_UNFOLDED = 50_000_000;

  /** Values each part unfolds to; 0 while it is being walked. */
  private final IdentityHashMap<Object, Long> unfolded = new IdentityHashMap<>();

  private final IdentityHashMap<Object, Integer> height = new IdentityHashMap<>();
  private final Deque<Visit> path = new ArrayDeque<>();

  private static final class Visit {
    final Object node;
    final Iterator<?> children;
    long count = 1;
    int height = 1;

    Visit(Object node) {
      this.node = node;
      this.children = children(node).iterator();
    }
  }

  static void check(Object root) {
    new TreeCheck().walk(root);
  }

  private void walk(Object root) {
    enter(root);
    while (!path.isEmpty()) {
      Visit visit = path.peek();
      if (visit.children.hasNext()) {
        Object child = visit.children.next();
        if (unfolded.containsKey(child)) {
          absorb(visit, child);
        } else if (isContainer(child)) {
          enter(child);
        } else {
          visit.count++;
        }
      } else {
        path.pop();
        unfolded.put(visit.node, visit.count);
        height.put(visit.node, visit.height);
        if (!path.isEmpty()) {
          absorb(path.peek(), visit.node);
        }
      }
    }
  }

  private void enter(Object node) {
    if (path.size() >= MAX_DEPTH) {
      throw new PickleFormatException("nests values too deeply");
    }
    unfolded.put(node, 0L);
    path.push(new Visit(node));
  }

  private void absorb(Visit visit, Object child) {
    long count = unfolded.get(child);
    if (count == 0) {
      throw new PickleFormatException("has a value that contains itself");
    }
    visit.count += count;
    visit.height = Math.max(visit.height, height.get(child) + 1);
    if (visit.count > MAX_UNFOLDED || visit.height > MAX_DEPTH) {
      throw new PickleFormatException("nests values too deeply");
    }
  }

  private static boolean isContainer(Object value) {
    return value instanceof Collection || value instanceof Map || value instanceof PyObject;
  }

  /** Keys of maps are scalars or tuples of them and need no walk. */
  private static Collection<?> children(Object node) {
    if (node instanceof Map<?, ?> map) {
      return map.values();
    }
    if (node instanceof Collection<?> collection) {
      return collection;
    }
    if (node instanceof PyObject object) {
      List<Object> parts = new ArrayList<>(object.items());
      parts.addAll(object.entries().values());
      parts.add(object.state());
      object.arguments().ifPresent(parts::add);
      return parts;
    }
    return List.of();
  }
}
