package dev.jukebox.core.data;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.jukebox.core.files.StagedFiles;
import dev.jukebox.error.FileAccessException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.TreeMap;

/**
 * The durations of files as of their sizes and times of change, kept in one file, so that a
 * directory of music is measured once; any thread may use it.
 */
final class DurationCache {

  private record Entry(long size, long modified, double seconds) {}

  private final Path store;
  private final Map<String, Entry> entries;
  private boolean changed;

  private DurationCache(Path store, Map<String, Entry> entries) {
    this.store = store;
    this.entries = entries;
  }

  /** The cache kept in a file; an empty one where there is none, or nothing that can be read. */
  static DurationCache open(Path store) {
    Map<String, Entry> entries = new TreeMap<>();
    try {
      if (Files.isRegularFile(store)) {
        Map<String, Entry> stored =
            new ObjectMapper().readValue(store.toFile(), new TypeReference<>() {});
        entries.putAll(stored == null ? Map.of() : stored);
      }
    } catch (IOException e) {
      // What is lost is measured again.
      entries.clear();
    }
    entries.values().removeIf(entry -> entry == null || !(entry.seconds() >= 0));
    return new DurationCache(store, entries);
  }

  /** The seconds of a file, if they are known of just this size and time. */
  synchronized OptionalDouble find(Path file, BasicFileAttributes now) {
    Entry entry = entries.get(key(file));
    return entry != null
            && entry.size() == now.size()
            && entry.modified() == now.lastModifiedTime().toMillis()
        ? OptionalDouble.of(entry.seconds())
        : OptionalDouble.empty();
  }

  synchronized void put(Path file, BasicFileAttributes now, double seconds) {
    entries.put(key(file), new Entry(now.size(), now.lastModifiedTime().toMillis(), seconds));
    changed = true;
  }

  /**
   * Writes what was added.
   *
   * @throws FileAccessException if the file cannot be written
   */
  synchronized void save() {
    if (changed) {
      StagedFiles.write(store, out -> out.write(new ObjectMapper().writeValueAsBytes(entries)));
      changed = false;
    }
  }

  private static String key(Path file) {
    return file.toAbsolutePath().normalize().toString();
  }
}
