package dev.jukebox.core.weights.pickle;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The stack, the marks in it and the memo of the machine. */
final class PickleStack {
  private static final int MAX_MARKS = 1000;

  private final List<Object> values = new ArrayList<>();
  private final List<Integer> marks = new ArrayList<>();
  private final Map<Long, Object> memo = new HashMap<>();

  void push(Object value) {
    values.add(value);
  }

  Object pop() {
    if (values.size() <= floor()) {
      throw damaged();
    }
    return values.remove(values.size() - 1);
  }

  Object top() {
    if (values.size() <= floor()) {
      throw damaged();
    }
    return values.get(values.size() - 1);
  }

  void mark() {
    if (marks.size() == MAX_MARKS) {
      throw new PickleFormatException("nests values too deeply");
    }
    marks.add(values.size());
  }

  /** Takes the values above the last mark, and the mark. */
  List<Object> popToMark() {
    if (marks.isEmpty()) {
      throw damaged();
    }
    List<Object> above = values.subList(marks.remove(marks.size() - 1), values.size());
    List<Object> copy = new ArrayList<>(above);
    above.clear();
    return copy;
  }

  /** Drops the top value or, if there is none above the last mark, the mark. */
  void drop() {
    if (!marks.isEmpty() && marks.get(marks.size() - 1) == values.size()) {
      marks.remove(marks.size() - 1);
    } else {
      pop();
    }
  }

  void memoize() {
    memo.put((long) memo.size(), top());
  }

  void put(long index) {
    memo.put(index, top());
  }

  Object get(long index) {
    Object value = memo.get(index);
    if (value == null) {
      throw damaged();
    }
    return value;
  }

  private int floor() {
    return marks.isEmpty() ? 0 : marks.get(marks.size() - 1);
  }

  static PickleFormatException damaged() {
    return new PickleFormatException("is damaged (its object description makes no sense)");
  }
}
