package dev.jukebox.benchmarks;

import dev.jukebox.compute.Activation;
import dev.jukebox.compute.Arena;
import dev.jukebox.compute.Backend;
import dev.jukebox.compute.DType;
import dev.jukebox.compute.LinearWeight;
import dev.jukebox.compute.NormWeight;
import dev.jukebox.compute.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** The matrix products of the priors: of one or few rows while decoding, of many in a prompt. */
final class LinearKernels {
  private static final float STD = 0.02f;
  private static final int CHECKED = 8;
  private static final float EPS = 1e-5f;

  /** How a layer of a transformer uses a product. */
  private enum Form {
    NORM,
    NORM_GELU,
    RESIDUAL,
    PLAIN
  }

  private record Matrix(String name, int in, int out, Form form) {}

  private final KernelRun run;
  private final Backend backend;

  LinearKernels(KernelRun run) {
    this.run = run;
    this.backend = run.backend();
  }

  /** Everything. */
  void run() {
    List<DType> all = List.of(DType.F32, DType.F16, DType.BF16, DType.I8);
    List<Integer> few = List.of(1, 16);
    for (int width : run.shapes(List.of(1920, 2048, 4800), List.of(48))) {
      for (Matrix matrix : matrices(width)) {
        for (DType storage : width == 1920 || width == 48 ? all : List.of(DType.F16)) {
          measure("linear decode", matrix, storage, few, run.copies(bytes(matrix, storage)));
        }
      }
    }
    List<Integer> many = List.of(run.size(8192, 40));
    for (Matrix matrix : matrices(run.size(1920, 48))) {
      measure("linear prefill", matrix, DType.F16, many, 1);
    }
    Matrix widest = matrices(run.size(4800, 56)).get(2);
    for (DType storage : all) {
      measure("linear prefill", widest, storage, many, 1);
    }
  }

  /** The largest product, whose rate stands for the device's. */
  void matrixRate() {
    int size = run.size(8192, 64);
    for (DType storage : List.of(DType.F16, DType.BF16)) {
      Matrix square = new Matrix("square", size, size, Form.PLAIN);
      measure("matrix rate", square, storage, List.of(size), 1);
    }
  }

  /** The weights of a layer with m_attn 0.25 and m_mlp 1, and the head. */
  private List<Matrix> matrices(int width) {
    return List.of(
        new Matrix("qkv", width, 3 * width / 4, Form.NORM),
        new Matrix("proj", width / 4, width, Form.RESIDUAL),
        new Matrix("fc", width, width, Form.NORM_GELU),
        new Matrix("mlp proj", width, width, Form.RESIDUAL),
        new Matrix("head", width, run.size(2048, 64), Form.PLAIN));
  }

  private static long bytes(Matrix matrix, DType storage) {
    return (long) matrix.in() * matrix.out() * storage.byteSize();
  }

  private void measure(
      String kernel, Matrix matrix, DType storage, List<Integer> rowCounts, int copies) {
    run.group(
        List.of(kernel),
        shape(matrix, storage, 0),
        arena -> {
          Tensor weight = run.normal(arena, STD, matrix.in(), matrix.out());
          Tensor bias = run.normal(arena, STD, matrix.out());
          List<LinearWeight> packed = new ArrayList<>();
          for (int i = 0; i < copies; i++) {
            packed.add(backend.linear().pack(weight, false, Optional.of(bias), storage, arena));
          }
          for (int rows : rowCounts) {
            new Product(matrix, storage, rows, weight, bias, packed).measure(kernel, arena);
          }
        });
  }

  private static String shape(Matrix matrix, DType storage, int rows) {
    return String.format(
        Locale.ROOT,
        "%-8s %4d×%d→%d %s",
        matrix.name(),
        rows,
        matrix.in(),
        matrix.out(),
        storage.name().toLowerCase(Locale.ROOT));
  }

  /** One number of rows. */
  private final class Product {
    private final Matrix matrix;
    private final DType storage;
    private final int rows;
    private final Tensor weight;
    private final Tensor bias;
    private final List<LinearWeight> packed;

