package dev.jukebox.core.weights.pickle;

import dev.jukebox.error.InvalidInputException;
import java.io.ByteArrayOutputStream;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Writes plain values as a pickle of protocol 2, which every Python reads; shared values stay
 * shared.
 */
public final class PickleWriter {
  private static final int MAX_DEPTH = 200;
  private static final int BATCH = 1000;

  /** Writes values that are not plain, by the steps of the writer it is given. */
  @FunctionalInterface
  public interface Extension {

    /** An extension that knows no values. */
    Extension NONE = (value, out) -> false;

    /** Writes a value so that it is on top of the reader's stack, or returns false. */
    boolean write(Object value, PickleWriter out);
  }

  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private final Extension extension;
  private final Map<Object, Integer> texts = new HashMap<>();
  private final IdentityHashMap<Object, Integer> shared = new IdentityHashMap<>();
  private int memoSize;
  private int depth;

  private PickleWriter(Extension extension) {
    this.extension = extension;
  }

  /**
   * The pickle of a value: Map, List, {@link PyTuple}, Set, String, whole numbers, Float or Double,
   * Boolean, byte[], {@link None}, {@link PyOrderedDict}, and what the extension knows.
   *
   * @throws InvalidInputException if the value holds anything else, or itself
   */
  public static byte[] write(Object value, Extension extension) {
    PickleWriter writer = new PickleWriter(extension);
    writer.op(Op.PROTO, 2);
    writer.value(value);
    writer.op(Op.STOP);
    return writer.bytes.toByteArray();
  }

  /** Writes a value that stands within the one being written. */
  public void value(Object value) {
    Integer known = value instanceof String ? texts.get(value) : shared.get(value);
    if (known != null) {
      recall(known);
      return;
    }
    if (++depth > MAX_DEPTH) {
      throw new InvalidInputException("a value to be saved is nested too deeply or holds itself");
    }
    if (!scalar(value) && !container(value)) {
      if (!extension.write(value, this)) {
        throw new InvalidInputException(
            "cannot save a value of %s: only numbers, text, lists, maps and tensors are saved"
                .formatted(value == null ? "null" : value.getClass()));
      }
      shared.put(value, memoize());
    }
    depth--;
  }

  private boolean scalar(Object value) {
    if (value == None.NONE) {
      op(Op.NONE);
    } else if (value instanceof Boolean flag) {
      op(flag ? Op.NEWTRUE : Op.NEWFALSE);
    } else if (value instanceof Long
        || value instanceof Integer
        || value instanceof Short
        || value instanceof Byte) {
      integer(((Number) value).longValue());
    } else if (value instanceof BigInteger big) {
      bigInteger(big);
    } else if (value instanceof Double || value instanceof Float) {
      real(((Number) value).doubleValue());
    } else if (value instanceof String text) {
      text(text);
      texts.put(text, memoize());
    } else {
      return false;
    }
    return true;
  }

  private boolean container(Object value) {
    if (value instanceof Map<?, ?> map) {
      if (map instanceof PyOrderedDict) {
        global("collections", "OrderedDict");
        op(Op.EMPTY_TUPLE);
        op(Op.REDUCE);
      } else {
        op(Op.EMPTY_DICT);
      }
      shared.put(map, memoize());
      entries(map);
    } else if (value instanceof PyTuple tuple) {
      tuple(tuple.toArray());
      shared.put(tuple, memoize());
    } else if (value instanceof List<?> list) {
      op(Op.EMPTY_LIST);
      shared.put(list, memoize());
      items(list);
    } else if (value instanceof Set<?> set) {
      global("__builtin__", "set");
      tuple(new ArrayList<>(set));
      op(Op.REDUCE);
      shared.put(set, memoize());
    } else if (value instanceof byte[] data) {
      global("_codecs", "encode");
      tuple(new String(data, StandardCharsets.ISO_8859_1), "latin1");
      op(Op.REDUCE);
      shared.put(data, memoize());
    } else {
      return false;
    }
    return true;
  }

  /** Writes a class or function by its name. */
  public void global(String module, String name) {
    String line = module + "\n" + name + "\n";
    Integer known = texts.get(List.of(line));
    if (known != null) {
      recall(known);
      return;
    }
    op(Op.GLOBAL);
    raw(line.getBytes(StandardCharsets.UTF_8));
    texts.put(List.of(line), memoize());
  }

  /** Writes a tuple of values. */
  public void tuple(Object... values) {
    if (values.length == 0) {
      op(Op.EMPTY_TUPLE);
      return;
    }
    op(Op.MARK);
    for (Object value : values) {
      value(value);
    }
    op(Op.TUPLE);
  }

  /** Begins a tuple whose parts are written one after the other. */
  public void beginTuple() {
    op(Op.MARK);
  }

  /** Ends the tuple that was begun last. */
  public void endTuple() {
    op(Op.TUPLE);
  }

  /** Makes the function and the tuple of arguments written before a call. */
  public void call() {
    op(Op.REDUCE);
  }

  /** Makes the value written before a persistent id. */
  public void persistent() {
    op(Op.BINPERSID);
  }

  private void entries(Map<?, ?> map) {
    int count = 0;
    for (Map.Entry<?, ?> entry : map.entrySet()) {
      if (count % BATCH == 0) {
        op(Op.MARK);
      }
      value(entry.getKey());
      value(entry.getValue());
      if (++count % BATCH == 0 || count == map.size()) {
        op(Op.SETITEMS);
      }
    }
  }

  private void items(List<?> list) {
    int count = 0;
    for (Object item : list) {
      if (count % BATCH == 0) {
        op(Op.MARK);
      }
      value(item);
      if (++count % BATCH == 0 || count == list.size()) {
        op(Op.APPENDS);
      }
    }
  }

  private void integer(long value) {
    if (value >= 0 && value < 256) {
      op(Op.BININT1, (int) value);
    } else if (value >= 0 && value < 65536) {
      op(Op.BININT2, (int) value & 0xff, (int) value >> 8);
    } else if (value == (int) value) {
      op(Op.BININT);
      int32((int) value);
    } else {
      bigInteger(BigInteger.valueOf(value));
    }
  }

  private void bigInteger(BigInteger value) {
    byte[] digits = value.toByteArray();
    if (digits.length > 255) {
      throw new InvalidInputException("cannot save an integer of " + digits.length + " bytes");
    }
    op(Op.LONG1, digits.length);
    for (int i = digits.length - 1; i >= 0; i--) {
      op(digits[i]);
    }
  }

  private void real(double value) {
    op(Op.BINFLOAT);
    long bits = Double.doubleToLongBits(value);
    for (int shift = 56; shift >= 0; shift -= 8) {
      op((int) (bits >> shift));
    }
  }

  private void text(String text) {
    byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
    op(Op.BINUNICODE);
    int32(utf8.length);
    raw(utf8);
  }

  private int memoize() {
    int index = memoSize++;
    if (index < 256) {
      op(Op.BINPUT, index);
    } else {
      op(Op.LONG_BINPUT);
      int32(index);
    }
    return index;
  }

  private void recall(int index) {
    if (index < 256) {
      op(Op.BINGET, index);
    } else {
      op(Op.LONG_BINGET);
      int32(index);
    }
  }

  private void int32(int value) {
    op(value, value >> 8, value >> 16, value >> 24);
  }

  private void op(int... parts) {
    for (int part : parts) {
      bytes.write(part);
    }
  }

  private void raw(byte[] data) {
    bytes.writeBytes(data);
  }
}
