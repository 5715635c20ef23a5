package dev.jukebox.core.train.prior;

import dev.jukebox.compute.DType;
import dev.jukebox.compute.Tensor;
import dev.jukebox.core.autograd.Embeddings;
import dev.jukebox.core.autograd.Parameter;
import dev.jukebox.core.autograd.Tape;
import dev.jukebox.core.autograd.Variable;
import dev.jukebox.core.prior.TransformerConfig;
import dev.jukebox.core.train.nn.Initial;
import dev.jukebox.core.train.nn.ParameterScope;
import java.util.List;
import java.util.Optional;

/** An autoregressive transformer from tokens to activations. */
final class TokenNet {
  private final Optional<Parameter> startToken;
  private final Parameter tokens;
  private final Parameter positions;
  private final TransformerNet transformer;

  /**
   * Registers start token, tables and layers.
   *
   * @param bins tokens that are told apart
   * @param ownStart whether a start token is learnt, for want of labels
   */
  TokenNet(
      ParameterScope scope,
      TransformerConfig config,
      int bins,
      boolean ownStart,
      InitialScales initial,
      boolean checkpoint) {
    int width = config.width();
    Initial small = new Initial.Normal(0.01 * initial.scale());
    this.startToken =
        ownStart ? Optional.of(scope.parameter("start_token", small, 1, width)) : Optional.empty();
    this.tokens =
        scope.parameter("x_emb.weight", new Initial.Normal(0.02 * initial.scale()), bins, width);
    Initial places =
        initial.sinusoids()
            ? new Initial.Sinusoids(0.02 * initial.scale(), config.nCtx(), width)
            : small;
    this.positions = scope.parameter("pos_emb.pos_emb", places, config.nCtx(), width);
    this.transformer = new TransformerNet(scope.sub("transformer"), config, initial, checkpoint);
  }

  /** The table of tokens [bins, width], which may be the head's weight too. */
  Parameter tokens() {
    return tokens;
  }

  /**
   * The activations [batch, length, width].
   *
   * @param ids the tokens of each item, all of the transformer's length
   * @param start the input of the first position [batch, 1, width], unless it is learnt
   * @param condition added to the input of every position [batch, length, width], if there is any
   * @param encoded the encoded lyrics, if layers attend to them
   */
  Variable apply(
      Tape tape,
      List<int[]> ids,
      Optional<Variable> start,
      Optional<Variable> condition,
      Optional<Variable> encoded) {
    Tensor previous = tape.take(DType.I32, ids.size(), ids.get(0).length);
    tape.backend().upload(previous, shifted(ids));
    Variable first = start.orElseGet(() -> tape.parameter(startToken.orElseThrow()));
    Variable x = Embeddings.shifted(tape, tape.parameter(tokens), previous, first);
    Variable placed = Embeddings.addPositions(tape, x, tape.parameter(positions), condition);
    return transformer.apply(tape, placed, encoded);
  }

  /** The token before each position; −1 before the first. */
  private static int[] shifted(List<int[]> ids) {
    int length = ids.get(0).length;
    int[] previous = new int[ids.size() * length];
    for (int n = 0; n < ids.size(); n++) {
      previous[n * length] = -1;
      System.arraycopy(ids.get(n), 0, previous, n * length + 1, length - 1);
    }
    return previous;
  }
}
