package dev.jukebox.compute.check;

import dev.jukebox.compute.DType;
import dev.jukebox.compute.Tensor;

/** The arguments of {@link dev.jukebox.compute.EmbeddingOps}. */
public final class EmbeddingCheck {

  private EmbeddingCheck() {}

  /** Requires a table F32 [rows, width], ids I32 and a row of out for each id. */
  public static void gather(String operation, Tensor table, Tensor ids, Tensor out) {
    Check.require(
        table.shape().rank() == 2 && table.dtype() == DType.F32,
        operation,
        "table",
        table,
        "F32 [rows, width]");
    Check.require(ids.dtype() == DType.I32, operation, "ids", ids, "elements I32");
    Check.requireRows(operation, "out", out, ids.size(), table.shape().rowLength());
  }
}
