package dev.jukebox.core.pack;

/** How one tensor is kept in a packed model. */
enum TensorForm {
  /** 32-bit floats: biases, gains and other vectors, which are small and add up. */
  F32,
  /** 16-bit floats: convolutions, and the codebooks that sound is made of. */
  F16,
  /**
   * Whole numbers with a scale for each row: tables, of which one row is looked up at a time, and
   * PyTorch's Linear [out, in].
   */
  I8_ROWS,
  /**
   * Whole numbers with a scale for each column: the original's Conv1D [in, out], of which a column
   * makes one output. With a scale for each output a large weight of one output does not make the
   * others coarse, and decoding with weights in I8 finds the same numbers and scales again.
   */
  I8_COLUMNS;

  private static final int MATRIX = 2;

  /**
   * The form of a tensor.
   *
   * @param name its original name
   * @param rank its number of axes
   */
  static TensorForm of(String name, int rank, PackedType type) {
    if (type == PackedType.F32 || rank < MATRIX) {
      return F32;
    }
    boolean codebook = name.endsWith(".k");
    if (type == PackedType.F16 || rank > MATRIX || codebook) {
      return F16;
    }
    return name.endsWith(".w") ? I8_COLUMNS : I8_ROWS;
  }
}
