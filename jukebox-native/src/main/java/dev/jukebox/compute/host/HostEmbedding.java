package dev.jukebox.compute.host;

import dev.jukebox.compute.EmbeddingOps;
import dev.jukebox.compute.Tensor;
import dev.jukebox.compute.check.EmbeddingCheck;
import dev.jukebox.error.ComputeException;
import java.nio.FloatBuffer;
import java.nio.IntBuffer;

/** Table look-ups in plain Java. */
public final class HostEmbedding implements EmbeddingOps {

  @Override
  public void gather(Tensor table, Tensor ids, Tensor out) {
    EmbeddingCheck.gather("gather", table, ids, out);
    int width = table.shape().rowLength();
    IntBuffer rows = HostTensors.ints(ids);
    FloatBuffer source = HostTensors.floats(table);
    FloatBuffer target = HostTensors.floats(out);
    float[] row = new float[width];
    for (int i = 0; i < rows.limit(); i++) {
      source.get(checked(rows.get(i), table) * width, row);
      target.put(i * width, row);
    }
  }

  @Override
  public void gatherAdd(Tensor table, Tensor ids, Tensor out) {
    EmbeddingCheck.gather("gather and add", table, ids, out);
    int width = table.shape().rowLength();
    IntBuffer rows = HostTensors.ints(ids);
    FloatBuffer source = HostTensors.floats(table);
    FloatBuffer target = HostTensors.floats(out);
    for (int i = 0; i < rows.limit(); i++) {
      if (rows.get(i) < 0) {
        continue;
      }
      int from = checked(rows.get(i), table) * width;
      int to = i * width;
      for (int c = 0; c < width; c++) {
        target.put(to + c, target.get(to + c) + source.get(from + c));
      }
    }
  }

  private static int checked(int id, Tensor table) {
    if (id < 0 || id >= table.shape().rows()) {
      throw new ComputeException(
          "gather: id " + id + " is not in [0, " + table.shape().rows() + ") of table " + table);
    }
    return id;
  }
}
