package dev.jukebox.core.tensorboard;

import dev.jukebox.core.audio.Audio;
import dev.jukebox.core.files.FileErrors;
import dev.jukebox.error.FileAccessException;
import dev.jukebox.error.InvalidInputException;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.Locale;

/**
 * Writes what a run reports where TensorBoard finds it. Any thread may append; each value is one
 * record, so that a file that was cut off is read up to its last whole one. Every run, also one
 * that goes on, writes a file of its own.
 *
 * <pre>{@code
 * try (EventWriter events = EventWriter.open(Path.of("logs/run"))) {
 *   events.scalar("loss", step, 0.25);
 *   events.audio("0/sample", step, Audio.mono(44_100, samples));
 *   events.text("labels", step, "artist: Nova");
 *   events.flush();
 * }
 * // tensorboard --logdir logs
 * }</pre>
 */
public final class EventWriter implements AutoCloseable {

  private static final int MAX_NAMES = 1_000;
  private static final int BUFFER = 1 << 16;

  private final Path file;

  /** Not a channel, which an interrupt of the thread that appends would close. */
  private final RandomAccessFile out;

  private final Clock clock;
  private final ByteBuffer buffer = ByteBuffer.allocate(BUFFER);
  private boolean closed;

  private EventWriter(Path file, RandomAccessFile out, Clock clock) {
    this.file = file;
    this.out = out;
    this.clock = clock;
  }

  /**
   * Begins a file in the directory of a run, which is made where it is missing.
   *
   * @throws FileAccessException if it cannot be written
   */
  public static EventWriter open(Path directory) {
    return open(directory, Clock.systemUTC());
  }

  /**
   * Begins a file of a run that goes on: what its other files tell of this step and later ones is
   * not shown any more.
   *
   * @param step the first step that is reported anew
   * @throws FileAccessException if it cannot be written
   */
  public static EventWriter resume(Path directory, long step) {
    EventWriter writer = open(directory);
    writer.append(Events.resumed(writer.now(), step));
    return writer;
  }

  static EventWriter open(Path directory, Clock clock) {
    String name =
        String.format(
            Locale.ROOT,
            "events.out.tfevents.%010d.%s.%d",
            clock.instant().getEpochSecond(),
            host(),
            ProcessHandle.current().pid());
    for (int i = 0; ; i++) {
      Path file = directory.resolve(String.format(Locale.ROOT, "%s.%03d", name, i));
      try {
        Files.createDirectories(directory);
        Files.createFile(file);
        EventWriter writer =
            new EventWriter(file, new RandomAccessFile(file.toFile(), "rw"), clock);
        writer.append(Events.fileVersion(writer.now()));
        writer.flush();
        return writer;
      } catch (FileAlreadyExistsException e) {
        // A run of the same second; with a directory's name taken by a file it ends as well.
        if (i == MAX_NAMES || !Files.isDirectory(directory)) {
          throw FileErrors.cannotWrite(file, e);
        }
      } catch (IOException e) {
        throw FileErrors.cannotWrite(file, e);
      }
    }
  }

  /** The file that is written. */
  public Path file() {
    return file;
  }

  /**
   * A point of a curve; NaN and infinities are shown as such.
   *
   * @param tag the curve's name; a part before a slash makes a group
   * @throws FileAccessException if it cannot be written, e.g. on a full disk
   */
  public void scalar(String tag, long step, double value) {
    append(Events.scalar(now(), step, tag, (float) value));
  }

  /**
   * A sound, kept as 16-bit PCM and limited to [-1, 1).
   *
   * @throws FileAccessException if it cannot be written
   * @throws InvalidInputException if a sample is NaN or infinite
   */
  public void audio(String tag, long step, Audio audio) {
    append(Events.audio(now(), step, tag, audio));
  }

  /**
   * A text, which is shown as Markdown: lines are joined unless an empty one parts them.
   *
   * @throws FileAccessException if it cannot be written
   */
  public void text(String tag, long step, String text) {
    append(Events.text(now(), step, tag, text));
  }

  /**
   * Hands everything to the system, so that readers see it.
   *
   * @throws FileAccessException if it cannot be written
   */
  public synchronized void flush() {
    try {
      write(buffer.array(), buffer.position());
    } finally {
      buffer.clear();
    }
  }

  /** Writes the rest and closes the file; closing twice does nothing. */
  @Override
  public synchronized void close() {
    if (closed) {
      return;
    }
    closed = true;
    try (out) {
      flush();
    } catch (IOException e) {
      throw FileErrors.cannotWrite(file, e);
    }
  }

  private synchronized void append(ProtoMessage event) {
    if (closed) {
      throw new IllegalStateException(file + " is closed");
    }
    byte[] record = Records.frame(event.toBytes());
    if (record.length > buffer.remaining()) {
      flush();
    }
    if (record.length > buffer.remaining()) {
      write(record, record.length);
    } else {
      buffer.put(record);
    }
  }

  private void write(byte[] bytes, int length) {
    long start = 0;
    try {
      start = out.getFilePointer();
      out.write(bytes, 0, length);
    } catch (IOException e) {
      cutBack(start);
      throw FileErrors.cannotWrite(file, e);
    }
  }

  /** Half a record would hide all that is written after it. */
  private void cutBack(long length) {
    try {
      out.setLength(length);
      out.seek(length);
    } catch (IOException ignored) {
      // The failure that led here is the one to report.
    }
  }

  private double now() {
    Instant instant = clock.instant();
    return instant.getEpochSecond() + instant.getNano() / 1e9;
  }

  private static String host() {
    try {
      return InetAddress.getLocalHost().getHostName().replaceAll("[^A-Za-z0-9-]", "_");
    } catch (UnknownHostException e) {
      return "localhost";
    }
  }
}
