package dev.jukebox.core.optim;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jukebox.compute.Backend;
import dev.jukebox.compute.DType;
import dev.jukebox.compute.HalfFloats;
import dev.jukebox.core.autograd.Parameter;
import dev.jukebox.core.autograd.Parameters;
import dev.jukebox.core.golden.GoldenBackends;
import dev.jukebox.core.golden.Relative;
import dev.jukebox.core.weights.pickle.PyTuple;
import dev.jukebox.core.weights.pytorch.PyTorchFile;
import dev.jukebox.core.weights.pytorch.PyTorchWriter;
import dev.jukebox.core.weights.pytorch.Python;
import dev.jukebox.core.weights.store.FileTensor;
import dev.jukebox.core.weights.store.StoredType;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class AdamTest {
  private static final int STEPS = 6;
  private static final double RATE = 0.01;
  private static final double DIVISOR = 48;

  @TempDir Path directory;

  static Stream<Arguments> cases() {
    return GoldenBackends.names()
        .flatMap(name -> Stream.of(false, true).map(halves -> Arguments.of(name, halves)));
  }

  private static AdamOptions options(boolean halves) {
    return new AdamOptions(0.9, 0.95, 1e-8, 0.02, halves);
  }

  /** Adam by its definition in double precision; moments in halves are rounded as they are kept. */
  private static final class Reference {
    final double[] p;
    final double[] m;
    final double[] v;
    final boolean halves;

    Reference(float[] values, boolean halves) {
      p = new double[values.length];
      for (int i = 0; i < p.length; i++) {
        p[i] = values[i];
      }
      m = new double[p.length];
      v = new double[p.length];
      this.halves = halves;
    }

    void step(AdamOptions options, int t, float[] gradient) {
      double size =
          RATE * Math.sqrt(1 - Math.pow(options.beta2(), t)) / (1 - Math.pow(options.beta1(), t));
      for (int i = 0; i < p.length; i++) {
        double g = gradient[i] / DIVISOR;
        m[i] = options.beta1() * m[i] + (1 - options.beta1()) * g;
        v[i] = options.beta2() * v[i] + (1 - options.beta2()) * g * g;
        double direction = m[i] / (Math.sqrt(v[i]) + options.epsilon());
        p[i] -= size * (direction + options.weightDecay() * p[i]);
      }
      if (halves) {
        round(m);
        round(v);
      }
    }

    private static void round(double[] moment) {
      double largest = 0;
      for (double value : moment) {
        largest = Math.max(largest, Math.abs(value));
      }
      double scale = largest / 65504 + 1e-8;
      for (int i = 0; i < moment.length; i++) {
        moment[i] = HalfFloats.fromHalf(HalfFloats.toHalf((float) (moment[i] / scale))) * scale;
      }
    }

    static float[] floats(double[] values) {
      float[] floats = new float[values.length];
      for (int i = 0; i < values.length; i++) {
        floats[i] = (float) values[i];
      }
      return floats;
    }
  }

  @ParameterizedTest
  @MethodSource("cases")
  void stepsAsItsDefinitionSays(String backendName, boolean halves) {
    try (Backend backend = GoldenBackends.open(backendName);
        SmallModel model = new SmallModel(backend, 1);
        Adam adam = new Adam(model.parameters(), options(halves), Optional.empty())) {
      List<Reference> references = new ArrayList<>();
      for (Parameter parameter : model.parameters().all()) {
        references.add(
            new Reference(
                backend.downloadFloats(parameter.value()),
                halves && parameter.storage() == DType.F16));
      }
      for (int t = 1; t <= STEPS; t++) {
        model.gradients(t, 64);
        double squares = 0;
        for (int i = 0; i < references.size(); i++) {
          float[] gradient = backend.downloadFloats(model.parameters().all().get(i).gradient());
          for (float g : gradient) {
            squares += (double) g * g;
          }
          references.get(i).step(adam.options(), t, gradient);
        }
        GradientNorm norm = adam.gradientNorm(64);
        assertEquals(Math.sqrt(squares) / 64, norm.norm(), 1e-6 * norm.norm());
        adam.step(RATE, DIVISOR);
      }
      assertEquals(STEPS, adam.steps());
      compare(model, adam, references);
    }
  }

  private static void compare(SmallModel model, Adam adam, List<Reference> references) {
    List<float[]> values = model.values();
    for (int i = 0; i < references.size(); i++) {
      Reference reference = references.get(i);
      String name = model.parameters().all().get(i).name();
      AdamState.Moments moments = adam.state().moments().get(i).orElseThrow();
      assertEquals(
          reference.halves ? StoredType.F16 : StoredType.F32, moments.first().type(), name);
      // A rounding to half that falls the other way changes a step by 2^-11 of it.
      double tolerance = reference.halves ? 1e-5 : 2e-6;
      double momentTolerance = reference.halves ? 1.1 / 1024 : 2e-6;
      Relative.assertClose(Reference.floats(reference.p), values.get(i), tolerance, name);
      Relative.assertClose(
          Reference.floats(reference.m),
          scaled(moments.first(), moments.scales().map(AdamState.Scales::first)),
          momentTolerance,
          name);
      Relative.assertClose(
          Reference.floats(reference.v),
          scaled(moments.second(), moments.scales().map(AdamState.Scales::second)),
          momentTolerance,
          name);
    }
  }

  private static float[] scaled(FileTensor moment, Optional<Double> scale) {
    float[] values = moment.toFloats();
    for (int i = 0; i < values.length; i++) {
      values[i] *= scale.orElse(1.0).floatValue();
    }
    return values;
  }

  @Test
  void stepsAsPyTorch() {
    Python.assumeTorch();
    Path in = directory.resolve("in.pt");
    Path out = directory.resolve("out.pt");
    AdamOptions options = options(false);
    Map<String, Object> root = new LinkedHashMap<>();
    root.put("lr", RATE);
    root.put("betas", PyTuple.of(options.beta1(), options.beta2()));
    root.put("eps", options.epsilon());
    root.put("weight_decay", options.weightDecay());
    root.put("scale", DIVISOR);
    List<Object> parameters = new ArrayList<>();
    try (Backend backend = GoldenBackends.open("java");
        SmallModel model = new SmallModel(backend, 2)) {
      for (boolean halves : new boolean[] {false, true}) {
        model.parameters().all().forEach(parameter -> parameters.add(job(parameter, halves)));
      }
    }
    root.put("parameters", parameters);
    PyTorchWriter.write(in, root);
    Python.run("adam_steps.py", in.toString(), out.toString());
    try (PyTorchFile file = PyTorchFile.open(out)) {
      List<?> expected = (List<?>) file.root();
      int count = expected.size() / 2;
      assertTrue(count > 5);
      GoldenBackends.names()
          .forEach(
              name -> {
                stepsAs(expected.subList(0, count), name, false);
                stepsAs(expected.subList(count, 2 * count), name, true);
              });
    }
  }

  private static Map<String, Object> job(Parameter parameter, boolean halves) {
    Map<String, Object> entry = new LinkedHashMap<>();
    entry.put("half", halves && parameter.storage() == DType.F16);
    entry.put("p", tensor(SmallModel.values(2, parameter, 1)));
    List<Object> gradients = new ArrayList<>();
    for (int t = 1; t <= STEPS; t++) {
      gradients.add(tensor(SmallModel.values(1000 + t, parameter, 64)));
    }
    entry.put("grads", gradients);
    return entry;
  }

  private static void stepsAs(List<?> expected, String backendName, boolean halves) {
    try (Backend backend = GoldenBackends.open(backendName);
        SmallModel model = new SmallModel(backend, 2);
        Adam adam = new Adam(model.parameters(), options(halves), Optional.empty())) {
      for (int t = 1; t <= STEPS; t++) {
        model.gradients(t, 64);
        adam.step(RATE, DIVISOR);
      }
      assertEquals(model.parameters().all().size(), expected.size());
      for (int i = 0; i < expected.size(); i++) {
        Map<?, ?> entry = (Map<?, ?>) expected.get(i);
        AdamState.Moments moments = adam.state().moments().get(i).orElseThrow();
        String name = backendName + " " + model.parameters().all().get(i).name();
        double tolerance = moments.scales().isPresent() ? 1.1 / 1024 : 2e-6;
        compare(entry, "p", model.values().get(i), 5e-6, name);
        compare(entry, "exp_avg", moments.first().toFloats(), tolerance, name);
        compare(entry, "exp_avg_sq", moments.second().toFloats(), tolerance, name);
        assertEquals(entry.containsKey("scale_exp_avg"), moments.scales().isPresent(), name);
        moments
            .scales()
            .ifPresent(
                scales ->
                    assertEquals(
                        (Double) entry.get("scale_exp_avg"),
                        scales.first(),
                        1e-5 * scales.first(),
                        name));
      }
    }
  }

  private static void compare(
      Map<?, ?> entry, String key, float[] actual, double tolerance, String name) {
    float[] expected = ((FileTensor) entry.get(key)).toFloats();
    Relative.assertClose(expected, actual, tolerance, name + " " + key);
  }

  private static FileTensor tensor(float[] values) {
    return FileTensor.ofFloats(values, values.length);
  }

  @ParameterizedTest
  @MethodSource("cases")
  void goesOnFromASavedStateBitByBit(String backendName, boolean halves) {
    try (Backend backend = GoldenBackends.open(backendName);
        SmallModel one = new SmallModel(backend, 3);
        SmallModel two = new SmallModel(backend, 4);
        Adam first = new Adam(one.parameters(), options(halves), Optional.empty());
        Adam second = new Adam(two.parameters(), options(halves), Optional.empty())) {
      for (int t = 1; t <= 3; t++) {
        one.gradients(t, 1);
        first.step(RATE, DIVISOR);
      }
      List<float[]> values = one.values();
      for (int i = 0; i < values.size(); i++) {
        backend.upload(two.parameters().all().get(i).value(), values.get(i));
      }
      second.restore(first.state());
      for (int t = 4; t <= 5; t++) {
        one.gradients(t, 1);
        two.gradients(t, 1);
        first.step(RATE, DIVISOR);
        second.step(RATE, DIVISOR);
      }
      for (int i = 0; i < values.size(); i++) {
        assertArrayEquals(one.values().get(i), two.values().get(i));
      }
    }
  }

  @ParameterizedTest
  @MethodSource("cases")
  void takesMomentsOfTheOtherKind(String backendName, boolean halves) {
    try (Backend backend = GoldenBackends.open(backendName);
        SmallModel model = new SmallModel(backend, 5);
        Adam from = new Adam(model.parameters(), options(halves), Optional.empty());
        Adam to = new Adam(model.parameters(), options(!halves), Optional.empty())) {
      model.gradients(1, 1);
      from.step(RATE, 1);
      to.restore(from.state());
      assertEquals(1, to.steps());
      for (int i = 0; i < model.parameters().all().size(); i++) {
        AdamState.Moments a = from.state().moments().get(i).orElseThrow();
        AdamState.Moments b = to.state().moments().get(i).orElseThrow();
        Relative.assertClose(
            scaled(a.second(), a.scales().map(AdamState.Scales::second)),
            scaled(b.second(), b.scales().map(AdamState.Scales::second)),
            1.1 / 2048,
            "second moment " + i);
      }
    }
  }

  @Test
  void keepsManyHalvesInPieces() {
    int size = (1 << 21) + 3;
    try (Backend backend = GoldenBackends.open("java");
        Parameters parameters = new Parameters(backend)) {
      Parameter parameter = parameters.add("w", DType.F16, size);
      try (Adam one = new Adam(parameters, options(true), Optional.empty());
          Adam two = new Adam(parameters, options(true), Optional.empty())) {
        backend.upload(parameter.gradient(), SmallModel.values(1, parameter, 1));
        one.step(RATE, 1);
        two.restore(one.state());
        float[] saved = one.state().moments().get(0).orElseThrow().first().toFloats();
        assertTrue(Math.abs(saved[size - 1]) > 0);
        assertArrayEquals(saved, two.state().moments().get(0).orElseThrow().first().toFloats());
      }
    }
  }

  @ParameterizedTest
  @MethodSource("cases")
  void tellsOfOverflow(String backendName, boolean halves) {
    try (Backend backend = GoldenBackends.open(backendName);
        SmallModel model = new SmallModel(backend, 6);
        Adam adam = new Adam(model.parameters(), options(halves), Optional.empty())) {
      model.gradients(1, 1);
      Parameter last = model.parameters().all().get(5);
      for (float bad : new float[] {Float.NaN, Float.NEGATIVE_INFINITY}) {
        backend.upload(last.gradient(), new float[] {bad});
        assertTrue(adam.gradientNorm(1).overflow());
      }
    }
  }
}
