package dev.jukebox.benchmarks;

import dev.jukebox.compute.Arena;
import dev.jukebox.compute.Backend;
import dev.jukebox.compute.DType;
import dev.jukebox.compute.Tensor;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.regex.Pattern;

/** The backend that kernels are timed on, and what was measured so far. */
final class KernelRun {
  /** Several times the L2 cache of the devices there are. */
  private static final long COLD_BYTES = 512L << 20;

  private static final int MAX_COPIES = 256;

  private final Backend backend;
  private final GraphTimer timer;
  private final boolean tiny;
  private final Pattern only;
  private final Consumer<KernelResult> listener;
  private final RandomTensors random = new RandomTensors(1);
  private final List<KernelResult> results = new ArrayList<>();

  /**
   * A run.
   *
   * @param tiny whether all shapes are so small that an emulator computes them
   * @param only names of the kernels that are timed
   */
  KernelRun(
      Backend backend,
      GraphTimer timer,
      boolean tiny,
      Pattern only,
      Consumer<KernelResult> listener) {
    this.backend = backend;
    this.timer = timer;
    this.tiny = tiny;
    this.only = only;
    this.listener = listener;
  }

  Backend backend() {
    return backend;
  }

  /** One of two extents. */
  int size(int real, int small) {
    return tiny ? small : real;
  }

  /** Some shapes, or in a tiny run others. */
  <T> List<T> shapes(List<T> real, List<T> small) {
    return tiny ? small : real;
  }

  List<KernelResult> results() {
    return Collections.unmodifiableList(results);
  }

  /** Whether a kernel is timed. */
  boolean wants(String kernel) {
    return only.matcher(kernel).find();
  }

  /** How many copies of something are gone over so that none of it is in a cache. */
  int copies(long bytes) {
    return tiny ? 2 : (int) Math.max(1, Math.min(MAX_COPIES, COLD_BYTES / Math.max(1, bytes) + 1));
  }

  /** A new tensor of normally distributed numbers. */
  Tensor normal(Arena arena, float std, long... dims) {
    Tensor tensor = arena.tensor(DType.F32, dims);
    backend.upload(tensor, random.normal(0, std, dims).elements());
    return tensor;
  }

  /**
   * Runs the preparations of kernels; their failure is a result like others and does not stop the
   * rest.
   *
   * @param kernels names of the kernels that need them, of which the first stands for a failure
   */
  void group(List<String> kernels, String shape, Consumer<Arena> body) {
    if (kernels.stream().noneMatch(this::wants)) {
      return;
    }
    try (Arena arena = backend.arena()) {
      body.accept(arena);
    } catch (RuntimeException e) {
      add(
          new KernelResult(
              kernels.get(0),
              shape,
              new KernelResult.Work(0, 0, 0),
              Optional.empty(),
              e.getClass().getSimpleName() + ": " + e.getMessage()));
    }
  }

  /**
   * Times one kernel.
   *
   * @param operations how many operations the body asks for
   * @param body asks for them
   * @param check looks at the results of a first run and throws if they are wrong
   */
  void measure(
      String kernel,
      String shape,
      KernelResult.Work work,
      int operations,
      Runnable body,
      Runnable check) {
    if (!wants(kernel)) {
      return;
    }
    Optional<GraphTimer.Timing> timing = Optional.empty();
    String failure = "";
    try {
      body.run();
      backend.synchronize();
      check.run();
      timing = Optional.of(timer.time(operations, body));
    } catch (RuntimeException e) {
      failure = e.getClass().getSimpleName() + ": " + e.getMessage();
    }
    add(new KernelResult(kernel, shape, work, timing, failure));
  }

  private void add(KernelResult result) {
    results.add(result);
    listener.accept(result);
  }
}
