package dev.jukebox.core.run;

import dev.jukebox.compute.SamplerSettings;
import dev.jukebox.core.labels.Label;
import dev.jukebox.core.sample.Codes;
import dev.jukebox.core.sample.LevelResult;
import dev.jukebox.core.sample.LevelSettings;
import dev.jukebox.core.weights.store.FileTensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The content of a run's {@code data.pth.tar}: {zs, labels, sampling_kwargs, x}. */
final class SampleData {

  private SampleData() {}

  static Map<String, Object> of(LevelResult result) {
    Map<String, Object> root = new LinkedHashMap<>();
    root.put("zs", codes(result.codes()));
    root.put("labels", result.labels().stream().map(SampleData::labels).toList());
    root.put(
        "sampling_kwargs",
        result.settings().levels().stream()
            .map(level -> settings(level, result.settings().seed()))
            .toList());
    root.put("x", audio(result.audio()));
    return root;
  }

  /** One int64 tensor [items, codes] a level, finest first. */
  static List<FileTensor> codes(Codes codes) {
    List<FileTensor> levels = new ArrayList<>();
    for (int level = 0; level < codes.levels(); level++) {
      int length = codes.length(level);
      long[] values = new long[codes.items() * length];
      for (int item = 0; item < codes.items(); item++) {
        int[] row = codes.item(level, item);
        for (int i = 0; i < length; i++) {
          values[item * length + i] = row[i];
        }
      }
      levels.add(FileTensor.ofLongs(values, codes.items(), length));
    }
    return levels;
  }

  private static Map<String, Object> labels(List<Label> labels) {
    int length = labels.get(0).y().length;
    long[] y = new long[labels.size() * length];
    List<Object> info = new ArrayList<>();
    for (int item = 0; item < labels.size(); item++) {
      System.arraycopy(labels.get(item).y(), 0, y, item * length, length);
      info.add(info(labels.get(item)));
    }
    Map<String, Object> batch = new LinkedHashMap<>();
    batch.put("y", FileTensor.ofLongs(y, labels.size(), length));
    batch.put("info", info);
    return batch;
  }

  private static Map<String, Object> info(Label label) {
    Map<String, Object> info = new LinkedHashMap<>();
    info.put("artist", label.info().artist());
    info.put("genre", label.info().genre());
    info.put("lyrics", label.info().lyrics());
    info.put(
        "full_tokens", Arrays.stream(label.info().fullTokens()).asLongStream().boxed().toList());
    return info;
  }

  private static Map<String, Object> settings(LevelSettings level, long seed) {
    SamplerSettings sampler = level.sampler();
    Map<String, Object> settings = new LinkedHashMap<>();
    settings.put("temp", decimal(sampler.temp()));
    settings.put("fp16", false);
    settings.put("chunk_size", (long) level.chunkSize());
    settings.put("max_batch_size", (long) level.maxBatchSize());
    settings.put("top_k", (long) sampler.topK());
    settings.put("top_p", decimal(sampler.topP()));
    settings.put("hop_fraction", level.hopFraction());
    settings.put("seed", seed);
    return settings;
  }

  /** The number a user typed: 0.99, not the double nearest to the float nearest to it. */
  private static double decimal(float value) {
    return Double.parseDouble(Float.toString(value));
  }

  private static FileTensor audio(List<float[]> items) {
    int length = items.get(0).length;
    float[] values = new float[Math.multiplyExact(items.size(), length)];
    for (int item = 0; item < items.size(); item++) {
      System.arraycopy(items.get(item), 0, values, item * length, length);
    }
    return FileTensor.ofFloats(values, items.size(), length, 1);
  }
}
