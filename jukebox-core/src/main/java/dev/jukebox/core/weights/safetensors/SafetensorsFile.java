package dev.jukebox.core.weights.safetensors;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.jukebox.core.weights.store.ByteSource;
import dev.jukebox.core.weights.store.FileKind;
import dev.jukebox.core.weights.store.FileTensor;
import dev.jukebox.core.weights.store.MappedFile;
import dev.jukebox.error.CheckpointException;
import dev.jukebox.error.FileAccessException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The tensors of a safetensors file by name, left in the mapped file until they are asked for.
 * Whole numbers with scales beside them are handed out as {@link ScaledTensors} says.
 *
 * <pre>{@code
 * try (SafetensorsFile file = SafetensorsFile.open(Path.of("model.safetensors"))) {
 *   file.tensors().forEach((name, tensor) -> System.out.println(name + " " + tensor));
 * }
 * }</pre>
 */
public final class SafetensorsFile implements AutoCloseable {
  /** The largest header the format allows. */
  private static final long MAX_HEADER = 100_000_000;

  private static final String METADATA = "__metadata__";

  private final Runnable closer;
  private final Map<String, FileTensor> tensors;
  private final Map<String, String> metadata;

  private SafetensorsFile(
      Runnable closer, Map<String, FileTensor> tensors, Map<String, String> metadata) {
    this.closer = closer;
    this.tensors = Collections.unmodifiableMap(tensors);
    this.metadata = Collections.unmodifiableMap(metadata);
  }

  /**
   * Opens a file.
   *
   * @throws FileAccessException if it cannot be read
   * @throws CheckpointException if it is damaged, incomplete or something else
   */
  public static SafetensorsFile open(Path path) {
    MappedFile file = MappedFile.open(path);
    try {
      return read(file, file::close);
    } catch (RuntimeException e) {
      file.close();
      throw e;
    }
  }

  /**
   * The tensors of a file that is already at hand.
   *
   * @throws CheckpointException if it is damaged, incomplete or something else
   */
  public static SafetensorsFile of(ByteSource bytes) {
    return read(bytes, () -> {});
  }

  private static SafetensorsFile read(ByteSource file, Runnable closer) {
    long length = headerLength(file);
    if (length < 0) {
      Optional<String> kind = FileKind.of(file);
      throw new CheckpointException(
          file.description()
              + " is not a safetensors file"
              + kind.map(words -> ": it is " + words).orElse(""));
    }
    JsonNode header = parse(file, (int) length);
    HeaderReader reader = new HeaderReader(file, Long.BYTES + length);
    Map<String, String> metadata = new LinkedHashMap<>();
    header
        .properties()
        .forEach(
            entry -> {
              if (entry.getKey().equals(METADATA)) {
                entry
                    .getValue()
                    .properties()
                    .forEach(item -> metadata.put(item.getKey(), item.getValue().asText()));
              } else {
                reader.add(entry.getKey(), entry.getValue());
              }
            });
    return new SafetensorsFile(
        closer, ScaledTensors.widened(file.description(), reader.finish()), metadata);
  }

  /** Whether a file begins as this format does. */
  public static boolean matches(ByteSource file) {
    return headerLength(file) >= 0;
  }

  /** The header's length if there is one, otherwise -1. */
  private static long headerLength(ByteSource file) {
    if (file.byteSize() < Long.BYTES + 2) {
      return -1;
    }
    long length = file.view(0, Long.BYTES).getLong();
    boolean credible =
        length >= 2
            && length <= MAX_HEADER
            && length <= file.byteSize() - Long.BYTES
            && file.view(Long.BYTES, 1).get() == '{';
    return credible ? length : -1;
  }

  private static JsonNode parse(ByteSource file, int length) {
    byte[] json = new byte[length];
    file.view(Long.BYTES, length).get(json);
    JsonMapper mapper =
        JsonMapper.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();
    try {
      JsonNode header = mapper.readTree(json);
      if (header == null || !header.isObject()) {
        throw new CheckpointException(
            file.description() + " is damaged (its header is no JSON object)");
      }
      return header;
    } catch (JsonProcessingException e) {
      throw new CheckpointException(
          "%s is damaged (its header is not valid JSON: %s)"
              .formatted(file.description(), e.getOriginalMessage()),
          e);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  /** The tensors by name, in the header's order; cannot be changed. */
  public Map<String, FileTensor> tensors() {
    return tensors;
  }

  /** The texts the writer attached. */
  public Map<String, String> metadata() {
    return metadata;
  }

  /** Ends access to tensors that were not looked at yet. */
  @Override
  public void close() {
    closer.run();
  }
}
