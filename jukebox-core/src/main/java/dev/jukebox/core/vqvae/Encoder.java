package dev.jukebox.core.vqvae;

import dev.jukebox.compute.Arena;
import dev.jukebox.compute.Backend;
import dev.jukebox.compute.DType;
import dev.jukebox.compute.Tensor;
import dev.jukebox.core.nn.DownBlock;
import dev.jukebox.core.nn.ReceptiveField;
import dev.jukebox.core.nn.WeightScope;
import java.util.ArrayList;
import java.util.List;

/** The encoder of one level: audio to code vectors. */
final class Encoder {
  private final Backend backend;
  private final List<DownBlock> blocks = new ArrayList<>();

  Encoder(WeightScope scope, VqVaeConfig config, int level) {
    this.backend = scope.backend();
    for (int i = 0; i <= level; i++) {
      blocks.add(
          new DownBlock(
              scope.sub("level_blocks." + i),
              i == 0 ? 1 : config.embWidth(),
              config.embWidth(),
              config.downs().get(i),
              config.strides().get(i),
              config.resnet(level, false)));
    }
  }

  /** Nearest codes of audio samples whose number is a multiple of the hop. */
  int[] encode(float[] audio, Tensor codebook) {
    try (Arena arena = backend.arena()) {
      Tensor x = arena.tensor(DType.F32, 1, audio.length, 1);
      backend.upload(x, audio);
      for (DownBlock block : blocks) {
        x = block.apply(x, arena);
      }
      Tensor codes = arena.tensor(DType.I32, x.shape().dim(1));
      backend.codebook().nearest(x, codebook, codes);
      return backend.downloadInts(codes);
    }
  }

  ReceptiveField receptiveField() {
    return new ReceptiveField(blocks.stream().flatMap(DownBlock::geometries).toList());
  }
}
