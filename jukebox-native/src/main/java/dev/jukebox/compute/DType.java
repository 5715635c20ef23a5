package dev.jukebox.compute;

/** The type of a tensor's elements. */
public enum DType {
  /** IEEE single precision. */
  F32(4),
  /** IEEE half precision. */
  F16(2),
  /** The upper half of a single: 8 exponent bits, 7 fraction bits. */
  BF16(2),
  /** Signed bytes, used for quantised weights. */
  I8(1),
  /** Signed 32-bit integers, used for codes and token ids. */
  I32(4);

  private final int byteSize;

  DType(int byteSize) {
    this.byteSize = byteSize;
  }

  /** Bytes of one element. */
  public int byteSize() {
    return byteSize;
  }
}
