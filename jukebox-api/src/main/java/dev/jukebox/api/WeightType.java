package dev.jukebox.api;

/** The type in which linear weights are kept: smaller is faster and less exact. */
public enum WeightType {
  /** 32-bit floats, as the original's goldens. */
  F32,
  /** 16-bit IEEE floats. */
  F16,
  /** 16-bit brain floats. */
  BF16,
  /** 8-bit integers with a scale for each output. */
  I8
}
