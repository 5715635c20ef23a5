package dev.jukebox.core.vqvae;

import dev.jukebox.compute.Arena;
import dev.jukebox.compute.Backend;
import dev.jukebox.compute.ConvGeometry;
import dev.jukebox.compute.DType;
import dev.jukebox.compute.Tensor;
import dev.jukebox.core.nn.Conv;
import dev.jukebox.core.nn.ReceptiveField;
import dev.jukebox.core.nn.UpBlock;
import dev.jukebox.core.nn.WeightScope;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** The decoder of one level: codes to audio. */
final class Decoder {
  private final Backend backend;
  private final List<UpBlock> blocks = new ArrayList<>();
  private final Conv out;

  Decoder(WeightScope scope, VqVaeConfig config, int level) {
    this.backend = scope.backend();
    for (int i = level; i >= 0; i--) {
      blocks.add(
          new UpBlock(
              scope.sub("level_blocks." + i),
              config.embWidth(),
              config.embWidth(),
              config.downs().get(i),
              config.strides().get(i),
              config.resnet(level, true)));
    }
    this.out = new Conv(scope.sub("out"), config.embWidth(), 1, ConvGeometry.same(3, 1));
  }

  /** The audio of codes. */
  float[] decode(int[] codes, Tensor codebook) {
    try (Arena arena = backend.arena()) {
      Tensor ids = arena.tensor(DType.I32, 1, codes.length);
      backend.upload(ids, codes);
      Tensor x = arena.tensor(DType.F32, 1, codes.length, codebook.shape().dim(1));
      backend.embedding().gather(codebook, ids, x);
      for (UpBlock block : blocks) {
        x = block.apply(x, arena);
      }
      return backend.downloadFloats(out.apply(x, arena));
    }
  }

  ReceptiveField receptiveField() {
    return new ReceptiveField(
        Stream.concat(blocks.stream().flatMap(UpBlock::geometries), out.geometries()).toList());
  }
}
