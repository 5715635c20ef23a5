package dev.jukebox.compute.host;

import dev.jukebox.compute.Tensor;
import dev.jukebox.compute.check.CodebookCheck;
import java.nio.FloatBuffer;
import java.nio.IntBuffer;

/** Counts and sums of the rows of each code, in host memory. */
public final class CodeSums {

  private CodeSums() {}

  /**
   * Adds them as {@link dev.jukebox.compute.CodebookOps#accumulate} says; the rows of a bin are
   * summed in double precision, in ascending order.
   */
  public static void accumulate(Tensor x, Tensor codes, Tensor counts, Tensor sums) {
    CodebookCheck.accumulate(x, codes, counts, sums);
    int bins = Math.toIntExact(sums.shape().dim(0));
    int width = sums.shape().rowLength();
    IntBuffer codeOf = HostTensors.ints(codes);
    FloatBuffer source = HostTensors.floats(x);
    int[] count = new int[bins];
    for (int r = 0; r < codeOf.limit(); r++) {
      count[CodebookCheck.code(codeOf.get(r), r, sums)]++;
    }
    double[] sum = new double[Math.multiplyExact(bins, width)];
    float[] row = new float[width];
    for (int r = 0; r < codeOf.limit(); r++) {
      source.get(r * width, row);
      int to = codeOf.get(r) * width;
      for (int c = 0; c < width; c++) {
        sum[to + c] += row[c];
      }
    }
    FloatBuffer countTarget = HostTensors.floats(counts);
    FloatBuffer sumTarget = HostTensors.floats(sums);
    for (int bin = 0; bin < bins; bin++) {
      if (count[bin] > 0) {
        countTarget.put(bin, countTarget.get(bin) + count[bin]);
        for (int i = bin * width; i < (bin + 1) * width; i++) {
          sumTarget.put(i, (float) (sumTarget.get(i) + sum[i]));
        }
      }
    }
  }
}
