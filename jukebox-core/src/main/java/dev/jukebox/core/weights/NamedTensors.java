package dev.jukebox.core.weights;

import dev.jukebox.core.weights.store.FileTensor;
import dev.jukebox.error.CheckpointException;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/** A source over a map, and what has to be closed with it. */
record NamedTensors(String description, Map<String, FileTensor> tensors, Runnable closer)
    implements WeightSource {

  NamedTensors {
    Map<String, FileTensor> canonical = new LinkedHashMap<>();
    tensors.forEach((name, tensor) -> canonical.put(OriginalNames.canonical(name), tensor));
    tensors = Collections.unmodifiableMap(canonical);
  }

  @Override
  public Set<String> names() {
    return tensors.keySet();
  }

  @Override
  public FileTensor get(String name) {
    FileTensor tensor = tensors.get(OriginalNames.canonical(name));
    if (tensor == null) {
      throw new CheckpointException(Complaints.missing(this, name));
    }
    return tensor;
  }

  @Override
  public void close() {
    closer.run();
  }
}
