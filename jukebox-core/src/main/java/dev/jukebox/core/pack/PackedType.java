package dev.jukebox.core.pack;

/** How small a packed model is made. */
public enum PackedType {
  /** As it is: 4 bytes a weight. */
  F32,
  /** Every matrix, table and convolution in 16-bit floats. */
  F16,
  /** Matrices and tables in whole numbers of 8 bits with scales, convolutions in 16-bit floats. */
  I8
}
