package dev.jukebox.benchmarks;

import dev.jukebox.compute.Arena;
import dev.jukebox.compute.Backend;
import dev.jukebox.compute.DType;
import dev.jukebox.compute.SamplerSettings;
import dev.jukebox.compute.Tensor;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

/** Copies, layer norms, table look-ups, draws and nearest codes: what works on rows. */
final class RowKernels {
  private static final int REPEATS = 64;
  private static final int CHECKED = 16;

  private final KernelRun run;
  private final Backend backend;

  RowKernels(KernelRun run) {
    this.run = run;
    this.backend = run.backend();
  }

  /** The rates of memory that others are a share of. */
  void copies() {
    int rows = run.size(1 << 17, 8);
    int width = run.size(4096, 48);
    run.group(
        List.of("copy"),
        rows + "×" + width,
        arena -> {
          Tensor source = run.normal(arena, 1, 1, rows, width);
          Tensor other = run.normal(arena, 1, 1, rows, width);
          Tensor target = arena.tensor(DType.F32, 1, rows, width);
          double bytes = source.byteSize();
          Tensor last = target.reshape(rows, width).slice(rows - 1, 1);
          float[] expected = backend.downloadFloats(source.reshape(rows, width).slice(rows - 1, 1));
          run.measure(
              "copy",
              "positions " + rows + "×" + width,
              new KernelResult.Work(2 * bytes, 0, 2 * bytes),
              1,
              () -> backend.elementwise().copyPositions(source, 0, target, 0, rows),
              () ->
                  Checks.require(
                      Arrays.equals(expected, backend.downloadFloats(last)), "the last row"));
          run.measure(
              "copy",
              "interpolate " + rows + "×" + width + " (two read, one written)",
              new KernelResult.Work(3 * bytes, 0, 3 * bytes),
              1,
              () -> backend.elementwise().interpolate(source, other, 0, target),
              () ->
                  Checks.require(
                      Arrays.equals(expected, backend.downloadFloats(last)), "the last row"));
        });
  }

  /** Everything else. */
  void run() {
    for (int rows : run.shapes(List.of(1, 16, 8192), List.of(3))) {
      layerNorm(rows, run.size(1920, 48));
    }
    for (int rows : List.of(1, run.size(16, 3))) {
      int bins = run.size(2048, 64);
      sample(rows, bins, new SamplerSettings(0.99f, 0, 0), "all");
      sample(rows, bins, new SamplerSettings(0.99f, bins / 8, 0), "top_k " + bins / 8);
      sample(rows, bins, new SamplerSettings(0.99f, 0, 0.9f), "top_p 0.9");
    }
    codebook(run.size(1_000_000, 70), 64, run.size(2048, 50));
    increment();
  }

  private void layerNorm(int rows, int width) {
    String shape = rows + "×" + width;
    run.group(
        List.of("layer norm"),
        shape,
        arena -> {
          Tensor x = run.normal(arena, 1, rows, width);
          Tensor gain = run.normal(arena, 1, width);
          Tensor bias = run.normal(arena, 1, width);
          Tensor y = arena.tensor(DType.F32, rows, width);
          int repeats = rows < REPEATS ? REPEATS : 1;
          double bytes = 2.0 * x.byteSize();
          run.measure(
              "layer norm",
              shape,
              new KernelResult.Work(bytes, 0, bytes),
              repeats,
              () -> {
                for (int i = 0; i < repeats; i++) {
                  backend.norm().layerNorm(x, gain, bias, 1e-5f, y);
                }
              },
              () -> checkNorm(x.slice(rows - 1, 1), gain, bias, y.slice(rows - 1, 1)));
        });
  }

  private void checkNorm(Tensor x, Tensor gain, Tensor bias, Tensor y) {
    try (Backend java = Opened.reference();
        Arena arena = java.arena()) {
      int width = (int) x.size();
      Tensor expected = arena.tensor(DType.F32, 1, width);
      java.norm()
          .layerNorm(
              copy(x, java, arena),
              copy(gain, java, arena),
              copy(bias, java, arena),
              1e-5f,
              expected);
      Checks.requireClose(
          java.downloadFloats(expected), backend.downloadFloats(y), 1e-4, "norm and that of java");
    }
  }

