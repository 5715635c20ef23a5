package dev.jukebox.core.nn;

import dev.jukebox.compute.Arena;
import dev.jukebox.compute.Backend;
import dev.jukebox.compute.ConvGeometry;
import dev.jukebox.compute.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** Residual blocks x + c·conv1(relu(conv3(relu(x)))) with growing dilation. */
final class Resnet1d {
  private record Block(Conv dilated, Conv pointwise) {}

  private final Backend backend;
  private final List<Block> blocks = new ArrayList<>();
  private final float scale;

  Resnet1d(WeightScope scope, ResnetConfig config) {
    this.backend = scope.backend();
    this.scale = config.scale();
    int width = config.width();
    int state = (int) (config.mConv() * width);
    for (int i = 0; i < config.depth(); i++) {
      WeightScope block = scope.sub(config.names() + "." + i + ".model");
      blocks.add(
          new Block(
              new Conv(block.sub("1"), width, state, ConvGeometry.same(3, config.dilation(i))),
              new Conv(block.sub("3"), state, width, ConvGeometry.same(1, 1))));
    }
  }

  /** Runs all blocks, writing over {@code x}. */
  void apply(Tensor x) {
    for (Block block : blocks) {
      try (Arena arena = backend.arena()) {
        block.pointwise().addReluTo(block.dilated().applyRelu(x, arena), x, scale);
      }
    }
  }

  Stream<ConvGeometry> geometries() {
    return blocks.stream()
        .flatMap(block -> Stream.of(block.dilated(), block.pointwise()))
        .flatMap(Conv::geometries);
  }
}
