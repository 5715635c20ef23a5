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

  /**
   * Adds to each bin how many rows have its code, and their sum: what the codebook's moving
   * averages are made of (Jukebox paper, section 3). The same operands give the same bits every
   * time. A code outside [0, bins) is an error; a device may find it only when it next waits.
   *
   * @param x F32 [..., width]
   * @param codes I32 [...], one for each row of x
   * @param counts F32 [bins], added to
   * @param sums F32 [bins, width], added to
   */
  void accumulate(Tensor x, Tensor codes, Tensor counts, Tensor sums);
}
