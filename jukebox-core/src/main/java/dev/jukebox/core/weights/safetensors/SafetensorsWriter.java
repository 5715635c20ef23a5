package dev.jukebox.core.weights.safetensors;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.jukebox.core.files.StagedFiles;
import dev.jukebox.core.weights.store.FileTensor;
import dev.jukebox.error.FileAccessException;
import dev.jukebox.error.InvalidInputException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/**
 * Writes tensors by name as a safetensors file.
 *
 * <pre>{@code
 * SafetensorsWriter.write(Path.of("vqvae.safetensors"), checkpoint.tensors(), Map.of());
 * }</pre>
 */
public final class SafetensorsWriter {
  private static final String METADATA = "__metadata__";

  private SafetensorsWriter() {}

  /**
   * Writes the file whole or not at all; a file of that name is replaced at the end.
   *
   * @param path the file
   * @param tensors the tensors by name
   * @param metadata texts to attach
   * @throws InvalidInputException if a tensor is called {@code __metadata__}
   * @throws FileAccessException if it cannot be written, e.g. on a full disk
   */
  public static void write(
      Path path, Map<String, FileTensor> tensors, Map<String, String> metadata) {
    if (tensors.containsKey(METADATA)) {
      throw new InvalidInputException("a tensor cannot be called " + METADATA + " in " + path);
    }
    // The widest elements first, so that all are aligned.
    List<Map.Entry<String, FileTensor>> order =
        tensors.entrySet().stream()
            .sorted(Comparator.comparingInt(entry -> -entry.getValue().type().byteSize()))
            .toList();
    byte[] header = header(order, metadata);
    StagedFiles.write(path, out -> write(out, header, order));
  }

  private static void write(
      OutputStream out, byte[] header, List<Map.Entry<String, FileTensor>> order)
      throws IOException {
    int padding = -header.length & (Long.BYTES - 1);
    ByteBuffer length = ByteBuffer.allocate(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    length.putLong(header.length + padding);
    out.write(length.array());
    out.write(header);
    for (int i = 0; i < padding; i++) {
      out.write(' ');
    }
    for (Map.Entry<String, FileTensor> entry : order) {
      entry.getValue().writeTo(out);
    }
  }

  private static byte[] header(
      List<Map.Entry<String, FileTensor>> order, Map<String, String> metadata) {
    JsonMapper mapper = JsonMapper.builder().build();
    ObjectNode header = mapper.createObjectNode();
    if (!metadata.isEmpty()) {
      metadata.forEach(header.putObject(METADATA)::put);
    }
    long at = 0;
    for (Map.Entry<String, FileTensor> entry : order) {
      FileTensor tensor = entry.getValue();
      ObjectNode node = header.putObject(entry.getKey());
      node.put("dtype", tensor.type().safetensorsName());
      ArrayNode shape = node.putArray("shape");
      for (long extent : tensor.shape()) {
        shape.add(extent);
      }
      node.putArray("data_offsets").add(at).add(at + tensor.byteSize());
      at += tensor.byteSize();
    }
    try {
      return mapper.writeValueAsBytes(header);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }
}
