package dev.jukebox.core.prior;

import dev.jukebox.compute.Arena;
import dev.jukebox.compute.Backend;
import dev.jukebox.compute.DType;
import dev.jukebox.compute.Tensor;
import dev.jukebox.core.nn.LayerNorm;
import dev.jukebox.core.nn.UpBlock;
import dev.jukebox.core.nn.WeightScope;
import dev.jukebox.error.InvalidInputException;
import java.util.List;

/** Turns the codes of the level above into the conditioning of every code of a window. */
final class UpsamplerConditioner {
  private final Backend backend;
  private final PriorConfig config;
  private final Tensor table;
  private final UpBlock block;
  private final LayerNorm norm;

  UpsamplerConditioner(WeightScope scope, PriorConfig config) {
    this.backend = scope.backend();
    this.config = config;
    int width = config.width();
    int above = config.level() + 1;
    this.table = scope.load("x_emb.weight", config.vqvae().bins(), width);
    this.block =
        new UpBlock(
            scope.sub("cond"),
            width,
            width,
            config.vqvae().downs().get(above),
            config.vqvae().strides().get(above),
            config.conditioner());
    this.norm = new LayerNorm(scope.sub("ln"), width);
  }

  /**
   * The conditioning [batch, nCtx, width] of codes of the level above, nCtx/condDownsample an item.
   */
  Tensor apply(List<int[]> codes, Arena arena) {
    int length = config.nCtx() / config.condDownsample();
    Tensor out = arena.tensor(DType.F32, codes.size(), config.nCtx(), config.width());
    for (int n = 0; n < codes.size(); n++) {
      if (codes.get(n).length != length) {
        throw new InvalidInputException(
            "level "
                + config.level()
                + " needs "
                + length
                + " codes of the level above for a"
                + " window, got "
                + codes.get(n).length);
      }
      try (Arena temporary = backend.arena()) {
        Tensor ids = temporary.tensor(DType.I32, 1, length);
        backend.upload(ids, codes.get(n));
        Tensor x = temporary.tensor(DType.F32, 1, length, config.width());
        backend.embedding().gather(table, ids, x);
        norm.apply(block.apply(x, temporary), out.slice(n, 1));
      }
    }
    return out;
  }
}
