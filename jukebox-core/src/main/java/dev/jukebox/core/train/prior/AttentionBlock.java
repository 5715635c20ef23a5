package dev.jukebox.core.train.prior;

import dev.jukebox.compute.AttentionPattern;
import dev.jukebox.compute.AttentionSpec;
import dev.jukebox.core.autograd.Attentions;
import dev.jukebox.core.autograd.Elements;
import dev.jukebox.core.autograd.Tape;
import dev.jukebox.core.autograd.Variable;
import dev.jukebox.core.prior.TransformerConfig;
import dev.jukebox.core.train.nn.LinearLayer;
import dev.jukebox.core.train.nn.NormLayer;
import dev.jukebox.core.train.nn.ParameterScope;
import java.util.List;
import java.util.Optional;

/** One layer: x + a + m with a = attention(norm(x)) and m = mlp(norm(x + a)). */
final class AttentionBlock {
  private final AttentionSpec attention;
  private final float resScale;
  private final LinearLayer queries;
  private final Optional<LinearLayer> encoderKeysValues;
  private final LinearLayer projection;
  private final NormLayer norm0;
  private final LinearLayer mlpIn;
  private final LinearLayer mlpOut;
  private final NormLayer norm1;

  AttentionBlock(
      ParameterScope scope,
      TransformerConfig config,
      int index,
      double initScale,
      boolean zeroOut) {
    this.attention = config.attention(index);
    this.resScale = config.resScale() ? 1f / config.depth() : 1;
    int width = config.width();
    int nState = config.nState();
    boolean encoder = attention.pattern() == AttentionPattern.ENCODER;
    double outScale = zeroOut || encoder ? 0 : initScale;
    ParameterScope attn = scope.sub("attn");
    this.queries =
        new LinearLayer(attn.sub("c_attn"), width, encoder ? nState : 3 * nState, initScale);
    this.encoderKeysValues =
        encoder
            ? Optional.of(new LinearLayer(attn.sub("c_enc_kv"), width, 2 * nState, initScale))
            : Optional.empty();
    this.projection = new LinearLayer(attn.sub("c_proj"), nState, width, outScale);
    this.norm0 = new NormLayer(scope.sub("ln_0"), width);
    this.mlpIn = new LinearLayer(scope.sub("mlp.c_fc"), width, config.mlpState(), initScale);
    this.mlpOut = new LinearLayer(scope.sub("mlp.c_proj"), config.mlpState(), width, outScale);
    this.norm1 = new NormLayer(scope.sub("ln_1"), width);
  }

  boolean attendsToEncoder() {
    return encoderKeysValues.isPresent();
  }

  /**
   * The layer's output.
   *
   * @param inputs x [batch, nCtx, width], and for an encoder layer the encoded lyrics
   */
  Variable apply(Tape tape, List<Variable> inputs) {
    Variable x = inputs.get(0);
    Variable own = queries.apply(tape, norm0.apply(tape, x));
    Variable attended =
        encoderKeysValues.isPresent()
            ? Attentions.attendEncoder(
                tape, attention, own, encoderKeysValues.get().apply(tape, inputs.get(1)))
            : Attentions.attend(tape, attention, own);
    Variable middle = projection.addTo(tape, x, attended);
    Variable hidden = Elements.quickGelu(tape, mlpIn.apply(tape, norm1.apply(tape, middle)));
    Variable out = mlpOut.addTo(tape, middle, hidden);
    return resScale == 1 ? out : Elements.interpolate(tape, x, out, resScale);
  }
}
