package dev.jukebox.core.train.prior;

import dev.jukebox.core.autograd.Linears;
import dev.jukebox.core.autograd.Parameter;
import dev.jukebox.core.autograd.Tape;
import dev.jukebox.core.autograd.Variable;
import dev.jukebox.core.prior.PriorConfig;
import dev.jukebox.core.prior.TransformerConfig;
import dev.jukebox.core.train.nn.Initial;
import dev.jukebox.core.train.nn.LinearLayer;
import dev.jukebox.core.train.nn.NormLayer;
import dev.jukebox.core.train.nn.ParameterScope;
import java.util.List;
import java.util.Optional;

/**
 * The separate transformer over lyrics whose outputs the encoder layers of a prior attend to, and
 * the head that it learns the lyrics themselves by.
 */
final class LyricNet {
  private final TokenNet tokens;
  private final LinearLayer projection;
  private final NormLayer norm;
  private final Parameter head;

  LyricNet(ParameterScope scope, PriorConfig config, TransformerConfig shape, boolean checkpoint) {
    double primeScale = config.hps().doubleOf("prime_init_scale");
    InitialScales initial = InitialScales.of(config.hps(), primeScale, "prime_zero_out");
    this.tokens =
        new TokenNet(scope.sub("prime_prior"), shape, config.nVocab(), true, initial, checkpoint);
    this.projection =
        new LinearLayer(scope.sub("prime_state_proj"), shape.width(), config.width(), primeScale);
    this.norm = new NormLayer(scope.sub("prime_state_ln"), config.width());
    double headScale = config.hps().doubleOf("init_scale");
    this.head =
        scope.parameter(
            "prime_x_out.weight",
            new Initial.Normal(0.02 * headScale),
            config.nVocab(),
            config.width());
  }

  /** The encoded lyrics [batch, nTokens, width of the prior]. */
  Variable encode(Tape tape, List<int[]> lyrics) {
    Variable activations =
        tokens.apply(tape, lyrics, Optional.empty(), Optional.empty(), Optional.empty());
    return norm.apply(tape, projection.apply(tape, activations));
  }

  /** The logits of every character, [batch, nTokens, nVocab]. */
  Variable logits(Tape tape, Variable encoded) {
    return Linears.head(tape, encoded, tape.parameter(head));
  }
}
