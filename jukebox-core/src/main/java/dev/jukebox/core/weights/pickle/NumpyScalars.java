package dev.jukebox.core.weights.pickle;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;

/** Numbers that were NumPy scalars when they were saved. */
final class NumpyScalars {
  private static final List<String> MODULES =
      List.of("numpy.core.multiarray", "numpy._core.multiarray");

  private NumpyScalars() {}

  static boolean isScalar(PyObject function) {
    return MODULES.contains(function.module()) && function.name().equals("scalar");
  }

  /** The number as a plain value, or the inert call if it is of no common type. */
  static Object value(PyObject function, PyTuple arguments) {
    if (arguments.size() == 2
        && arguments.get(0) instanceof PyObject dtype
        && dtype.isA("numpy", "dtype")
        && dtype.arguments().filter(a -> !a.isEmpty()).isPresent()
        && arguments.get(1) instanceof byte[] bytes) {
      Object code = dtype.arguments().orElseThrow().get(0);
      ByteOrder order =
          dtype.state() instanceof PyTuple state && state.size() > 1 && ">".equals(state.get(1))
              ? ByteOrder.BIG_ENDIAN
              : ByteOrder.LITTLE_ENDIAN;
      ByteBuffer in = ByteBuffer.wrap(bytes).order(order);
      switch (code + "/" + bytes.length) {
        case "f8/8" -> {
          return in.getDouble();
        }
        case "f4/4" -> {
          return (double) in.getFloat();
        }
        case "i8/8" -> {
          return in.getLong();
        }
        case "i4/4" -> {
          return (long) in.getInt();
        }
        case "i2/2" -> {
          return (long) in.getShort();
        }
        case "i1/1" -> {
          return (long) in.get();
        }
        case "u1/1" -> {
          return (long) Byte.toUnsignedInt(in.get());
        }
        case "u4/4" -> {
          return Integer.toUnsignedLong(in.getInt());
        }
        case "b1/1" -> {
          return in.get() != 0;
        }
        default -> {}
      }
    }
    return function.called(arguments);
  }
}
