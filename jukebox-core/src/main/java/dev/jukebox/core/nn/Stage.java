package dev.jukebox.core.nn;

import dev.jukebox.compute.Arena;
import dev.jukebox.compute.Backend;
import dev.jukebox.compute.ConvGeometry;
import dev.jukebox.compute.Tensor;
import java.util.List;
import java.util.stream.Stream;

/** A step of a convolutional block: a tensor in, a new tensor out. */
interface Stage {

  Tensor apply(Tensor x, Arena arena);

  /** The convolutions in the order in which they run. */
  Stream<ConvGeometry> geometries();

  /** Runs stages one after another, freeing each result once the next is there. */
  static Tensor chain(Backend backend, List<? extends Stage> stages, Tensor x, Arena arena) {
    Arena held = backend.arena();
    try {
      Tensor h = x;
      for (int i = 0; i < stages.size() - 1; i++) {
        Arena next = backend.arena();
        try {
          h = stages.get(i).apply(h, next);
        } finally {
          held.close();
          held = next;
        }
      }
      return stages.get(stages.size() - 1).apply(h, arena);
    } finally {
      held.close();
    }
  }
}
