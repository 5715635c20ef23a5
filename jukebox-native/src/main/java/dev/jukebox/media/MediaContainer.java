package dev.jukebox.media;

import static org.bytedeco.ffmpeg.global.avcodec.AVDISCARD_ALL;
import static org.bytedeco.ffmpeg.global.avformat.avformat_alloc_context;
import static org.bytedeco.ffmpeg.global.avformat.avformat_close_input;
import static org.bytedeco.ffmpeg.global.avformat.avformat_find_stream_info;
import static org.bytedeco.ffmpeg.global.avformat.avformat_open_input;
import static org.bytedeco.ffmpeg.global.avutil.AVMEDIA_TYPE_AUDIO;
import static org.bytedeco.ffmpeg.global.avutil.av_dict_free;
import static org.bytedeco.ffmpeg.global.avutil.av_dict_set;
import static org.bytedeco.ffmpeg.global.avutil.av_get_media_type_string;

import dev.jukebox.error.FileAccessException;
import dev.jukebox.error.InvalidInputException;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.TreeSet;
import org.bytedeco.ffmpeg.avformat.AVFormatContext;
import org.bytedeco.ffmpeg.avformat.AVStream;
import org.bytedeco.ffmpeg.avutil.AVDictionary;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.PointerPointer;

/** Opening a file as one of the formats that hold audio. */
final class MediaContainer {

  /** Formats whose files hold their samples themselves; playlists, which name others, are not. */
  private static final String FORMATS =
      "mp3,flac,ogg,mov,aac,matroska,wav,w64,aiff,au,caf,ape,wv,tta,tak,mpc,mpc8,dsf,ac3,eac3,dts,"
          + "amr,asf,avi,flv,mpeg,mpegts,loas,latm,oma,voc,shn";

  private MediaContainer() {}

  /**
   * Opens a file and finds its streams.
   *
   * @throws FileAccessException if the file cannot be read
   * @throws InvalidInputException if it is in no known format
   */
  static AVFormatContext open(Path path) {
    BytePointer name = new BytePointer(nullTerminated(url(path)));
    AVDictionary options = new AVDictionary(null);
    AVFormatContext format = Ffmpeg.allocated(avformat_alloc_context());
    try {
      av_dict_set(options, "protocol_whitelist", "file", 0);
      av_dict_set(options, "format_whitelist", FORMATS, 0);
      check(avformat_open_input(format, name, null, options), path);
    } finally {
      av_dict_free(options);
      name.close();
    }
    int result = avformat_find_stream_info(format, (PointerPointer<?>) null);
    if (result < 0) {
      avformat_close_input(format);
      check(result, path);
    }
    return format;
  }

  /**
   * The first audio stream; packets of all others are dropped early.
   *
   * @throws InvalidInputException if there is none
   */
  static AVStream firstAudioStream(AVFormatContext format, Path path) {
    AVStream audio = null;
    TreeSet<String> others = new TreeSet<>();
    for (int i = 0; i < format.nb_streams(); i++) {
      AVStream stream = format.streams(i);
      int type = stream.codecpar().codec_type();
      if (audio == null && type == AVMEDIA_TYPE_AUDIO) {
        audio = stream;
      } else {
        stream.discard(AVDISCARD_ALL);
        BytePointer name = av_get_media_type_string(type);
        others.add(name == null ? "unknown" : name.getString());
      }
    }
    if (audio == null) {
      throw new InvalidInputException(
          path
              + " has no audio stream"
              + (others.isEmpty() ? "." : ", only " + String.join(", ", others) + "."));
    }
    return audio;
  }

  private static void check(int result, Path path) {
    if (result < 0) {
      throw new InvalidInputException(
          path
              + " is not an audio file of a known format, or its header is damaged ("
              + Ffmpeg.describe(result)
              + ").");
    }
  }

  private static String url(Path path) {
    File file;
    try {
      file = path.toAbsolutePath().toFile();
    } catch (UnsupportedOperationException e) {
      throw new FileAccessException(
          "Cannot read " + path + ": FFmpeg reads only files of the default file system.", e);
    }
    if (!Files.exists(path)) {
      throw new FileAccessException("Cannot read " + path + ": no such file or directory.");
    }
    if (Files.isDirectory(path)) {
      throw new FileAccessException("Cannot read " + path + ": it is a directory.");
    }
    requireReadable(path);
    // Without the protocol's name, a name such as "http:x" would be taken for an address.
    return "file:" + file;
  }

  /** FFmpeg reports a file that it may not read as it does a damaged one. */
  private static void requireReadable(Path path) {
    if (!Files.isRegularFile(path)) {
      return;
    }
    try (InputStream in = Files.newInputStream(path)) {
      if (in.read() < 0) {
        throw new InvalidInputException(path + " is empty.");
      }
    } catch (AccessDeniedException e) {
      throw new FileAccessException("Cannot read " + path + ": permission denied.", e);
    } catch (IOException e) {
      throw new FileAccessException("Cannot read " + path + ": " + e.getMessage() + ".", e);
    }
  }

  private static byte[] nullTerminated(String url) {
    byte[] bytes = url.getBytes(fileNameCharset());
    return Arrays.copyOf(bytes, bytes.length + 1);
  }

  /** FFmpeg takes UTF-8 on Windows and the bytes of the file system elsewhere. */
  private static Charset fileNameCharset() {
    String name = System.getProperty("sun.jnu.encoding", "UTF-8");
    return File.separatorChar == '\\' || !Charset.isSupported(name)
        ? StandardCharsets.UTF_8
        : Charset.forName(name);
  }
}
