package dev.jukebox.core.nn;

import dev.jukebox.compute.ConvGeometry;
import java.util.List;

/**
 * Which inputs a span of outputs depends on, through a chain of convolutions; the margin that a
 * piece of long audio needs on either side.
 *
 * @param chain the convolutions in the order in which they run
 */
public record ReceptiveField(List<ConvGeometry> chain) {

  public ReceptiveField {
    chain = List.copyOf(chain);
  }

  /** A half-open span of positions. */
  public record Span(long start, long end) {}

  /** The inputs that the outputs of a span depend on; may reach beyond either end of the input. */
  public Span inputs(Span outputs) {
    long start = outputs.start();
    long last = outputs.end() - 1;
    for (int i = chain.size() - 1; i >= 0; i--) {
      ConvGeometry g = chain.get(i);
      if (g.transposed()) {
        start = Math.floorDiv(start + g.padding() - (g.kernel() - 1) + g.stride() - 1, g.stride());
        last = Math.floorDiv(last + g.padding(), g.stride());
      } else {
        start = start * g.stride() - g.padding();
        last = last * g.stride() - g.padding() + (long) (g.kernel() - 1) * g.dilation();
      }
    }
    return new Span(start, last + 1);
  }
}
