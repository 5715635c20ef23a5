package dev.jukebox.compute.host;

import dev.jukebox.compute.CodebookOps;
import dev.jukebox.compute.Tensor;
import dev.jukebox.compute.check.CodebookCheck;
import java.nio.FloatBuffer;
import java.nio.IntBuffer;

/** Nearest codes in plain Java, by the distance as it is written in the paper. */
final class HostCodebook implements CodebookOps {
  private static final int ROWS = 64;

  private final HostThreads threads;

  HostCodebook(HostThreads threads) {
    this.threads = threads;
  }

  @Override
  public void nearest(Tensor x, Tensor codebook, Tensor codes) {
    CodebookCheck.nearest(x, codebook, codes);
    int rows = Math.toIntExact(x.shape().rows());
    int width = codebook.shape().rowLength();
    int bins = Math.toIntExact(codebook.shape().rows());
    float[] vectors = new float[bins * width];
    HostTensors.floats(codebook).get(vectors);
    FloatBuffer source = HostTensors.floats(x);
    IntBuffer target = HostTensors.ints(codes);
    threads.forEach(
        (rows + ROWS - 1) / ROWS,
        tile -> {
          float[] row = new float[width];
          for (int r = tile * ROWS; r < Math.min(rows, (tile + 1) * ROWS); r++) {
            source.get(r * width, row);
            target.put(r, nearest(row, vectors, bins));
          }
        });
  }

  @Override
  public void accumulate(Tensor x, Tensor codes, Tensor counts, Tensor sums) {
    CodeSums.accumulate(x, codes, counts, sums);
  }

  private static int nearest(float[] row, float[] vectors, int bins) {
    int best = 0;
    double bestDistance = Double.POSITIVE_INFINITY;
    for (int k = 0; k < bins; k++) {
      double distance = 0;
      for (int c = 0; c < row.length; c++) {
        double difference = row[c] - vectors[k * row.length + c];
        distance += difference * difference;
      }
      if (distance < bestDistance) {
        bestDistance = distance;
        best = k;
      }
    }
    return best;
  }
}
