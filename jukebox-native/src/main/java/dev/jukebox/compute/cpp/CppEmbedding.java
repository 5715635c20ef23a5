package dev.jukebox.compute.cpp;

import static dev.jukebox.compute.host.HostTensors.address;

import dev.jukebox.compute.EmbeddingOps;
import dev.jukebox.compute.Tensor;
import dev.jukebox.compute.check.EmbeddingCheck;
import dev.jukebox.compute.host.HostTensors;
import dev.jukebox.error.ComputeException;
import java.nio.IntBuffer;

/** Table look-ups. */
final class CppEmbedding implements EmbeddingOps {
  private static final int BAD_ARGUMENT = 1;

  private final CppEngine engine;

  CppEmbedding(CppEngine engine) {
    this.engine = engine;
  }

  @Override
  public void gather(Tensor table, Tensor ids, Tensor out) {
    run("gather", table, ids, out, false);
  }

  @Override
  public void gatherAdd(Tensor table, Tensor ids, Tensor out) {
    run("gather and add", table, ids, out, true);
  }

  private void run(String operation, Tensor table, Tensor ids, Tensor out, boolean add) {
    EmbeddingCheck.gather(operation, table, ids, out);
    int width = table.shape().rowLength();
    long rows = table.shape().dim(0);
    int status =
        NativeApi.gather(
            engine.handle(),
            address(table),
            rows,
            width,
            address(ids),
            ids.size(),
            add ? 1 : 0,
            address(out));
    if (status == BAD_ARGUMENT) {
      requireIds(operation, table, ids, add);
    }
    CppEngine.check(status, operation, table, ids, out);
  }

  private static void requireIds(String operation, Tensor table, Tensor ids, boolean add) {
    IntBuffer values = HostTensors.ints(ids);
    for (int i = 0; i < values.limit(); i++) {
      int id = values.get(i);
      if (id >= table.shape().dim(0) || (id < 0 && !add)) {
        throw new ComputeException(
            operation
                + ": id "
                + id
                + " at "
                + i
                + " is not in [0, "
                + table.shape().dim(0)
                + ") of table "
                + table);
      }
    }
  }
}
