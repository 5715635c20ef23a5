package dev.jukebox.benchmarks;

import dev.jukebox.compute.Backend;
import dev.jukebox.compute.ConvGeometry;
import dev.jukebox.compute.ConvWeight;
import dev.jukebox.compute.DType;
import dev.jukebox.compute.Tensor;
import java.util.List;
import java.util.Locale;

/** The convolutions of the VQ-VAE and of the upsamplers' conditioners, at 20 seconds of audio. */
final class ConvKernels {
  private static final int CHECKED = 16;

  private record Layer(String name, int time, int in, int out, ConvGeometry geometry) {}

  private final KernelRun run;
  private final Backend backend;

  ConvKernels(KernelRun run) {
    this.run = run;
    this.backend = run.backend();
  }

  /** Everything. */
  void run() {
    ConvGeometry down = new ConvGeometry(4, 2, 1, 1, false);
    ConvGeometry up = new ConvGeometry(4, 2, 1, 1, true);
    int audio = 20 * 44100;
    List<Layer> real =
        List.of(
            new Layer("vqvae first", audio, 1, 64, down),
            new Layer("vqvae down", audio / 2, 64, 64, down),
            new Layer("vqvae resnet", audio / 2, 64, 64, ConvGeometry.same(3, 1)),
            new Layer("vqvae resnet", audio / 2, 64, 64, ConvGeometry.same(3, 27)),
            new Layer("vqvae resnet", audio / 2, 64, 64, ConvGeometry.same(3, 2187)),
            new Layer("vqvae resnet", audio / 2, 64, 64, ConvGeometry.same(1, 1)),
            new Layer("vqvae resnet", audio / 8, 32, 32, ConvGeometry.same(3, 9)),
            new Layer("vqvae up", audio / 4, 64, 64, up),
            new Layer("vqvae last", audio, 64, 1, ConvGeometry.same(3, 1)),
            new Layer("conditioner in", 2048, 1920, 1024, ConvGeometry.same(3, 1)),
            new Layer("conditioner", 4096, 1024, 1024, ConvGeometry.same(3, 81)),
            new Layer("conditioner", 4096, 1024, 1024, ConvGeometry.same(1, 1)),
            new Layer("conditioner up", 4096, 1024, 1920, up));
    List<Layer> small =
        List.of(
            new Layer("down", 51, 5, 7, down),
            new Layer("resnet", 51, 7, 7, ConvGeometry.same(3, 9)),
            new Layer("up", 51, 7, 5, up));
    run.shapes(real, small).forEach(this::measure);
  }

  private void measure(Layer layer) {
    ConvGeometry geometry = layer.geometry();
    String shape =
        String.format(
            Locale.ROOT,
            "%-14s %d×%d→%d kernel %d stride %d dilation %d%s",
            layer.name(),
            layer.time(),
            layer.in(),
            layer.out(),
            geometry.kernel(),
            geometry.stride(),
            geometry.dilation(),
            geometry.transposed() ? " transposed" : "");
    run.group(
        List.of("conv"),
        shape,
        arena -> {
          int kernel = geometry.kernel();
          float std = (float) Math.sqrt(1.0 / (layer.in() * kernel));
          Tensor weight =
              geometry.transposed()
                  ? run.normal(arena, std, layer.in(), layer.out(), kernel)
                  : run.normal(arena, std, layer.out(), layer.in(), kernel);
          Tensor bias = run.normal(arena, 1, layer.out());
          ConvWeight packed = backend.conv().pack(weight, bias, geometry, arena);
          Tensor x = run.normal(arena, 1, 1, layer.time(), layer.in());
          long length = geometry.outputLength(layer.time());
          Tensor y = arena.tensor(DType.F32, 1, length, layer.out());
          // Every input of a transposed convolution meets every tap; every output of another one.
          double taps = geometry.transposed() ? layer.time() : length;
          double bytes = x.byteSize() + y.byteSize() + weight.byteSize();
          run.measure(
              "conv",
              shape,
              new KernelResult.Work(bytes, 2.0 * taps * kernel * layer.in() * layer.out(), bytes),
              1,
              () -> backend.conv().apply(packed, x, true, y),
              () -> check(layer, weight, bias, x, y));
        });
  }

  /** Some elements against sums in double precision. */
  private void check(Layer layer, Tensor weight, Tensor bias, Tensor x, Tensor y) {
    float[] w = backend.downloadFloats(weight);
    float[] b = backend.downloadFloats(bias);
    float[] input = backend.downloadFloats(x);
    float[] result = backend.downloadFloats(y);
    Checks.requireNumbers(result, "y");
    int length = result.length / layer.out();
    for (int i = 0; i < CHECKED; i++) {
      int time = (int) ((long) i * (length - 1) / (CHECKED - 1));
      int out = i * 7 % layer.out();
      double expected = b[out];
      for (int tap = 0; tap < layer.geometry().kernel(); tap++) {
        expected += tap(layer, w, input, time, out, tap);
      }
      float found = result[time * layer.out() + out];
      Checks.require(
          Math.abs(found - expected) <= 1e-2,
          "element " + time + ", " + out + " is " + found + ", not " + expected);
    }
  }

  private static double tap(Layer layer, float[] w, float[] input, int time, int out, int tap) {
    ConvGeometry geometry = layer.geometry();
    int kernel = geometry.kernel();
    int stride = geometry.stride();
    int shifted = time + geometry.padding() - tap;
    if (geometry.transposed() && shifted % stride != 0) {
      return 0;
    }
    int from =
        geometry.transposed()
            ? shifted / stride
            : time * stride + tap * geometry.dilation() - geometry.padding();
    if (from < 0 || from >= layer.time()) {
      return 0;
    }
    double sum = 0;
    for (int in = 0; in < layer.in(); in++) {
      int place =
          geometry.transposed()
              ? (in * layer.out() + out) * kernel + tap
              : (out * layer.in() + in) * kernel + tap;
      sum += (double) Math.max(0, input[from * layer.in() + in]) * w[place];
    }
    return sum;
  }
}
