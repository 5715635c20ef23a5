package dev.jukebox.benchmarks;

import dev.jukebox.compute.AdamSettings;
import dev.jukebox.compute.AdamTensors;
import dev.jukebox.compute.Arena;
import dev.jukebox.compute.Backend;
import dev.jukebox.compute.DType;
import dev.jukebox.compute.ParameterGroup;
import dev.jukebox.compute.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Steps of Adam and gradient norms over as many parameters as a model has. */
final class OptimizerKernels {
  private static final AdamSettings SETTINGS =
      new AdamSettings(3e-4, 0.9, 0.999, 1e-8, 0, 1, 1, 0.99);
  private static final double TOLERANCE = 1e-5;

  private final KernelRun run;
  private final Backend backend;

  OptimizerKernels(KernelRun run) {
    this.run = run;
    this.backend = run.backend();
  }

  /** Everything. */
  void run() {
    int tensor = run.size(1 << 22, 1000);
    for (int tensors : run.shapes(List.of(24, 238), List.of(3))) {
      measure(tensors, tensor, DType.F32, false);
      measure(tensors, tensor, DType.F16, false);
    }
    measure(run.size(24, 3), tensor, DType.F32, true);
  }

  private void measure(int tensors, int size, DType moments, boolean averaged) {
    String shape =
        tensors + " tensors of " + size + ", moments " + moments + (averaged ? ", averages" : "");
    run.group(
        List.of("adam", "gradient norm"),
        shape,
        arena -> {
          List<AdamTensors> all = new ArrayList<>();
          for (int i = 0; i < tensors; i++) {
            all.add(tensors(size, moments, averaged, arena));
          }
          ParameterGroup group = backend.optimizer().group(all, arena);
          long count = (long) tensors * size;
          // Gradient read; parameter, both moments and the average read and written.
          double bytes = count * (4.0 + 8 + 4.0 * moments.byteSize() + (averaged ? 8 : 0));
          float[] before = backend.downloadFloats(all.get(tensors - 1).parameter());
          float[] gradient = backend.downloadFloats(all.get(tensors - 1).gradient());
          run.measure(
              "adam",
              shape,
              new KernelResult.Work(bytes, 0, bytes),
              1,
              () -> backend.optimizer().adam(SETTINGS, group),
              () -> check(before, gradient, all.get(tensors - 1).parameter()));
          Tensor result = arena.tensor(DType.F32, 2);
          run.measure(
              "gradient norm",
              shape,
              new KernelResult.Work(4.0 * count, 2.0 * count, 4.0 * count),
              1,
              () -> backend.optimizer().gradientNorm(group, result),
              () -> checkNorm(backend.downloadFloats(result), count));
        });
  }

  private AdamTensors tensors(int size, DType moments, boolean averaged, Arena arena) {
    boolean scaled = moments == DType.F16;
    return new AdamTensors(
        run.normal(arena, 1, size),
        run.normal(arena, 1, size),
        arena.tensor(moments, size),
        arena.tensor(moments, size),
        scaled ? Optional.of(arena.tensor(DType.F32, 2)) : Optional.empty(),
        averaged ? Optional.of(arena.tensor(DType.F32, size)) : Optional.empty());
  }

  /** From moments of 0 the first step is the learning rate against the gradient's sign. */
  private void check(float[] before, float[] gradient, Tensor parameter) {
    float[] after = backend.downloadFloats(parameter);
    for (int i = 0; i < after.length; i++) {
      double expected = before[i];
      if (Math.abs(gradient[i]) > 0.01) {
        expected -= SETTINGS.learningRate() * Math.signum(gradient[i]);
        Checks.require(
            Math.abs(after[i] - expected) <= TOLERANCE,
            "parameter " + i + " is " + after[i] + ", not " + expected);
      }
    }
  }

  /** The gradients are numbers of a normal distribution. */
  private static void checkNorm(float[] normAndOverflow, long count) {
    double expected = Math.sqrt((double) count);
    Checks.require(
        Math.abs(normAndOverflow[0] - expected) <= 0.1 * expected && normAndOverflow[1] == 0,
        "the norm is " + normAndOverflow[0] + ", not about " + expected);
  }
}
