package dev.jukebox.core.train.vqvae;

import dev.jukebox.compute.ConvGeometry;
import dev.jukebox.core.autograd.Tape;
import dev.jukebox.core.autograd.Variable;
import dev.jukebox.core.train.nn.ConvLayer;
import dev.jukebox.core.train.nn.ParameterScope;
import dev.jukebox.core.train.nn.UpLayers;
import dev.jukebox.core.vqvae.VqVaeConfig;
import java.util.ArrayList;
import java.util.List;

/** The decoder of one level: code vectors to audio. */
final class DecoderNet {
  private final List<UpLayers> blocks = new ArrayList<>();
  private final ConvLayer out;

  DecoderNet(ParameterScope scope, VqVaeConfig config, int level) {
    // Registered from the finest on, as in a checkpoint, and run from the coarsest on.
    for (int i = 0; i <= level; i++) {
      blocks.add(
          new UpLayers(
              scope.sub("level_blocks." + i),
              config.embWidth(),
              config.embWidth(),
              config.downs().get(i),
              config.strides().get(i),
              config.resnet(level, true),
              false,
              false));
    }
    this.out = new ConvLayer(scope.sub("out"), config.embWidth(), 1, ConvGeometry.same(3, 1));
  }

  /** The audio [batch, time·hop, 1] of vectors [batch, time, embWidth]. */
  Variable apply(Tape tape, Variable vectors) {
    Variable x = vectors;
    for (int i = blocks.size() - 1; i >= 0; i--) {
      x = blocks.get(i).apply(tape, x);
    }
    return out.apply(tape, x);
  }
}
