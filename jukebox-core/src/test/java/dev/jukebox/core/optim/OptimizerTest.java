package dev.jukebox.core.optim;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jukebox.compute.Backend;
import dev.jukebox.core.golden.GoldenBackends;
import dev.jukebox.core.golden.Relative;
import dev.jukebox.core.hparams.Hyperparams;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class OptimizerTest {

  static List<String> backends() {
    return GoldenBackends.names().toList();
  }

  @Test
  void takesItsFirstStepWithTheWarmUpsBeginning() {
    try (Backend backend = GoldenBackends.open("java");
        SmallModel model = new SmallModel(backend, 1);
        Optimizer optimizer =
            new Optimizer(model.parameters(), SmallModel.hps("easy", Map.of()), 1)) {
      List<float[]> before = model.values();
      model.gradients(1, 1);
      StepResult result = optimizer.step();
      assertTrue(result.isTaken());
      assertEquals(0, result.learningRate());
      assertArrayEquals(before.get(0), model.values().get(0));
      assertEquals(3e-4 / 100, optimizer.step().learningRate(), 1e-18);
      assertEquals(2, optimizer.steps());
    }
  }

  @Test
  void leavesOverflowsAndLongGradientsOut() {
    Hyperparams hps =
        SmallModel.hps("all_fp16", Map.of("ignore_grad_norm", 20, "fp16_scale_window", 1));
    try (Backend backend = GoldenBackends.open("java");
        SmallModel model = new SmallModel(backend, 1);
        Optimizer optimizer = new Optimizer(model.parameters(), hps, 1)) {
      List<float[]> before = model.values();
      model.gradients(1, 1);
      backend.upload(model.parameters().all().get(5).gradient(), new float[] {Float.NaN});
      StepResult overflow = optimizer.step();
      assertEquals(StepResult.Outcome.OVERFLOW, overflow.outcome());
      assertEquals(0x1p16, overflow.lossScale());
      assertEquals(0x1p15, optimizer.lossScale().value());

      model.gradients(1, 0x1p15 * 10);
      StepResult ignored = optimizer.step();
      assertEquals(StepResult.Outcome.IGNORED, ignored.outcome());
      assertTrue(ignored.gradientNorm() > 20 && ignored.gradientNorm() < 1000);
      assertEquals(0x1p16, optimizer.lossScale().value());
      assertEquals(0, optimizer.steps());
      assertEquals(0, optimizer.adam().steps());
      for (int i = 0; i < before.size(); i++) {
        assertArrayEquals(before.get(i), model.values().get(i));
      }
    }
  }

  @Test
  void isFinishedWhenTheRateIsZero() {
    Hyperparams hps =
        SmallModel.hps("easy", Map.of("lr_use_linear_decay", true, "lr_decay", 3, "ema", false));
    try (Backend backend = GoldenBackends.open("java");
        SmallModel model = new SmallModel(backend, 1);
        Optimizer optimizer = new Optimizer(model.parameters(), hps, 1)) {
      assertTrue(optimizer.average().isEmpty());
      int steps = 0;
      while (!optimizer.isFinished()) {
        model.gradients(1, 1);
        optimizer.step();
        steps++;
      }
      assertEquals(3, steps);
    }
  }

  @ParameterizedTest
  @MethodSource("backends")
  void averagesFollowEveryStep(String name) {
    averages(name, SmallModel.hps("easy", Map.of("mu", 0.7, "lr_warmup", 1, "lr", 0.1)), 1);
  }

  @ParameterizedTest
  @MethodSource("backends")
  void delayedAveragesFollowEverySoManySteps(String name) {
    Map<String, Object> overrides = Map.of("mu", 0.7, "lr_warmup", 1, "lr", 0.1, "cpu_ema_freq", 3);
    averages(name, SmallModel.hps("cpu_ema", overrides), 3);
  }

  private static void averages(String backendName, Hyperparams hps, int frequency) {
    try (Backend backend = GoldenBackends.open(backendName);
        SmallModel model = new SmallModel(backend, 1);
        Optimizer optimizer = new Optimizer(model.parameters(), hps, 1)) {
      MovingAverage average = optimizer.average().orElseThrow();
      assertEquals(frequency == 1, average.isFused());
      float[] begin = model.values().get(1);
      double[] expected = new double[begin.length];
      for (int i = 0; i < begin.length; i++) {
        expected[i] = begin[i];
      }
      double decay = Math.pow(0.7, frequency);
      for (int t = 1; t <= 8; t++) {
        model.gradients(t, 1);
        assertTrue(optimizer.step().isTaken());
        float[] values = model.values().get(1);
        for (int i = 0; t % frequency == 0 && i < values.length; i++) {
          expected[i] = decay * expected[i] + (1 - decay) * values[i];
        }
      }
      float[] wanted = new float[expected.length];
      for (int i = 0; i < wanted.length; i++) {
        wanted[i] = (float) expected[i];
      }
      float[] actual = backend.downloadFloats(average.tensors().get(1));
      Relative.assertClose(wanted, actual, 1e-6, "average");
      swapsBothWays(model, optimizer, average, actual);
    }
  }

  private static void swapsBothWays(
      SmallModel model, Optimizer optimizer, MovingAverage average, float[] mean) {
    List<float[]> values = model.values();
    average.inPlace(
        () -> {
          assertArrayEquals(mean, model.values().get(1));
          model.gradients(9, 1);
          assertThrows(IllegalStateException.class, optimizer::step);
          assertThrows(IllegalStateException.class, average::swap);
        });
    for (int i = 0; i < values.size(); i++) {
      assertArrayEquals(values.get(i), model.values().get(i));
    }
    assertArrayEquals(mean, model.parameters().backend().downloadFloats(average.tensors().get(1)));
    assertFalse(optimizer.isFinished());
  }
}