    Product(
        Matrix matrix,
        DType storage,
        int rows,
        Tensor weight,
        Tensor bias,
        List<LinearWeight> packed) {
      this.matrix = matrix;
      this.storage = storage;
      this.rows = rows;
      this.weight = weight;
      this.bias = bias;
      this.packed = packed;
    }

    void measure(String kernel, Arena arena) {
      int in = matrix.in();
      int out = matrix.out();
      Tensor x = run.normal(arena, 1, rows, in);
      Tensor normed = arena.tensor(DType.F32, rows, in);
      Tensor residual = run.normal(arena, 1, rows, out);
      Tensor y = arena.tensor(DType.F32, rows, out);
      Tensor gain = arena.tensor(DType.F32, in);
      float[] ones = new float[in];
      Arrays.fill(ones, 1);
      backend.upload(gain, ones);
      NormWeight norm = new NormWeight(gain, arena.tensor(DType.F32, in), EPS);
      boolean added = matrix.form() == Form.RESIDUAL;
      long weights = bytes(matrix, storage) + (storage == DType.I8 ? out * 4L : 0);
      long activations = rows * (in + (added ? 2L : 1) * out) * Float.BYTES;
      run.measure(
          kernel,
          shape(matrix, storage, rows),
          new KernelResult.Work(
              weights + activations, 2.0 * rows * in * out, (double) weights * packed.size()),
          packed.size(),
          () -> packed.forEach(one -> apply(one, norm, x, normed, residual, y)),
          () -> check(x, residual, y));
    }

    private void apply(
        LinearWeight one, NormWeight norm, Tensor x, Tensor normed, Tensor residual, Tensor y) {
      switch (matrix.form()) {
        case NORM -> backend.fused().normLinear(norm, one, x, normed, Activation.NONE, y);
        case NORM_GELU ->
            backend.fused().normLinear(norm, one, x, normed, Activation.QUICK_GELU, y);
        case RESIDUAL -> backend.linear().applyResidual(one, x, residual, y);
        case PLAIN -> backend.linear().apply(one, x, Activation.NONE, y);
      }
    }

    /** Some elements of the first and the last row against sums in double precision. */
    private void check(Tensor x, Tensor residual, Tensor y) {
      float[] w = backend.downloadFloats(weight);
      float[] b = backend.downloadFloats(bias);
      double std = STD * Math.sqrt(matrix.in());
      for (int row : new int[] {0, rows - 1}) {
        double[] input = input(backend.downloadFloats(x.slice(row, 1)));
        float[] before = backend.downloadFloats(residual.slice(row, 1));
        float[] result = backend.downloadFloats(y.slice(row, 1));
        Checks.requireNumbers(result, "a row of y");
        for (int i = 0; i < CHECKED; i++) {
          int column = (int) ((i * 7919L + row) % matrix.out());
          double sum = b[column];
          for (int k = 0; k < input.length; k++) {
            sum += input[k] * w[k * matrix.out() + column];
          }
          double expected =
              switch (matrix.form()) {
                case NORM, PLAIN -> sum;
                case NORM_GELU -> sum / (1 + Math.exp(-1.702 * sum));
                case RESIDUAL -> sum + before[column];
              };
          Checks.require(
              Math.abs(result[column] - expected) <= tolerance() * std,
              "element " + row + ", " + column + " is " + result[column] + ", not " + expected);
        }
      }
    }

    private double[] input(float[] x) {
      double[] values = new double[x.length];
      for (int k = 0; k < x.length; k++) {
        values[k] = x[k];
      }
      if (matrix.form() == Form.NORM || matrix.form() == Form.NORM_GELU) {
        double mean = Arrays.stream(values).average().orElseThrow();
        double variance =
            Arrays.stream(values).map(v -> (v - mean) * (v - mean)).average().orElseThrow();
        for (int k = 0; k < values.length; k++) {
          values[k] = (values[k] - mean) / Math.sqrt(variance + EPS);
        }
      }
      return values;
    }

    private double tolerance() {
      return switch (storage) {
        case F32, I32 -> 1e-3;
        case F16 -> 1e-2;
        case BF16, I8 -> 5e-2;
      };
    }
  }
}
