package dev.jukebox.core.train.vqvae;

import dev.jukebox.core.autograd.Tape;
import dev.jukebox.core.autograd.Variable;
import dev.jukebox.core.train.nn.DownLayers;
import dev.jukebox.core.train.nn.ParameterScope;
import dev.jukebox.core.vqvae.VqVaeConfig;
import java.util.ArrayList;
import java.util.List;

/** The encoder of one level: audio to vectors. */
final class EncoderNet {
  private final List<DownLayers> blocks = new ArrayList<>();

  EncoderNet(ParameterScope scope, VqVaeConfig config, int level) {
    for (int i = 0; i <= level; i++) {
      blocks.add(
          new DownLayers(
              scope.sub("level_blocks." + i),
              i == 0 ? 1 : config.embWidth(),
              config.embWidth(),
              config.downs().get(i),
              config.strides().get(i),
              config.resnet(level, false)));
    }
  }

  /** The vectors [batch, time/hop, embWidth] of audio [batch, time, 1]. */
  Variable apply(Tape tape, Variable audio) {
    Variable x = audio;
    for (DownLayers block : blocks) {
      x = block.apply(tape, x);
    }
    return x;
  }
}
