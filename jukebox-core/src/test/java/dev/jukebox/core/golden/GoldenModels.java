package dev.jukebox.core.golden;

import com.fasterxml.jackson.databind.JsonNode;
import dev.jukebox.core.hparams.Hyperparams;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Hyperparameters and array rows of the golden directory. */
public final class GoldenModels {

  private GoldenModels() {}

  /** The full hyperparameters of a model. */
  public static Hyperparams hyperparams(String model) {
    Map<String, Object> values = new LinkedHashMap<>();
    Golden.json("hparams.json")
        .get(model)
        .properties()
        .forEach(entry -> values.put(entry.getKey(), plain(entry.getValue())));
    return Hyperparams.of(values);
  }

  private static Object plain(JsonNode node) {
    if (node.isArray()) {
      List<Object> items = new ArrayList<>();
      node.forEach(item -> items.add(plain(item)));
      return items;
    }
    if (node.isIntegralNumber()) {
      return node.longValue();
    }
    if (node.isNumber()) {
      return node.doubleValue();
    }
    return node.isBoolean() ? node.booleanValue() : node.isNull() ? null : node.textValue();
  }

  /** One outermost entry of an integer array. */
  public static int[] row(NpyArray array, int index) {
    long[] values = array.longs();
    int length = values.length / array.shape()[0];
    return Arrays.stream(values, index * length, (index + 1) * length)
        .mapToInt(Math::toIntExact)
        .toArray();
  }

  /** One outermost entry of a float array. */
  public static float[] floatRow(NpyArray array, int index) {
    float[] values = array.floats();
    int length = values.length / array.shape()[0];
    return Arrays.copyOfRange(values, index * length, (index + 1) * length);
  }

  /** Every outermost entry of an integer array. */
  public static List<int[]> rows(NpyArray array) {
    List<int[]> rows = new ArrayList<>();
    for (int i = 0; i < array.shape()[0]; i++) {
      rows.add(row(array, i));
    }
    return rows;
  }
}
