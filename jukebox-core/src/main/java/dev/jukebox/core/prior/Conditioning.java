package dev.jukebox.core.prior;

import dev.jukebox.compute.Arena;
import dev.jukebox.compute.Tensor;
import java.util.List;
import java.util.Optional;

/**
 * What a batch of windows is conditioned on, ready for the transformer; freed by close.
 *
 * @param batch number of items
 * @param start the input of position 0 [batch, 1, width]
 * @param xCond added to every position [batch, positions, width], if there is any
 * @param encoded the encoded lyrics [batch, nTokens, width], with a separate encoder
 * @param lyrics lyric tokens that precede the codes, one array an item; empty arrays if none do
 * @param arena owns the tensors
 */
public record Conditioning(
    int batch,
    Tensor start,
    Optional<Tensor> xCond,
    Optional<Tensor> encoded,
    List<int[]> lyrics,
    Arena arena)
    implements AutoCloseable {

  @Override
  public void close() {
    arena.close();
  }
}
