package dev.jukebox.core.train.prior;

import dev.jukebox.compute.DType;
import dev.jukebox.compute.Tensor;
import dev.jukebox.core.autograd.Embeddings;
import dev.jukebox.core.autograd.Parameter;
import dev.jukebox.core.autograd.Tape;
import dev.jukebox.core.autograd.Variable;
import dev.jukebox.core.prior.PriorConfig;
import dev.jukebox.core.train.nn.Initial;
import dev.jukebox.core.train.nn.NormLayer;
import dev.jukebox.core.train.nn.ParameterScope;
import dev.jukebox.core.train.nn.UpLayers;
import java.util.List;

/** Turns the codes of the level above into the conditioning of every code of a window. */
final class ConditionerNet {
  private final PriorConfig config;
  private final Parameter table;
  private final UpLayers block;
  private final NormLayer norm;

  ConditionerNet(ParameterScope scope, PriorConfig config, double initScale) {
    this.config = config;
    int width = config.width();
    int above = config.level() + 1;
    this.table =
        scope.parameter(
            "x_emb.weight", new Initial.Normal(0.02 * initScale), config.vqvae().bins(), width);
    this.block =
        new UpLayers(
            scope.sub("cond"),
            width,
            width,
            config.vqvae().downs().get(above),
            config.vqvae().strides().get(above),
            config.conditioner(),
            config.hps().booleanOf("cond_zero_out"),
            config.hps().intOf("cond_c_res") == 1);
    this.norm = new NormLayer(scope.sub("ln"), width);
  }

  /** The conditioning [batch, nCtx, width] of codes of the level above. */
  Variable apply(Tape tape, List<int[]> codes) {
    int length = config.nCtx() / config.condDownsample();
    Tensor ids = tape.take(DType.I32, codes.size(), length);
    tape.backend().upload(ids, Tokens.flat(codes, length));
    Variable x =
        Embeddings.gatherSum(tape, List.of(new Embeddings.Lookup(tape.parameter(table), ids)));
    return norm.apply(tape, block.apply(tape, x));
  }
}
