package dev.jukebox.compute;

/** Vector quantisation. */
public interface CodebookOps {

  /**
   * The index of the codebook vector nearest to each row, by squared Euclidean distance; ties go to
   * the lowest index (Jukebox paper, section 3).
   *
   * @param x F32 [..., width]
   * @param codebook F32 [bins, width]
   * @param codes I32 [...]
   */
  void nearest(Tensor x, Tensor codebook, Tensor codes);
}
