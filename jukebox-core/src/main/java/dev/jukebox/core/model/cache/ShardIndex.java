package dev.jukebox.core.model.cache;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.jukebox.error.CheckpointException;
import dev.jukebox.error.FileAccessException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;

/** Which shards of a repository hold the tensors of one model. */
final class ShardIndex {

  static final String NAME = "pytorch_model.bin.index.json";

  private static final long LARGEST = 64L << 20;

  private ShardIndex() {}

  /** The names of the files with tensors of this prefix. */
  static SortedSet<String> shards(Path index, String prefix) {
    SortedSet<String> shards = new TreeSet<>();
    for (Map.Entry<String, JsonNode> entry : weightMap(index).properties()) {
      if (entry.getKey().startsWith(prefix)) {
        String shard = entry.getValue().asText();
        if (!shard.matches("[A-Za-z0-9_][A-Za-z0-9._-]*")) {
          throw new CheckpointException(
              index + " names \"" + shard + "\", which is not a file of its repository");
        }
        shards.add(shard);
      }
    }
    if (shards.isEmpty()) {
      throw new CheckpointException(
          index + " has no tensors that begin with " + prefix + "; delete it to fetch it anew");
    }
    return shards;
  }

  private static JsonNode weightMap(Path index) {
    try {
      if (Files.size(index) > LARGEST) {
        throw new CheckpointException(index + " is too large for the index of a checkpoint");
      }
      return JsonMapper.builder().build().readTree(Files.readAllBytes(index)).path("weight_map");
    } catch (JsonProcessingException e) {
      throw new CheckpointException(
          index + " is not valid JSON: " + e.getOriginalMessage() + "; delete it", e);
    } catch (IOException e) {
      throw new FileAccessException(index + " could not be read: " + e, e);
    }
  }
}
