package dev.jukebox.media;

import static org.bytedeco.ffmpeg.global.avcodec.av_packet_alloc;
import static org.bytedeco.ffmpeg.global.avcodec.av_packet_free;
import static org.bytedeco.ffmpeg.global.avcodec.av_packet_unref;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_alloc_context3;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_find_decoder;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_flush_buffers;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_free_context;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_get_name;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_open2;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_parameters_to_context;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_receive_frame;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_send_packet;
import static org.bytedeco.ffmpeg.global.avformat.AVSEEK_FLAG_BACKWARD;
import static org.bytedeco.ffmpeg.global.avformat.av_read_frame;
import static org.bytedeco.ffmpeg.global.avformat.av_seek_frame;
import static org.bytedeco.ffmpeg.global.avformat.avformat_close_input;
import static org.bytedeco.ffmpeg.global.avutil.AVERROR_EOF;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_alloc;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_free;
import static org.bytedeco.ffmpeg.presets.avutil.AVERROR_EAGAIN;

import dev.jukebox.error.FileAccessException;
import dev.jukebox.error.InvalidInputException;
import java.nio.file.Path;
import org.bytedeco.ffmpeg.avcodec.AVCodec;
import org.bytedeco.ffmpeg.avcodec.AVCodecContext;
import org.bytedeco.ffmpeg.avcodec.AVPacket;
import org.bytedeco.ffmpeg.avformat.AVFormatContext;
import org.bytedeco.ffmpeg.avformat.AVStream;
import org.bytedeco.ffmpeg.avutil.AVDictionary;
import org.bytedeco.ffmpeg.avutil.AVFrame;

/** The frames of a file's first audio stream, one after the other. */
final class MediaInput implements AutoCloseable {

  private final Path path;
  private final AVFormatContext format;
  private AVCodecContext codec;
  private AVPacket packet;
  private AVFrame frame;
  private AVStream stream;
  private long packetPlace = -1;
  private boolean drained;

  private MediaInput(Path path, AVFormatContext format) {
    this.path = path;
    this.format = format;
  }

  /**
   * Opens a file and its decoder.
   *
   * @throws FileAccessException if the file cannot be read
   * @throws InvalidInputException if FFmpeg knows neither its format nor its codec, or it has no
   *     audio stream
   */
  static MediaInput open(Path path) {
    Ffmpeg.require();
    MediaInput input = new MediaInput(path, MediaContainer.open(path));
    try {
      input.openDecoder();
      return input;
    } catch (RuntimeException | Error e) {
      input.close();
      throw e;
    }
  }

  AVFormatContext format() {
    return format;
  }

  AVStream stream() {
    return stream;
  }

  String codecName() {
    return avcodec_get_name(codec.codec_id()).getString();
  }

  /** The frame that {@link #next} decoded last. */
  AVFrame frame() {
    return frame;
  }

  /** Where in the file the last packet or the page around it starts; negative if unknown. */
  long packetPlace() {
    return packetPlace;
  }

  /**
   * Decodes the next frame, passing over packets that are damaged.
   *
   * @return false at the end of the stream
   * @throws FileAccessException if the file cannot be read further
   */
  boolean next() {
    while (true) {
      int result = avcodec_receive_frame(codec, frame);
      if (result == 0) {
        if (frame.nb_samples() > 0 && frame.sample_rate() > 0) {
          return true;
        }
      } else if (drained) {
        return false;
      } else {
        sendPacket();
      }
    }
  }

  /** Continues at the last packet that starts at or before a time, in the stream's units. */
  boolean seek(long timestamp) {
    if (av_seek_frame(format, stream.index(), timestamp, AVSEEK_FLAG_BACKWARD) < 0) {
      return false;
    }
    avcodec_flush_buffers(codec);
    drained = false;
    return true;
  }

  /** Frees everything; closing twice does nothing. */
  @Override
  public void close() {
    if (frame != null) {
      av_frame_free(frame);
      frame = null;
    }
    if (packet != null) {
      av_packet_free(packet);
      packet = null;
    }
    if (codec != null) {
      avcodec_free_context(codec);
      codec = null;
    }
    if (!format.isNull()) {
      avformat_close_input(format);
      format.setNull();
    }
  }

  private void openDecoder() {
    stream = MediaContainer.firstAudioStream(format, path);
    int id = stream.codecpar().codec_id();
    AVCodec decoder = avcodec_find_decoder(id);
    if (decoder == null) {
      throw new InvalidInputException(
          path
              + " is coded as "
              + avcodec_get_name(id).getString()
              + ", which this FFmpeg cannot decode; convert it to WAV or FLAC first.");
    }
    codec = Ffmpeg.allocated(avcodec_alloc_context3(decoder));
    avcodec_parameters_to_context(codec, stream.codecpar());
    codec.pkt_timebase(stream.time_base());
    codec.thread_count(1);
    int result = avcodec_open2(codec, decoder, (AVDictionary) null);
    if (result < 0) {
      throw new InvalidInputException(
          path + " cannot be decoded: " + Ffmpeg.describe(result) + ".");
    }
    packet = Ffmpeg.allocated(av_packet_alloc());
    frame = Ffmpeg.allocated(av_frame_alloc());
  }

  private void sendPacket() {
    int result = av_read_frame(format, packet);
    if (result == AVERROR_EAGAIN()) {
      return;
    }
    if (result < 0) {
      requireNoReadError();
      avcodec_send_packet(codec, null);
      drained = true;
      return;
    }
    if (packet.stream_index() == stream.index()) {
      packetPlace = packet.pos();
      // A packet that is refused is damaged; what follows it may be whole.
      avcodec_send_packet(codec, packet);
    }
    av_packet_unref(packet);
  }

  private void requireNoReadError() {
    int error = format.pb() == null ? 0 : format.pb().error();
    if (error < 0 && error != AVERROR_EOF) {
      throw new FileAccessException(
          "Cannot read " + path + " to its end: " + Ffmpeg.describe(error) + ".");
    }
  }
}
