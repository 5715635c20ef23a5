package dev.jukebox.core.weights.pickle;

import dev.jukebox.core.weights.store.ByteSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;

/**
 * Reads one pickle into plain values: Map (insertion order), List, {@link PyTuple}, Set, String,
 * Long or BigInteger, Double, Boolean, byte[], {@link None}, {@link PyObject}, and whatever the
 * handler returns.
 *
 * <p>A stack machine over a fixed list of opcodes. Classes and functions stay names; memory and
 * time are bounded by the pickle's length.
 */
public final class PickleReader {
  /** The most bytes one pickle may have. */
  private static final int MAX_BYTES = 1 << 26;

  private static final int MAX_STEPS = 10_000_000;

  private final PickleInput in;
  private final PickleHandler handler;
  private final PickleStack stack = new PickleStack();
  private final Containers containers = new Containers();

  private PickleReader(PickleInput in, PickleHandler handler) {
    this.in = in;
    this.handler = handler;
  }

  /**
   * A value and where its pickle ends.
   *
   * @param value the value
   * @param end the first byte after the pickle
   */
  public record Result(Object value, long end) {}

  /**
   * Reads the pickle that begins at {@code start}.
   *
   * @throws PickleFormatException if it is damaged, too large, cyclic or nested too deeply
   */
  public static Result read(ByteSource source, long start, PickleHandler handler) {
    PickleReader reader = new PickleReader(new PickleInput(source, start, MAX_BYTES), handler);
    Object value = reader.run();
    TreeCheck.check(value);
    return new Result(value, start + reader.in.position());
  }

  private Object run() {
    for (int step = 0; step < MAX_STEPS; step++) {
      int op = in.u8();
      if (op == Op.STOP) {
        return stack.pop();
      }
      if (!scalar(op) && !container(op) && !memo(op) && !object(op)) {
        throw new PickleFormatException(
            "is damaged or uses a pickle feature we do not read (opcode 0x%02x)".formatted(op));
      }
    }
    throw new PickleFormatException("has an object description larger than we read");
  }

  private boolean scalar(int op) {
    switch (op) {
      case Op.NONE -> stack.push(None.NONE);
      case Op.NEWTRUE -> stack.push(true);
      case Op.NEWFALSE -> stack.push(false);
      case Op.BININT -> stack.push((long) in.i32());
      case Op.BININT1 -> stack.push((long) in.u8());
      case Op.BININT2 -> stack.push((long) in.u16());
      case Op.INT -> stack.push(Numbers.intLine(in.line()));
      case Op.LONG -> stack.push(Numbers.longLine(in.line()));
      case Op.LONG1 -> stack.push(Numbers.ofLittleEndian(in.bytes(in.u8())));
      case Op.LONG4 -> stack.push(Numbers.ofLittleEndian(in.bytes(Numbers.checkLength(in.i32()))));
      case Op.FLOAT -> stack.push(Numbers.floatLine(in.line()));
      case Op.BINFLOAT -> stack.push(in.f64());
      case Op.STRING -> stack.push(Numbers.quoted(in.line()));
      case Op.UNICODE -> stack.push(Numbers.rawUnicode(in.line()));
      case Op.BINSTRING, Op.BINUNICODE -> stack.push(in.text(in.u32()));
      case Op.SHORT_BINSTRING, Op.SHORT_BINUNICODE -> stack.push(in.text(in.u8()));
      case Op.BINUNICODE8 -> stack.push(in.text(in.i64()));
      case Op.BINBYTES -> stack.push(in.bytes(in.u32()));
      case Op.SHORT_BINBYTES -> stack.push(in.bytes(in.u8()));
      case Op.BINBYTES8, Op.BYTEARRAY8 -> stack.push(in.bytes(in.i64()));
      default -> {
        return false;
      }
    }
    return true;
  }

