package dev.jukebox.media;

import dev.jukebox.error.ComputeException;
import dev.jukebox.error.InsufficientMemoryException;
import java.nio.charset.StandardCharsets;
import org.bytedeco.ffmpeg.global.avcodec;
import org.bytedeco.ffmpeg.global.avformat;
import org.bytedeco.ffmpeg.global.avutil;
import org.bytedeco.ffmpeg.global.swresample;
import org.bytedeco.javacpp.Loader;
import org.bytedeco.javacpp.Pointer;

/** The FFmpeg libraries, loaded when first asked for. */
final class Ffmpeg {

  private Ffmpeg() {}

  /** Loading happens once a process; a holder class does it on first use and not before. */
  private static final class Loaded {
    static final Availability AVAILABILITY = load();
  }

  static Availability availability() {
    return Loaded.AVAILABILITY;
  }

  /**
   * Makes sure that the libraries are loaded.
   *
   * @throws ComputeException if they cannot be
   */
  static void require() {
    if (!availability().usable()) {
      throw new ComputeException("FFmpeg cannot be used here: " + availability().reason() + ".");
    }
  }

  /** FFmpeg's words for an error number. */
  static String describe(int error) {
    byte[] text = new byte[256];
    avutil.av_strerror(error, text, text.length);
    int length = 0;
    while (length < text.length && text[length] != 0) {
      length++;
    }
    return new String(text, 0, length, StandardCharsets.UTF_8);
  }

  /** The pointer itself; FFmpeg's allocators return null when memory is short. */
  static <P extends Pointer> P allocated(P pointer) {
    if (pointer == null || pointer.isNull()) {
      throw new InsufficientMemoryException("FFmpeg found no memory for decoding audio.");
    }
    return pointer;
  }

  private static Availability load() {
    // JavaCPP would otherwise refuse allocations once the process, mapped weights included, is
    // larger than a small multiple of the Java heap. A value set by the user stays.
    setIfAbsent("org.bytedeco.javacpp.maxBytes", "0");
    setIfAbsent("org.bytedeco.javacpp.maxPhysicalBytes", "0");
    try {
      Loader.load(avutil.class);
      Loader.load(swresample.class);
      Loader.load(avcodec.class);
      Loader.load(avformat.class);
      avutil.av_log_set_level(avutil.AV_LOG_QUIET);
      return new Availability(true, "FFmpeg " + avutil.av_version_info().getString());
    } catch (LinkageError | RuntimeException e) {
      String message = String.valueOf(e.getMessage()).lines().findFirst().orElse("");
      return new Availability(
          false, "its native library cannot be loaded (" + message.strip() + ")");
    }
  }

  private static void setIfAbsent(String property, String value) {
    if (System.getProperty(property) == null) {
      System.setProperty(property, value);
    }
  }
}
