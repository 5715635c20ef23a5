package dev.jukebox.compute.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.jukebox.compute.AdamTensors;
import dev.jukebox.compute.Arena;
import dev.jukebox.compute.Backend;
import dev.jukebox.compute.DType;
import dev.jukebox.compute.HalfFloats;
import dev.jukebox.compute.Shape;
import dev.jukebox.compute.Tensor;
import java.util.Arrays;
import java.util.Optional;

/** The tensors of one parameter between bands of marks, at an aligned address or not. */
final class AdamFixture {
  private static final int MARK = 0x7fc0dead;
  private static final int ALIGNED_BAND = 64;
  private static final int ODD_BAND = 67;

  private final Backend backend;
  private final int size;
  private final int band;
  private final boolean halves;
  private final Tensor parameter;
  private final Tensor gradient;
  private final Tensor first;
  private final Tensor second;
  private final Optional<Tensor> scales;
  private final Optional<Tensor> average;

  AdamFixture(
      Backend backend, Arena arena, int size, boolean aligned, boolean halves, boolean averaged) {
    this.backend = backend;
    this.size = size;
    this.band = aligned ? ALIGNED_BAND : ODD_BAND;
    this.halves = halves;
    this.parameter = marked(arena, size);
    this.gradient = marked(arena, size);
    this.first = marked(arena, momentWords());
    this.second = marked(arena, momentWords());
    this.scales = halves ? Optional.of(arena.tensor(DType.F32, 2)) : Optional.empty();
    this.average = averaged ? Optional.of(marked(arena, size)) : Optional.empty();
    scales.ifPresent(values -> backend.upload(values, new float[] {1, 1}));
    backend.upload(inside(first, momentWords()), new int[momentWords()]);
    backend.upload(inside(second, momentWords()), new int[momentWords()]);
  }

  /** Halves are kept in words of two; the last of an odd number is never used. */
  private int momentWords() {
    return halves ? (size + 1) / 2 : size;
  }

  private Tensor marked(Arena arena, int words) {
    Tensor whole = arena.tensor(DType.I32, words + 2L * band);
    int[] marks = new int[words + 2 * band];
    Arrays.fill(marks, MARK);
    backend.upload(whole, marks);
    return whole;
  }

  private Tensor inside(Tensor whole, int words) {
    return whole.slice(band, words);
  }

  private Tensor view(Tensor whole, DType type) {
    return new Tensor(
        type, Shape.of(size), whole.memory(), whole.byteOffset() + (long) band * Integer.BYTES);
  }

  AdamTensors tensors() {
    DType moment = halves ? DType.F16 : DType.F32;
    return new AdamTensors(
        view(parameter, DType.F32),
        view(gradient, DType.F32),
        view(first, moment),
        view(second, moment),
        scales,
        average.map(whole -> view(whole, DType.F32)));
  }

  void parameter(float[] values) {
    backend.upload(view(parameter, DType.F32), values);
    average.ifPresent(whole -> backend.upload(view(whole, DType.F32), values));
  }

  void gradient(float[] values) {
    backend.upload(view(gradient, DType.F32), values);
  }

  float[] parameter() {
    return singles(parameter);
  }

  float[] average() {
    return singles(average.orElseThrow());
  }

  /** The first moment, times its scale. */
  float[] first() {
    return halves ? halves(first, scales()[0]) : singles(first);
  }

  /** The second moment, times its scale. */
  float[] second() {
    return halves ? halves(second, scales()[1]) : singles(second);
  }

  float[] scales() {
    return backend.downloadFloats(scales.orElseThrow());
  }

  private int[] words(Tensor whole, int words) {
    int[] all = backend.downloadInts(whole);
    for (int i = 0; i < band; i++) {
      assertEquals(MARK, all[i], "written before a tensor at " + i);
      assertEquals(MARK, all[all.length - 1 - i], "written behind a tensor");
    }
    return Arrays.copyOfRange(all, band, band + words);
  }

  private float[] singles(Tensor whole) {
    int[] bits = words(whole, size);
    float[] values = new float[size];
    for (int i = 0; i < size; i++) {
      values[i] = Float.intBitsToFloat(bits[i]);
    }
    return values;
  }

  private float[] halves(Tensor whole, float scale) {
    int[] pairs = words(whole, momentWords());
    if (size % 2 == 1) {
      assertEquals(0, pairs[size / 2] >>> 16, "written behind the last half");
    }
    float[] values = new float[size];
    for (int i = 0; i < size; i++) {
      values[i] = HalfFloats.fromHalf((short) (pairs[i / 2] >>> (16 * (i % 2)))) * scale;
    }
    return values;
  }
}
