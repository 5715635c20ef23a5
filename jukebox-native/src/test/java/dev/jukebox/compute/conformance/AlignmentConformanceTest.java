package dev.jukebox.compute.conformance;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import dev.jukebox.compute.Arena;
import dev.jukebox.compute.Backend;
import dev.jukebox.compute.ConvGeometry;
import dev.jukebox.compute.ConvWeight;
import dev.jukebox.compute.DType;
import dev.jukebox.compute.Shape;
import dev.jukebox.compute.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Convolutions and nearest codes of tensors at any address: the same bits. */
class AlignmentConformanceTest {
  /** Elements before a tensor, which is then aligned to 16, 4 and 8 bytes. */
  private static final int[] OFFSETS = {64, 61, 66};

  private static final int BEHIND = 64;

  private record Case(
      int batch, int time, int in, int out, ConvGeometry geometry, boolean relu, boolean residual) {
    float[] input() {
      return Numbers.random(1, batch * time * in, 1);
    }

    int size() {
      return Math.toIntExact(batch * geometry.outputLength(time) * out);
    }
  }

  private static List<Case> cases() {
    List<ConvGeometry> geometries =
        List.of(
            ConvGeometry.same(1, 1),
            ConvGeometry.same(3, 27),
            new ConvGeometry(4, 2, 1, 1, false),
            new ConvGeometry(5, 3, 1, 2, false),
            new ConvGeometry(4, 2, 1, 1, true),
            new ConvGeometry(7, 3, 2, 1, true));
    int[][] channels = {{4, 64}, {64, 1}, {20, 32}, {64, 68}, {8, 6}, {1, 64}, {12, 36}};
    List<Case> cases = new ArrayList<>();
    for (int i = 0; i < geometries.size(); i++) {
      for (int j = 0; j < channels.length; j++) {
        int time = 23 + (i * 29 + j * 13) % 40;
        boolean relu = (i + j) % 3 > 0;
        cases.add(
            new Case(
                1 + j % 2,
                time,
                channels[j][0],
                channels[j][1],
                geometries.get(i),
                relu,
                j % 2 == 0));
      }
    }
    cases.add(new Case(2, 400, 64, 64, ConvGeometry.same(3, 9), true, true));
    cases.add(new Case(1, 700, 64, 1, ConvGeometry.same(3, 1), true, false));
    cases.add(new Case(1, 300, 64, 64, new ConvGeometry(4, 2, 1, 1, true), false, false));
    return cases;
  }

  @TestFactory
  Stream<DynamicTest> convolutionsHaveTheSameBitsAtAnyAddress() {
    return TestBackends.each(
        cases(),
        (backend, one) -> {
          float[] expected = convolve(backend, one, OFFSETS[0]);
          for (int offset : OFFSETS) {
            Numbers.sameBits(expected, convolve(backend, one, offset), "offset " + offset);
          }
        });
  }

  private static float[] convolve(Backend backend, Case one, int offset) {
    try (Arena arena = backend.arena()) {
      ConvGeometry g = one.geometry;
      int taps = one.in * g.kernel();
      float[] weight = Numbers.random(2, taps * one.out, 1 / Math.sqrt(taps));
      long[] dims =
          g.transposed()
              ? new long[] {one.in, one.out, g.kernel()}
              : new long[] {one.out, one.in, g.kernel()};
      ConvWeight packed =
          backend
              .conv()
              .pack(
                  place(backend, arena, offset, weight, dims),
                  place(backend, arena, offset, Numbers.random(3, one.out, 1), one.out),
                  g,
                  arena);
      Tensor x = place(backend, arena, offset, one.input(), one.batch, one.time, one.in);
      float[] before = Numbers.random(4, one.size(), 1);
      Tensor y =
          place(backend, arena, offset, before, one.batch, g.outputLength(one.time), one.out);
      if (one.residual) {
        backend.conv().applyResidual(packed, x, one.relu, y, 0.7f, y);
      } else {
        backend.conv().apply(packed, x, one.relu, y);
      }
      return backend.downloadFloats(y);
    }
  }

  /** A tensor so many elements behind an aligned address, with NaNs on either side. */
  private static Tensor place(
      Backend backend, Arena arena, int offset, float[] values, long... dims) {
    int size = Math.toIntExact(Shape.of(dims).size());
    Tensor whole = arena.tensor(DType.F32, offset + size + BEHIND);
    float[] all = new float[offset + size + BEHIND];
    Arrays.fill(all, Float.NaN);
    System.arraycopy(values, 0, all, offset, size);
    backend.upload(whole, all);
    return whole.slice(offset, size).reshape(dims);
  }

  @TestFactory
  Stream<DynamicTest> nearestCodesAreTheSameAtAnyAddress() {
    return TestBackends.each(
        List.of(4, 20, 64, 7),
        (backend, width) -> {
          int rows = 150;
          int bins = 200;
          float[] x = Numbers.random(1, rows * width, 1);
          float[] codebook = Numbers.random(2, bins * width, 1);
          int[] plain;
          try (Backend java = TestBackends.open("java", 2)) {
            plain = nearest(java, 0, x, codebook, width);
          }
          for (int offset : OFFSETS) {
            assertArrayEquals(plain, nearest(backend, offset, x, codebook, width));
          }
        });
  }

  private static int[] nearest(
      Backend backend, int offset, float[] x, float[] codebook, int width) {
    try (Arena arena = backend.arena()) {
      Tensor codes = arena.tensor(DType.I32, x.length / width);
      backend
          .codebook()
          .nearest(
              place(backend, arena, offset, x, x.length / width, width),
              place(backend, arena, offset, codebook, codebook.length / width, width),
              codes);
      return backend.downloadInts(codes);
    }
  }
}