  private Tensor copy(Tensor tensor, Backend target, Arena arena) {
    Tensor copy = arena.tensor(DType.F32, tensor.shape().toArray());
    target.upload(copy, backend.downloadFloats(tensor));
    return copy;
  }

  private void sample(int rows, int bins, SamplerSettings settings, String filter) {
    String shape = String.format(Locale.ROOT, "%d×%d %s", rows, bins, filter);
    run.group(
        List.of("sample"),
        shape,
        arena -> {
          Tensor logits = run.normal(arena, 2, rows, bins);
          Tensor items = arena.tensor(DType.I32, rows);
          backend.upload(items, IntStream.range(0, rows).toArray());
          Tensor tokens = arena.tensor(DType.I32, rows);
          run.measure(
              "sample",
              shape,
              new KernelResult.Work(logits.byteSize(), 0, logits.byteSize()),
              REPEATS,
              () -> {
                for (int i = 0; i < REPEATS; i++) {
                  backend.sampling().sample(logits, settings, 5, items, 0, 9L, tokens);
                }
              },
              () -> checkDraws(logits, settings, tokens));
        });
  }

  private void checkDraws(Tensor logits, SamplerSettings settings, Tensor tokens) {
    int rows = (int) tokens.size();
    try (Backend java = Opened.reference();
        Arena arena = java.arena()) {
      Tensor items = arena.tensor(DType.I32, rows);
      java.upload(items, IntStream.range(0, rows).toArray());
      Tensor expected = arena.tensor(DType.I32, rows);
      java.sampling().sample(copy(logits, java, arena), settings, 5, items, 0, 9L, expected);
      Checks.requireSameCodes(
          List.of(java.downloadInts(expected)),
          List.of(backend.downloadInts(tokens)),
          "draws and those of java");
    }
  }

  private void codebook(int rows, int width, int bins) {
    String shape = rows + "×" + width + ", " + bins + " codes";
    run.group(
        List.of("codebook"),
        shape,
        arena -> {
          Tensor x = run.normal(arena, 1, rows, width);
          Tensor codebook = run.normal(arena, 1, bins, width);
          Tensor codes = arena.tensor(DType.I32, rows);
          double bytes = x.byteSize() + codebook.byteSize() + codes.byteSize();
          run.measure(
              "codebook",
              shape,
              new KernelResult.Work(bytes, 2.0 * rows * bins * width, bytes),
              1,
              () -> backend.codebook().nearest(x, codebook, codes),
              () -> checkNearest(x, codebook, codes));
        });
  }

  private void checkNearest(Tensor x, Tensor codebook, Tensor codes) {
    int rows = (int) codes.size();
    int checked = Math.min(CHECKED, rows);
    int[] found = backend.downloadInts(codes);
    for (int start : new int[] {0, rows - checked}) {
      try (Backend java = Opened.reference();
          Arena arena = java.arena()) {
        Tensor expected = arena.tensor(DType.I32, checked);
        java.codebook()
            .nearest(
                copy(x.slice(start, checked), java, arena), copy(codebook, java, arena), expected);
        Checks.requireSameCodes(
            List.of(java.downloadInts(expected)),
            List.of(Arrays.copyOfRange(found, start, start + checked)),
            "codes and those of java");
      }
    }
  }

  /** The shortest operation there is: what a kernel in a graph costs by itself. */
  private void increment() {
    run.group(
        List.of("increment"),
        "1 number",
        arena -> {
          Tensor counter = arena.tensor(DType.I32, 1);
          run.measure(
              "increment",
              "1 number",
              new KernelResult.Work(0, 0, 0),
              REPEATS,
              () -> {
                for (int i = 0; i < REPEATS; i++) {
                  backend.elementwise().increment(counter);
                }
              },
              () ->
                  Checks.require(
                      backend.downloadInts(counter)[0] == REPEATS, "the counter's value"));
        });
  }
}
