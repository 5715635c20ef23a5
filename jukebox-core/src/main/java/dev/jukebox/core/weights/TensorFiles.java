package dev.jukebox.core.weights;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.jukebox.core.files.FileErrors;
import dev.jukebox.core.files.Location;
import dev.jukebox.core.weights.safetensors.SafetensorsFile;
import dev.jukebox.core.weights.store.ByteSource;
import dev.jukebox.core.weights.store.FileTensor;
import dev.jukebox.core.weights.store.MappedFile;
import dev.jukebox.error.CheckpointException;
import dev.jukebox.error.FileAccessException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/** The tensors of one file, or of the files an index names, by the names in the files. */
final class TensorFiles implements AutoCloseable {
  private static final List<String> IN_DIRECTORY =
      List.of(
          "model.safetensors.index.json",
          "model.safetensors",
          "pytorch_model.bin.index.json",
          "pytorch_model.bin");

  private static final int MAX_INDEX = 1 << 26;

  private static final int MAX_RESOURCE = 1 << 28;

  private final Map<String, FileTensor> tensors = new LinkedHashMap<>();
  private final List<Checkpoint> files = new ArrayList<>();

  private TensorFiles() {}

  /**
   * Opens what a path or a resource names.
   *
   * @param wanted which names of an index matter; files with no such name are not opened
   */
  static TensorFiles open(Location location, Predicate<String> wanted) {
    return location.path().map(path -> open(path, wanted)).orElseGet(() -> read(location));
  }

  /** A resource is read whole; it is no larger than what a jar should carry. */
  private static TensorFiles read(Location resource) {
    byte[] bytes = resource.read(MAX_RESOURCE);
    ByteBuffer direct = ByteBuffer.allocateDirect(bytes.length).put(bytes).flip();
    TensorFiles opened = new TensorFiles();
    opened.tensors.putAll(SafetensorsFile.of(ByteSource.of(resource.toString(), direct)).tensors());
    return opened;
  }

  private static TensorFiles open(Path path, Predicate<String> wanted) {
    Path file = Files.isDirectory(path) ? inDirectory(path) : path;
    TensorFiles opened = new TensorFiles();
    try {
      if (file.toString().endsWith(".json")) {
        opened.openIndex(file, wanted);
      } else {
        opened.tensors.putAll(opened.openFile(file).tensors());
      }
      return opened;
    } catch (RuntimeException e) {
      opened.close();
      throw e;
    }
  }

  Map<String, FileTensor> tensors() {
    return tensors;
  }

  @Override
  public void close() {
    files.forEach(Checkpoint::close);
  }

  private static Path inDirectory(Path directory) {
    return IN_DIRECTORY.stream()
        .map(directory::resolve)
        .filter(Files::isRegularFile)
        .findFirst()
        .orElseThrow(
            () ->
                new FileAccessException(
                    "the directory %s has none of %s"
                        .formatted(directory, String.join(", ", IN_DIRECTORY))));
  }

  private Checkpoint openFile(Path file) {
    Checkpoint checkpoint = Checkpoint.open(file);
    files.add(checkpoint);
    return checkpoint;
  }

  private void openIndex(Path index, Predicate<String> wanted) {
    Map<String, Checkpoint> shards = new LinkedHashMap<>();
    for (Map.Entry<String, JsonNode> entry : weightMap(index).properties()) {
      String name = entry.getKey();
      if (!wanted.test(name)) {
        continue;
      }
      String shard = entry.getValue().asText();
      if (!isPlainName(shard)) {
        throw new CheckpointException(
            "%s names a file outside its directory for tensor '%s'".formatted(index, name));
      }
      Checkpoint file = shards.computeIfAbsent(shard, s -> openFile(index.resolveSibling(s)));
      FileTensor tensor = file.tensors().get(name);
      if (tensor == null) {
        throw new CheckpointException(
            "%s says that tensor '%s' is in %s, where it is not".formatted(index, name, shard));
      }
      tensors.put(name, tensor);
    }
  }

  private static boolean isPlainName(String shard) {
    return !shard.isBlank()
        && shard.chars().noneMatch(c -> c == '/' || c == '\\' || c == ':' || c < ' ')
        && !shard.equals(".")
        && !shard.equals("..");
  }

  private static JsonNode weightMap(Path index) {
    JsonMapper mapper =
        JsonMapper.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build();
    try (MappedFile file = MappedFile.open(index)) {
      if (file.byteSize() > MAX_INDEX) {
        throw new CheckpointException(index + " is too large for the index of a checkpoint");
      }
      byte[] json = new byte[(int) file.byteSize()];
      file.view(0, json.length).get(json);
      JsonNode map = mapper.readTree(json).path("weight_map");
      if (!map.isObject() || map.isEmpty()) {
        throw new CheckpointException(
            index + " is not the index of a checkpoint: it has no 'weight_map'");
      }
      return map;
    } catch (JsonProcessingException e) {
      throw new CheckpointException(
          "%s is not valid JSON: %s".formatted(index, e.getOriginalMessage()), e);
    } catch (IOException e) {
      throw FileErrors.cannotRead(index, e);
    }
  }
}
