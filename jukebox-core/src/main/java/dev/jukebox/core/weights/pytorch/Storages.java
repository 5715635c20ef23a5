package dev.jukebox.core.weights.pytorch;

import dev.jukebox.core.weights.store.ByteSource;
import dev.jukebox.core.weights.store.StoredType;

/** Where the bytes of a file's storages are. */
interface Storages {

  /**
   * The bytes of one storage, exactly {@code elements} of {@code type}.
   *
   * @throws dev.jukebox.error.CheckpointException if the file has no such storage
   */
  ByteSource storage(String key, StoredType type, long elements);
}
