package dev.jukebox.compute.check;

import dev.jukebox.compute.DType;
import dev.jukebox.compute.Tensor;
import dev.jukebox.error.ComputeException;
import java.nio.IntBuffer;

/** The arguments of {@link dev.jukebox.compute.EmbeddingOps} and its gradient. */
public final class EmbeddingCheck {

  private static final String SCATTER = "scatter and add";

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

  /** Requires a table F32 [rows, width], ids I32 and a row of dOut for each id. */
  public static void scatterAdd(Tensor dOut, Tensor ids, Tensor dTable) {
    Check.require(
        dTable.shape().rank() == 2 && dTable.dtype() == DType.F32,
        SCATTER,
        "dTable",
        dTable,
        "F32 [rows, width]");
    Check.require(ids.dtype() == DType.I32, SCATTER, "ids", ids, "elements I32");
    Check.requireRows(SCATTER, "dOut", dOut, ids.size(), dTable.shape().rowLength());
  }

  /** Requires every id to be below the rows of the table; negative ones add nothing. */
  public static void scatterIds(IntBuffer ids, Tensor dTable) {
    for (int i = 0; i < ids.limit(); i++) {
      if (ids.get(i) >= dTable.shape().dim(0)) {
        throw new ComputeException(
            SCATTER
                + ": id "
                + ids.get(i)
                + " at "
                + i
                + " is not below the "
                + dTable.shape().dim(0)
                + " rows of dTable "
                + dTable);
      }
    }
  }
}
