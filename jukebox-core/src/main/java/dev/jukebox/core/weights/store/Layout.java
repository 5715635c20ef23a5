package dev.jukebox.core.weights.store;

import dev.jukebox.error.CheckpointException;
import java.nio.ByteBuffer;
import java.util.Arrays;

/** Where the elements of a tensor lie in its storage; all numbers in elements. */
final class Layout {
  private final long offset;
  private final long[] shape;
  private final long[] strides;
  private final long size;
  private final long end;
  private final boolean contiguous;

  private Layout(String where, long offset, long[] shape, long[] strides) {
    this.shape = shape;
    this.strides = strides;
    this.size = product(where, shape);
    this.offset = size == 0 ? 0 : offset;
    this.contiguous = Arrays.equals(strides, canonical(shape, strides)) || size == 0;
    this.end = size == 0 ? 0 : end(where, offset, shape, strides);
  }

  static Layout contiguous(String where, long[] shape) {
    product(where, shape);
    return new Layout(where, 0, shape.clone(), canonical(shape, new long[shape.length]));
  }

  static Layout strided(String where, long offset, long[] shape, long[] strides) {
    if (shape.length != strides.length || offset < 0) {
      throw impossible(where, shape, strides, offset);
    }
    for (long stride : strides) {
      if (stride < 0) {
        throw impossible(where, shape, strides, offset);
      }
    }
    return new Layout(where, offset, shape.clone(), strides.clone());
  }

  private static CheckpointException impossible(
      String where, long[] shape, long[] strides, long offset) {
    return new CheckpointException(
        "%s: a tensor of shape %s cannot have strides %s and offset %d"
            .formatted(where, Arrays.toString(shape), Arrays.toString(strides), offset));
  }

  private static long product(String where, long[] shape) {
    long product = 1;
    boolean empty = false;
    for (long extent : shape) {
      if (extent < 0) {
        throw new CheckpointException(
            where + ": a tensor of shape " + Arrays.toString(shape) + " has a negative extent");
      }
      empty |= extent == 0;
    }
    if (empty) {
      return 0;
    }
    try {
      for (long extent : shape) {
        product = Math.multiplyExact(product, extent);
      }
      // Byte counts of any type have to fit, too.
      Math.multiplyExact(product, Long.BYTES);
    } catch (ArithmeticException e) {
      throw new CheckpointException(
          where + ": a tensor of shape " + Arrays.toString(shape) + " is too large", e);
    }
    return product;
  }

  /** The row-major strides; those given where the extent is 1 and so none is used. */
  private static long[] canonical(long[] shape, long[] strides) {
    long[] canonical = strides.clone();
    long step = 1;
    for (int axis = shape.length - 1; axis >= 0; axis--) {
      if (shape[axis] != 1) {
        canonical[axis] = step;
        step *= shape[axis];
      }
    }
    return canonical;
  }

  private static long end(String where, long offset, long[] shape, long[] strides) {
    try {
      long last = offset;
      for (int axis = 0; axis < shape.length; axis++) {
        last = Math.addExact(last, Math.multiplyExact(shape[axis] - 1, strides[axis]));
      }
      return Math.addExact(last, 1);
    } catch (ArithmeticException e) {
      throw new CheckpointException(
          where
              + ": a tensor of shape "
              + Arrays.toString(shape)
              + " and strides "
              + Arrays.toString(strides)
              + " is too large",
          e);
    }
  }

  long offset() {
    return offset;
  }

  long[] shape() {
    return shape.clone();
  }

  long size() {
    return size;
  }

  /** One more than the last element used; 0 if there is none. */
  long end() {
    return end;
  }

  boolean isContiguous() {
    return contiguous;
  }

  /** Puts {@code count} elements from {@code start} in row-major order. */
  void gather(ByteSource storage, int width, long start, int count, ByteBuffer out) {
    if (count == 0) {
      return;
    }
    long[] index = new long[shape.length];
    long rest = start;
    long at = offset;
    for (int axis = shape.length - 1; axis >= 0; axis--) {
      index[axis] = rest % shape[axis];
      rest /= shape[axis];
      at += index[axis] * strides[axis];
    }
    long spanBytes = (end - offset) * width;
    ByteBuffer span =
        spanBytes <= ByteSource.MAX_VIEW ? storage.view(offset * width, (int) spanBytes) : null;
    for (int done = 0; done < count; done++) {
      if (span != null) {
        copy(span, (int) ((at - offset) * width), width, out);
      } else {
        copy(storage.view(at * width, width), 0, width, out);
      }
      for (int axis = shape.length - 1; axis >= 0; axis--) {
        at += strides[axis];
        if (++index[axis] < shape[axis]) {
          break;
        }
        at -= shape[axis] * strides[axis];
        index[axis] = 0;
      }
    }
  }

  private static void copy(ByteBuffer from, int at, int width, ByteBuffer out) {
    switch (width) {
      case 8 -> out.putLong(from.getLong(at));
      case 4 -> out.putInt(from.getInt(at));
      case 2 -> out.putShort(from.getShort(at));
      default -> out.put(from.get(at));
    }
  }
}
