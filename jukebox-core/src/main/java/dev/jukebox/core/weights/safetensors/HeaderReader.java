package dev.jukebox.core.weights.safetensors;

import com.fasterxml.jackson.databind.JsonNode;
import dev.jukebox.core.weights.store.ByteSource;
import dev.jukebox.core.weights.store.FileTensor;
import dev.jukebox.core.weights.store.StoredType;
import dev.jukebox.error.CheckpointException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Turns header entries into tensors; no two may share bytes. */
final class HeaderReader {
  private static final int MAX_RANK = 64;

  private final ByteSource file;
  private final long dataStart;
  private final Map<String, FileTensor> tensors = new LinkedHashMap<>();
  private final List<Span> spans = new ArrayList<>();

  private record Span(String name, long begin, long end) {}

  HeaderReader(ByteSource file, long dataStart) {
    this.file = file;
    this.dataStart = dataStart;
  }

  void add(String name, JsonNode entry) {
    long[] shape = numbers(name, entry.path("shape"));
    long[] offsets = numbers(name, entry.path("data_offsets"));
    String dtype = entry.path("dtype").asText();
    StoredType type =
        StoredType.ofSafetensorsName(dtype)
            .orElseThrow(() -> damaged(name, "has type '" + dtype + "', which is not supported"));
    if (offsets.length != 2 || offsets[0] > offsets[1]) {
      throw damaged(name, "has no valid data_offsets");
    }
    if (offsets[1] > file.byteSize() - dataStart) {
      throw damaged(
          name,
          "ends at byte %d of %d, so the file is incomplete; download or copy it again"
              .formatted(offsets[1], file.byteSize() - dataStart));
    }
    long length = offsets[1] - offsets[0];
    tensors.put(name, FileTensor.of(type, file.part(dataStart + offsets[0], length), shape));
    if (length > 0) {
      spans.add(new Span(name, offsets[0], offsets[1]));
    }
  }

  Map<String, FileTensor> finish() {
    spans.sort(Comparator.comparingLong(Span::begin));
    for (int i = 1; i < spans.size(); i++) {
      if (spans.get(i).begin() < spans.get(i - 1).end()) {
        throw damaged(spans.get(i).name(), "overlaps tensor '" + spans.get(i - 1).name() + "'");
      }
    }
    return tensors;
  }

  private long[] numbers(String name, JsonNode array) {
    if (!array.isArray() || array.size() > MAX_RANK) {
      throw damaged(name, "has no valid shape or data_offsets");
    }
    long[] numbers = new long[array.size()];
    for (int i = 0; i < numbers.length; i++) {
      JsonNode number = array.get(i);
      if (!number.isIntegralNumber() || !number.canConvertToLong() || number.asLong() < 0) {
        throw damaged(name, "has no valid shape or data_offsets");
      }
      numbers[i] = number.asLong();
    }
    return numbers;
  }

  private CheckpointException damaged(String name, String what) {
    return new CheckpointException(
        "%s is damaged: tensor '%s' %s".formatted(file.description(), name, what));
  }
}