  private boolean container(int op) {
    switch (op) {
      case Op.MARK -> stack.mark();
      case Op.EMPTY_TUPLE -> stack.push(PyTuple.of());
      case Op.TUPLE -> stack.push(PyTuple.copyOf(stack.popToMark()));
      case Op.TUPLE1 -> stack.push(PyTuple.copyOf(popLast(1)));
      case Op.TUPLE2 -> stack.push(PyTuple.copyOf(popLast(2)));
      case Op.TUPLE3 -> stack.push(PyTuple.copyOf(popLast(3)));
      case Op.EMPTY_LIST -> stack.push(new ArrayList<>());
      case Op.LIST -> stack.push(stack.popToMark());
      case Op.EMPTY_DICT -> stack.push(new LinkedHashMap<>());
      case Op.DICT -> {
        List<Object> items = stack.popToMark();
        stack.push(new LinkedHashMap<>());
        containers.put(stack.top(), items);
      }
      case Op.EMPTY_SET -> stack.push(new LinkedHashSet<>());
      case Op.FROZENSET -> {
        List<Object> items = stack.popToMark();
        stack.push(new LinkedHashSet<>());
        containers.add(stack.top(), items);
      }
      case Op.APPEND -> {
        List<Object> items = popLast(1);
        containers.append(stack.top(), items);
      }
      case Op.APPENDS -> {
        List<Object> items = stack.popToMark();
        containers.append(stack.top(), items);
      }
      case Op.ADDITEMS -> {
        List<Object> items = stack.popToMark();
        containers.add(stack.top(), items);
      }
      case Op.SETITEM -> {
        List<Object> items = popLast(2);
        containers.put(stack.top(), items);
      }
      case Op.SETITEMS -> {
        List<Object> items = stack.popToMark();
        containers.put(stack.top(), items);
      }
      default -> {
        return false;
      }
    }
    return true;
  }

  private boolean memo(int op) {
    switch (op) {
      case Op.PROTO -> {
        int protocol = in.u8();
        if (protocol > 5) {
          throw new PickleFormatException(
              "uses pickle protocol " + protocol + ", which is not known");
        }
      }
      case Op.FRAME -> in.i64();
      case Op.POP -> stack.drop();
      case Op.POP_MARK -> stack.popToMark();
      case Op.DUP -> stack.push(stack.top());
      case Op.MEMOIZE -> stack.memoize();
      case Op.PUT -> stack.put(Numbers.index(in.line()));
      case Op.BINPUT -> stack.put(in.u8());
      case Op.LONG_BINPUT -> stack.put(in.u32());
      case Op.GET -> stack.push(stack.get(Numbers.index(in.line())));
      case Op.BINGET -> stack.push(stack.get(in.u8()));
      case Op.LONG_BINGET -> stack.push(stack.get(in.u32()));
      default -> {
        return false;
      }
    }
    return true;
  }

  private boolean object(int op) {
    switch (op) {
      case Op.GLOBAL -> {
        String module = in.line();
        stack.push(global(module, in.line()));
      }
      case Op.STACK_GLOBAL -> {
        List<Object> names = popLast(2);
        if (!(names.get(0) instanceof String module) || !(names.get(1) instanceof String name)) {
          throw PickleStack.damaged();
        }
        stack.push(global(module, name));
      }
      case Op.REDUCE, Op.NEWOBJ -> {
        Object arguments = stack.pop();
        stack.push(call(stack.pop(), arguments));
      }
      case Op.NEWOBJ_EX -> {
        Object keywords = stack.pop();
        Object arguments = stack.pop();
        stack.push(call(stack.pop(), arguments));
        if (stack.top() instanceof PyObject object) {
          object.setState(keywords);
        }
      }
      case Op.OBJ -> {
        List<Object> parts = stack.popToMark();
        if (parts.isEmpty()) {
          throw PickleStack.damaged();
        }
        stack.push(call(parts.get(0), PyTuple.copyOf(parts.subList(1, parts.size()))));
      }
      case Op.INST -> {
        String module = in.line();
        PyObject type = global(module, in.line());
        stack.push(call(type, PyTuple.copyOf(stack.popToMark())));
      }
      case Op.BUILD -> {
        Object state = stack.pop();
        if (stack.top() instanceof PyObject object) {
          object.setState(state);
        }
      }
      case Op.BINPERSID -> stack.push(handler.persistent(stack.pop()));
      default -> {
        return false;
      }
    }
    return true;
  }

  private static PyObject global(String module, String name) {
    return new PyObject(module, name, Optional.empty());
  }

  private Object call(Object function, Object arguments) {
    if (!(function instanceof PyObject named) || !(arguments instanceof PyTuple tuple)) {
      throw PickleStack.damaged();
    }
    Object value = WellKnown.call(named, tuple);
    return value instanceof PyObject ? handler.call(named, tuple) : value;
  }

  private List<Object> popLast(int count) {
    List<Object> values = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      values.add(0, stack.pop());
    }
    return values;
  }
}
