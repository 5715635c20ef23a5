package dev.jukebox.core.weights.pytorch;

import dev.jukebox.core.weights.pickle.PickleFormatException;
import dev.jukebox.core.weights.pickle.PickleHandler;
import dev.jukebox.core.weights.pickle.PickleReader;
import dev.jukebox.core.weights.store.ByteSource;
import dev.jukebox.core.weights.store.StoredType;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The stream format of PyTorch before 1.6: pickles of a magic number, the protocol, facts about the
 * system, the object and the storage keys, then for each key its length and its bytes.
 */
final class LegacyFormat {
  private static final BigInteger MAGIC = new BigInteger("1950a86a20f9469cfc6c", 16);

  /** The pickle of the magic number up to its digits: protocol 2, a long of 10 bytes. */
  private static final byte[] HEAD = {(byte) 0x80, 2, (byte) 0x8a, 10, 0x6c, (byte) 0xfc};

  private LegacyFormat() {}

  /** A storage as the object pickle declares it. */
  private record Declared(StoredType type, long elements) {}

  static boolean matches(ByteSource file) {
    if (file.byteSize() < HEAD.length) {
      return false;
    }
    byte[] head = new byte[HEAD.length];
    file.view(0, HEAD.length).get(head);
    return Arrays.equals(head, HEAD);
  }

  static Object read(ByteSource file) {
    PickleReader.Result magic = PickleReader.read(file, 0, PickleHandler.PLAIN);
    PickleReader.Result protocol = PickleReader.read(file, magic.end(), PickleHandler.PLAIN);
    PickleReader.Result system = PickleReader.read(file, protocol.end(), PickleHandler.PLAIN);
    if (!MAGIC.equals(magic.value()) || !Long.valueOf(1001).equals(protocol.value())) {
      throw new PickleFormatException("is of a PyTorch version that is not known");
    }
    if (system.value() instanceof Map<?, ?> facts
        && Boolean.FALSE.equals(facts.get("little_endian"))) {
      throw new PickleFormatException(
          "was written on a big-endian machine, which is not supported");
    }
    // Read twice: where the storages lie is known only after the object is read.
    Map<String, Declared> declared = new HashMap<>();
    PickleReader.Result object =
        PickleReader.read(file, system.end(), new TorchHandler(declaring(file, declared)));
    PickleReader.Result keys = PickleReader.read(file, object.end(), PickleHandler.PLAIN);
    Map<String, ByteSource> storages = locate(file, keys, declared);
    return PickleReader.read(file, system.end(), new TorchHandler(located(storages))).value();
  }

  private static Storages declaring(ByteSource file, Map<String, Declared> declared) {
    return (key, type, elements) -> {
      Declared now = new Declared(type, elements);
      Declared before = declared.putIfAbsent(key, now);
      if (before != null && !before.equals(now)) {
        throw new PickleFormatException("is damaged (it declares storage " + key + " twice)");
      }
      return new UnreadSource(file.description(), elements * type.byteSize());
    };
  }

  private static Storages located(Map<String, ByteSource> storages) {
    return (key, type, elements) -> {
      ByteSource storage = storages.get(key);
      if (storage == null) {
        throw new PickleFormatException("is damaged (it lacks the bytes of storage " + key + ")");
      }
      return storage;
    };
  }

  private static Map<String, ByteSource> locate(
      ByteSource file, PickleReader.Result keys, Map<String, Declared> declared) {
    if (!(keys.value() instanceof List<?> list)) {
      throw new PickleFormatException("is damaged (its list of storages makes no sense)");
    }
    Map<String, ByteSource> storages = new HashMap<>();
    long at = keys.end();
    for (Object key : list) {
      Declared storage = key instanceof String ? declared.get(key) : null;
      if (storage == null || storages.containsKey(key)) {
        throw new PickleFormatException("is damaged (its list of storages makes no sense)");
      }
      long length = storage.elements() * storage.type().byteSize();
      if (file.byteSize() - at < Long.BYTES || file.byteSize() - at - Long.BYTES < length) {
        throw new PickleFormatException(
            "is incomplete: it ends within storage %s, %d bytes long; download or copy it again"
                .formatted(key, length));
      }
      if (file.view(at, Long.BYTES).getLong() != storage.elements()) {
        throw new PickleFormatException(
            "is damaged (storage " + key + " has not the declared length)");
      }
      storages.put((String) key, file.part(at + Long.BYTES, length));
      at += Long.BYTES + length;
    }
    return storages;
  }

  /** Stands for a storage whose place is not known yet. */
  private record UnreadSource(String description, long byteSize) implements ByteSource {

    @Override
    public ByteBuffer view(long start, int length) {
      throw new IllegalStateException("the storage is not located yet");
    }
  }
}
