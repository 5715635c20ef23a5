package dev.jukebox.compute.cuda;

import static dev.jukebox.compute.cuda.CudaMemory.address;

import dev.jukebox.compute.EmbeddingOps;
import dev.jukebox.compute.Tensor;
import dev.jukebox.compute.check.EmbeddingCheck;

/** Table look-ups; an id outside its table is found when the device next waits. */
final class CudaEmbedding implements EmbeddingOps {
  private final CudaContext context;

  CudaEmbedding(CudaContext context) {
    this.context = context;
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
    int status =
        CudaApi.gather(
            context.handle(),
            address(table),
            table.shape().dim(0),
            table.shape().rowLength(),
            address(ids),
            ids.size(),
            add ? 1 : 0,
            address(out));
    context.check(status, operation, table, ids, out);
  }
}
