package dev.jukebox.core.prior;

import dev.jukebox.compute.Arena;
import dev.jukebox.compute.Backend;
import dev.jukebox.compute.Position;
import dev.jukebox.compute.Tensor;
import dev.jukebox.core.nn.WeightScope;
import java.util.Optional;

/** The inputs of a transformer: token or start, plus position, plus conditioning. */
final class TokenEmbedding {
  private final Backend backend;
  private final Tensor tokens;
  private final Tensor positions;

  /**
   * Loads the tables.
   *
   * @param tiedHead whether the head is the same parameter, so that a file may hold it under either
   *     name
   */
  TokenEmbedding(WeightScope scope, int bins, int length, int width, boolean tiedHead) {
    this.backend = scope.backend();
    this.tokens =
        tiedHead
            ? scope.loadTied("x_emb.weight", "x_out.weight", bins, width)
            : scope.load("x_emb.weight", bins, width);
    this.positions = scope.load("pos_emb.pos_emb", length, width).reshape(1, length, width);
  }

  /** The token table [bins, width], also the head where it is tied. */
  Tensor table() {
    return tokens;
  }

  /**
   * Writes the inputs of the positions from {@code start} on to x [batch, count, width].
   *
   * @param previous I32 [batch, count]: the token before each position
   * @param first the input of the first of them in place of its token, [batch, 1, width]: the start
   *     of a window
   * @param xCond conditioning [batch, length, width], if there is any
   */
  void apply(
      Tensor previous, Optional<Tensor> first, Optional<Tensor> xCond, Position start, Tensor x) {
    // Also where the first input replaces it: what a step captures has been run once before.
    backend.embedding().gather(tokens, previous, x);
    first.ifPresent(input -> backend.elementwise().copyPositions(input, 0, x, 0, 1));
    backend.elementwise().addSlice(x, positions, start, x);
    xCond.ifPresent(cond -> backend.elementwise().addSlice(x, cond, start, x));
  }

  /** One copy of a start token [1, width] for each item: [batch, 1, width]. */
  static Tensor repeat(Backend backend, Tensor token, int batch, Arena arena) {
    Tensor out = arena.tensor(token.dtype(), batch, 1, token.shape().dim(1));
    Tensor source = token.reshape(1, 1, token.shape().dim(1));
    for (int n = 0; n < batch; n++) {
      backend.elementwise().copyPositions(source, 0, out.slice(n, 1), 0, 1);
    }
    return out;
  }
}
