package dev.jukebox.core.tensorboard;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Reads event files by their specification, with its own checksum. */
final class EventReader {

  /** One event; what it does not hold is empty or 0. */
  static final class Event {
    private final Map<String, ByteBuffer> fields;

    Event(Map<String, ByteBuffer> fields) {
      this.fields = fields;
    }

    double wallTime() {
      return at("1").getDouble();
    }

    long step() {
      return fields.containsKey("2") ? at("2").getLong() : 0;
    }

    String fileVersion() {
      return string("3");
    }

    String tag() {
      return string("5.1.1");
    }

    float scalar() {
      return at("5.1.2").getFloat();
    }

    String text() {
      assertEquals(7, at("5.1.8.1").getLong());
      assertEquals(1, at("5.1.8.2.2.1").getLong());
      return string("5.1.8.8");
    }

    String plugin() {
      return string("5.1.9.1.1");
    }

    byte[] wav() {
      ByteBuffer wav = at("5.1.6.4");
      byte[] bytes = new byte[wav.remaining()];
      wav.get(bytes);
      return bytes;
    }

    String contentType() {
      return string("5.1.6.5");
    }

    long sessionStatus() {
      return at("7.1").getLong();
    }

    @Override
    public boolean equals(Object other) {
      return other instanceof Event that && fields.equals(that.fields);
    }

    @Override
    public int hashCode() {
      return fields.hashCode();
    }

    private String string(String path) {
      return fields.containsKey(path) ? StandardCharsets.UTF_8.decode(at(path)).toString() : "";
    }

    private ByteBuffer at(String path) {
      return fields.get(path).duplicate().order(ByteOrder.LITTLE_ENDIAN);
    }
  }

  private static final Set<String> MESSAGES =
      Set.of("5", "5.1", "5.1.6", "5.1.8", "5.1.8.2", "5.1.8.2.2", "5.1.9", "5.1.9.1", "7");

  private EventReader() {}

  /** The events up to the end of the file or the first record that is not whole. */
  static List<Event> read(Path file) throws IOException {
    ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
    List<Event> events = new ArrayList<>();
    while (bytes.remaining() >= 12) {
      int start = bytes.position();
      long length = bytes.getLong();
      int lengthSum = bytes.getInt();
      require(lengthSum == masked(bytes.slice(start, 8)), "checksum of a length");
      if (bytes.remaining() < length + 4) {
        return events;
      }
      ByteBuffer content = bytes.slice(bytes.position(), (int) length);
      bytes.position(bytes.position() + (int) length);
      require(bytes.getInt() == masked(content), "checksum of a record");
      Map<String, ByteBuffer> fields = new HashMap<>();
      fields(content.order(ByteOrder.LITTLE_ENDIAN), "", fields);
      events.add(new Event(fields));
    }
    return events;
  }

  private static void fields(ByteBuffer in, String prefix, Map<String, ByteBuffer> fields) {
    while (in.hasRemaining()) {
      long key = varint(in);
      String path = prefix + (key >>> 3);
      ByteBuffer value =
          switch ((int) (key & 7)) {
            case 0 -> ByteBuffer.allocate(8).order(in.order()).putLong(varint(in)).flip();
            case 1 -> take(in, 8);
            case 2 -> take(in, (int) varint(in));
            case 5 -> take(in, 4);
            default -> throw new IllegalStateException("wire type of " + path);
          };
      if (MESSAGES.contains(path)) {
        fields(value, path + ".", fields);
      } else {
        fields.put(path, value);
      }
    }
  }

  private static ByteBuffer take(ByteBuffer in, int length) {
    ByteBuffer part = in.slice(in.position(), length).order(in.order());
    in.position(in.position() + length);
    return part;
  }

  private static long varint(ByteBuffer in) {
    long value = 0;
    for (int shift = 0; ; shift += 7) {
      byte next = in.get();
      value |= (long) (next & 0x7F) << shift;
      if (next >= 0) {
        return value;
      }
    }
  }

  /** CRC-32C bit by bit, as in its definition, then masked. */
  private static int masked(ByteBuffer bytes) {
    int crc = ~0;
    for (int i = bytes.position(); i < bytes.limit(); i++) {
      crc ^= bytes.get(i) & 0xFF;
      for (int bit = 0; bit < 8; bit++) {
        crc = crc >>> 1 ^ ((crc & 1) == 0 ? 0 : 0x82F63B78);
      }
    }
    crc = ~crc;
    return (crc >>> 15 | crc << 17) + 0xA282EAD8;
  }

  private static void require(boolean holds, String what) {
    if (!holds) {
      throw new IllegalStateException(what + " is wrong");
    }
  }
}
