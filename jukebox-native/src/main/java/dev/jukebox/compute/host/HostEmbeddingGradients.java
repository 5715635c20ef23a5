package dev.jukebox.compute.host;

import dev.jukebox.compute.EmbeddingGradients;
import dev.jukebox.compute.Tensor;
import dev.jukebox.compute.check.EmbeddingCheck;
import java.nio.FloatBuffer;
import java.nio.IntBuffer;

/** The gradient of look-ups in plain Java: rows are added in the order of the ids. */
final class HostEmbeddingGradients implements EmbeddingGradients {

  @Override
  public void scatterAdd(Tensor dOut, Tensor ids, Tensor dTable) {
    EmbeddingCheck.scatterAdd(dOut, ids, dTable);
    IntBuffer rows = HostTensors.ints(ids);
    EmbeddingCheck.scatterIds(rows, dTable);
    int width = dTable.shape().rowLength();
    FloatBuffer source = HostTensors.floats(dOut);
    FloatBuffer target = HostTensors.floats(dTable);
    for (int i = 0; i < rows.limit(); i++) {
      if (rows.get(i) >= 0) {
        int to = rows.get(i) * width;
        for (int c = 0; c < width; c++) {
          target.put(to + c, target.get(to + c) + source.get(i * width + c));
        }
      }
    }
  }
}
