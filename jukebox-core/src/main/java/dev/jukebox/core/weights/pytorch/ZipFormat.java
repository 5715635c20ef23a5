package dev.jukebox.core.weights.pytorch;

import dev.jukebox.core.weights.pickle.PickleFormatException;
import dev.jukebox.core.weights.pickle.PickleReader;
import dev.jukebox.core.weights.store.ByteSource;
import dev.jukebox.core.weights.store.StoredType;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.CRC32;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/**
 * The zip format of PyTorch since 1.6: {@code data.pkl} with the object, and one entry per storage
 * under {@code data/}, looked at where it lies in the archive.
 */
final class ZipFormat implements Storages {
  private static final String OBJECT = "data.pkl";

  /**
   * PyTorch does not compress; what other tools compressed is read up to this many bytes in all.
   */
  private static final long MAX_INFLATED = 1 << 28;

  private final ByteSource file;
  private final Map<String, ZipDirectory.Entry> entries;
  private final String prefix;
  private final Map<String, ByteSource> inflated = new HashMap<>();
  private long inflatedBytes;

  private ZipFormat(ByteSource file, Map<String, ZipDirectory.Entry> entries, String prefix) {
    this.file = file;
    this.entries = entries;
    this.prefix = prefix;
  }

  static boolean matches(ByteSource file) {
    return file.byteSize() >= 4 && file.view(0, 4).getInt() == 0x04034b50;
  }

  static Object read(ByteSource file) {
    Map<String, ZipDirectory.Entry> entries = ZipDirectory.read(file);
    List<String> objects =
        entries.keySet().stream()
            .filter(name -> name.equals(OBJECT) || name.endsWith("/" + OBJECT))
            .toList();
    if (objects.size() != 1) {
      throw new PickleFormatException(
          "is a zip archive but no PyTorch file: it has %d entries data.pkl"
              .formatted(objects.size()));
    }
    String name = objects.get(0);
    String prefix = name.substring(0, name.length() - OBJECT.length());
    ZipFormat format = new ZipFormat(file, entries, prefix);
    format.checkByteOrder();
    ByteSource object = format.content(entries.get(name));
    if (checksum(object) != entries.get(name).crc()) {
      throw new PickleFormatException(
          "is damaged (the checksum of its object description is wrong); download or copy it again");
    }
    return PickleReader.read(object, 0, new TorchHandler(format)).value();
  }

  private void checkByteOrder() {
    ZipDirectory.Entry order = entries.get(prefix + "byteorder");
    if (order != null) {
      ByteSource content = content(order);
      byte[] text = new byte[(int) Math.min(16, content.byteSize())];
      content.view(0, text.length).get(text);
      if (!new String(text, StandardCharsets.US_ASCII).equals("little")) {
        throw new PickleFormatException(
            "was written on a big-endian machine, which is not supported");
      }
    }
  }

  @Override
  public ByteSource storage(String key, StoredType type, long elements) {
    ZipDirectory.Entry entry = entries.get(prefix + "data/" + key);
    if (entry == null) {
      throw new PickleFormatException("is damaged (it lacks the bytes of storage " + key + ")");
    }
    long length = elements * type.byteSize();
    if (entry.size() < length) {
      throw new PickleFormatException(
          "is damaged (storage %s has %d bytes instead of %d)"
              .formatted(key, entry.size(), length));
    }
    return content(entry).part(0, length);
  }

  private ByteSource content(ZipDirectory.Entry entry) {
    if (entry.method() == 0 && entry.compressed() == entry.size()) {
      return entry.stored(file);
    }
    if (entry.method() != 8) {
      throw new PickleFormatException(
          "is damaged or compressed in a way we do not read (entry " + entry.name() + ")");
    }
    ByteSource known = inflated.get(entry.name());
    if (known == null) {
      known = inflate(entry);
      inflated.put(entry.name(), known);
    }
    return known;
  }

  private ByteSource inflate(ZipDirectory.Entry entry) {
    ByteSource stored = entry.stored(file);
    // Deflate shrinks at most about a thousandfold.
    boolean credible = entry.size() >= 0 && entry.size() / 1100 <= stored.byteSize();
    inflatedBytes += entry.size();
    if (!credible || inflatedBytes > MAX_INFLATED || stored.byteSize() > MAX_INFLATED) {
      throw new PickleFormatException(
          "holds compressed tensors; load it with torch.load and save it again with torch.save");
    }
    Inflater inflater = new Inflater(true);
    try {
      inflater.setInput(stored.view(0, (int) stored.byteSize()));
      ByteBuffer content = ByteBuffer.allocateDirect((int) entry.size());
      while (content.hasRemaining() && inflater.inflate(content) > 0) {
        // Goes on until the declared size is reached or nothing more comes.
      }
      if (content.hasRemaining()) {
        throw ZipDirectory.damaged();
      }
      return ByteSource.of(file.description(), content.flip());
    } catch (DataFormatException e) {
      throw ZipDirectory.damaged();
    } finally {
      inflater.end();
    }
  }

  private static int checksum(ByteSource content) {
    CRC32 crc = new CRC32();
    int chunk = 1 << 24;
    for (long at = 0; at < content.byteSize(); at += chunk) {
      crc.update(content.view(at, (int) Math.min(chunk, content.byteSize() - at)));
    }
    return (int) crc.getValue();
  }
}
