package dev.jukebox.api;

/** The type in which linear weights are kept: smaller is faster and less exact. */
public enum WeightType {
  /** 32-bit floats, as the original's goldens. */
  F32(4),
  /** 16-bit IEEE floats. */
  F16(2),
  /** 16-bit brain floats. */
  BF16(2),
  /** 8-bit integers with a scale for each output. */
  I8(1);

  private final int byteSize;

  WeightType(int byteSize) {
    this.byteSize = byteSize;
  }

  /** Bytes of one weight. */
  public int byteSize() {
    return byteSize;
  }
}
