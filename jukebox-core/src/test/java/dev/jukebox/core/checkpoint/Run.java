package dev.jukebox.core.checkpoint;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jukebox.compute.Arena;
import dev.jukebox.compute.Backend;
import dev.jukebox.compute.DType;
import dev.jukebox.compute.Tensor;
import dev.jukebox.core.autograd.Parameters;
import dev.jukebox.core.golden.GoldenBackends;
import dev.jukebox.core.hparams.Hyperparams;
import dev.jukebox.core.optim.Optimizer;
import dev.jukebox.core.optim.SmallModel;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** A small model, its optimizer and a codebook. */
final class Run implements AutoCloseable {
  final Backend backend;
  final Hyperparams hps;
  final SmallModel model;
  final Arena arena;
  final Tensor codebook;
  final ModelLayout layout;
  final Optimizer optimizer;

  Run(String backendName, Hyperparams hps, int seed) {
    this(backendName, hps, seed, 4);
  }

  Run(String backendName, Hyperparams hps, int seed, int artists) {
    this.hps = hps;
    backend = GoldenBackends.open(backendName);
    model = new SmallModel(backend, seed, artists);
    arena = backend.arena();
    codebook = arena.tensor(DType.F32, 2, 3);
    backend.upload(codebook, new float[] {seed, 1, 2, 3, 4, 5});
    layout =
        ModelLayout.plain()
            .tied("prior.x_out.weight", SmallModel.TOKENS)
            .buffer("bottleneck.k", codebook);
    optimizer = new Optimizer(model.parameters(), hps, 1);
  }

  Parameters parameters() {
    return model.parameters();
  }

  /** Takes steps with these numbers. */
  void train(int from, int to) {
    for (int t = from; t <= to; t++) {
      model.gradients(t, optimizer.lossScale().value());
      assertTrue(optimizer.step().isTaken());
    }
  }

  TrainingState state(Map<String, ?> extras) {
    return TrainingState.of(hps, parameters(), layout, optimizer, extras);
  }

  void resume(Path path) {
    try (SavedRun run = SavedRun.open(path)) {
      run.resume(parameters(), layout, optimizer);
    }
  }

  List<float[]> averages() {
    return optimizer.average().orElseThrow().tensors().stream()
        .map(backend::downloadFloats)
        .toList();
  }

  static void assertSame(List<float[]> expected, List<float[]> actual) {
    assertTrue(expected.size() > 5 && expected.size() == actual.size());
    for (int i = 0; i < expected.size(); i++) {
      assertArrayEquals(expected.get(i), actual.get(i), "tensor " + i);
    }
  }

  @Override
  public void close() {
    optimizer.close();
    arena.close();
    model.close();
    backend.close();
  }
}
