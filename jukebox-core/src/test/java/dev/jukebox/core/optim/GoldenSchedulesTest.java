package dev.jukebox.core.optim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.jukebox.core.golden.Golden;
import dev.jukebox.core.hparams.HyperparamSets;
import dev.jukebox.core.hparams.Hyperparams;
import dev.jukebox.error.InvalidInputException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GoldenSchedulesTest {
  private static final HyperparamSets SETS = HyperparamSets.standard();

  private static Hyperparams hps(Map<String, ?> overrides) {
    return SETS.resolve(List.of(), overrides);
  }

  @ParameterizedTest
  @ValueSource(strings = {"lr_step", "lr_linear"})
  void followsTheOriginalsSchedule(String name) {
    JsonNode golden = Golden.json("schedules.json").get(name);
    Map<String, Object> overrides = new LinkedHashMap<>();
    golden
        .get("h")
        .properties()
        .forEach(entry -> overrides.put(entry.getKey(), value(entry.getValue())));
    overrides.put("lr", 0.5);
    LearningRate schedule = LearningRate.of(hps(overrides));

    JsonNode factors = golden.get("v");
    assertTrue(factors.size() > 50);
    for (int step = 0; step < factors.size(); step++) {
      double expected = factors.get(step).doubleValue();
      assertEquals(expected, schedule.factor(step), 1e-12 * expected, "step " + step);
      assertEquals(0.5 * expected, schedule.at(step), 1e-12 * expected, "step " + step);
      assertEquals(step > 0 && expected == 0, schedule.isFinished(step), "step " + step);
    }
  }

  private static Object value(JsonNode node) {
    return node.isBoolean() ? node.booleanValue() : (Object) node.numberValue();
  }

  @Test
  void endsWhereTheStraightLineReachesZero() {
    Map<String, Object> overrides = new LinkedHashMap<>();
    overrides.put("lr_use_linear_decay", true);
    overrides.put("lr_start_linear_decay", 3);
    overrides.put("lr_decay", 4);
    LearningRate schedule = LearningRate.of(hps(overrides));
    assertFalse(schedule.isFinished(0));
    assertFalse(schedule.isFinished(6));
    assertTrue(schedule.isFinished(7));
  }

  @Test
  void refusesASchedulesThatDividesByZero() {
    assertEquals(
        "Hyperparameter lr_decay is 0.0, and has to be above 0",
        assertThrows(InvalidInputException.class, () -> LearningRate.of(hps(Map.of("lr_decay", 0))))
            .getMessage());
    assertEquals(3e-4, LearningRate.of(hps(Map.of("lr_warmup", 0))).at(0));
  }

  @Test
  void scalesLossesAsTheOriginal() {
    JsonNode golden = Golden.json("schedules.json").get("loss_scale");
    double window = Math.log(2) / Math.log(golden.get("scale_factor").doubleValue());
    LossScale scale =
        LossScale.of(hps(Map.of("fp16", true, "fp16_scale_window", (double) Math.round(window))));
    assertEquals(golden.get("init").doubleValue(), scale.value());
    JsonNode overflows = golden.get("overflows");
    assertTrue(overflows.size() > 5);
    for (int i = 0; i < overflows.size(); i++) {
      scale = scale.after(overflows.get(i).intValue() != 0);
      double expected = golden.get("scales").get(i).doubleValue();
      assertEquals(expected, scale.value(), 1e-12 * expected, "gradient " + i);
    }
  }

  @Test
  void capsDynamicScalesAndKeepsFixedOnes() {
    LossScale dynamic = LossScale.dynamic(1);
    for (int i = 0; i < 20; i++) {
      dynamic = dynamic.after(false);
    }
    assertEquals(0x1p24, dynamic.value());
    LossScale fixed = LossScale.of(hps(Map.of("fp16", true, "fp16_loss_scale", 128)));
    assertEquals(128, fixed.after(true).after(false).value());
    assertEquals(1, LossScale.of(hps(Map.of("fp16_loss_scale", 128))).value());
  }

  @Test
  void clipsAndIgnoresByTheNorm() {
    GradientRule rule = GradientRule.of(hps(Map.of("clip", 2, "ignore_grad_norm", 10)));
    assertEquals(8, rule.divisor(1.9, 8));
    assertEquals(8 * 1.5, rule.divisor(3, 8));
    assertFalse(rule.skips(10));
    assertTrue(rule.skips(10.5));
    assertFalse(GradientRule.of(hps(Map.of())).skips(1e30));
  }

  @Test
  void derivesTheDecayOfAveragesFromTheBatch() {
    assertEquals(1 - 4 / 8.0 / 1000, MovingAverage.decay(hps(Map.of("bs", 4)), 1));
    assertEquals(1 - 4 * 3 / 8.0 / 1000, MovingAverage.decay(hps(Map.of("bs", 4)), 3));
    assertEquals(0.75, MovingAverage.decay(hps(Map.of("bs", 4, "mu", 0.75)), 3));
  }
}
