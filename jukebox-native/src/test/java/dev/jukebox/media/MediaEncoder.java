package dev.jukebox.media;

import static org.bytedeco.ffmpeg.global.avcodec.AV_CODEC_FLAG_GLOBAL_HEADER;
import static org.bytedeco.ffmpeg.global.avcodec.av_packet_alloc;
import static org.bytedeco.ffmpeg.global.avcodec.av_packet_free;
import static org.bytedeco.ffmpeg.global.avcodec.av_packet_rescale_ts;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_alloc_context3;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_find_encoder_by_name;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_free_context;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_open2;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_parameters_from_context;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_receive_packet;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_send_frame;
import static org.bytedeco.ffmpeg.global.avformat.AVIO_FLAG_WRITE;
import static org.bytedeco.ffmpeg.global.avformat.av_interleaved_write_frame;
import static org.bytedeco.ffmpeg.global.avformat.av_write_trailer;
import static org.bytedeco.ffmpeg.global.avformat.avformat_alloc_output_context2;
import static org.bytedeco.ffmpeg.global.avformat.avformat_free_context;
import static org.bytedeco.ffmpeg.global.avformat.avformat_new_stream;
import static org.bytedeco.ffmpeg.global.avformat.avformat_write_header;
import static org.bytedeco.ffmpeg.global.avformat.avio_closep;
import static org.bytedeco.ffmpeg.global.avformat.avio_open;
import static org.bytedeco.ffmpeg.global.avutil.AV_PIX_FMT_YUV420P;
import static org.bytedeco.ffmpeg.global.avutil.AV_SAMPLE_FMT_FLT;
import static org.bytedeco.ffmpeg.global.avutil.AV_SAMPLE_FMT_FLTP;
import static org.bytedeco.ffmpeg.global.avutil.AV_SAMPLE_FMT_S16;
import static org.bytedeco.ffmpeg.global.avutil.AV_SAMPLE_FMT_S16P;
import static org.bytedeco.ffmpeg.global.avutil.av_channel_layout_copy;
import static org.bytedeco.ffmpeg.global.avutil.av_channel_layout_default;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_alloc;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_free;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_get_buffer;
import static org.bytedeco.ffmpeg.global.avutil.av_sample_fmt_is_planar;

import java.nio.file.Path;
import org.bytedeco.ffmpeg.avcodec.AVCodec;
import org.bytedeco.ffmpeg.avcodec.AVCodecContext;
import org.bytedeco.ffmpeg.avcodec.AVPacket;
import org.bytedeco.ffmpeg.avformat.AVFormatContext;
import org.bytedeco.ffmpeg.avformat.AVIOContext;
import org.bytedeco.ffmpeg.avformat.AVStream;
import org.bytedeco.ffmpeg.avutil.AVDictionary;
import org.bytedeco.ffmpeg.avutil.AVFrame;
import org.bytedeco.ffmpeg.avutil.AVRational;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.ShortPointer;

/** Makes compressed files for tests with FFmpeg's own encoders. */
final class MediaEncoder {

  private final AVFormatContext format = new AVFormatContext(null);
  private final AVCodecContext codec;
  private final AVStream stream;

  private MediaEncoder(Path file, AVCodecContext codec) {
    this.codec = codec;
    check(avformat_alloc_output_context2(format, null, null, file.toString()));
    codec.flags(codec.flags() | AV_CODEC_FLAG_GLOBAL_HEADER);
    codec.strict_std_compliance(-2);
    check(avcodec_open2(codec, null, (AVDictionary) null));
    stream = avformat_new_stream(format, null);
    avcodec_parameters_from_context(stream.codecpar(), codec);
    stream.time_base(codec.time_base());
    AVIOContext io = new AVIOContext(null);
    check(avio_open(io, file.toString(), AVIO_FLAG_WRITE));
    format.pb(io);
    check(avformat_write_header(format, (AVDictionary) null));
  }

  /** Whether this FFmpeg was built with an encoder. */
  static boolean has(String encoder) {
    Ffmpeg.require();
    return avcodec_find_encoder_by_name(encoder) != null;
  }

  /** Writes {@code [channels][length]}; a bit rate of 0 asks for a variable one. */
  static void audio(Path file, String encoder, int rate, long bitRate, float[][] samples) {
    Ffmpeg.require();
    AVCodec found = avcodec_find_encoder_by_name(encoder);
    AVCodecContext codec = avcodec_alloc_context3(found);
    codec.sample_fmt(
        switch (encoder) {
          case "flac", "pcm_s16le" -> AV_SAMPLE_FMT_S16;
          case "alac" -> AV_SAMPLE_FMT_S16P;
          case "libopus" -> AV_SAMPLE_FMT_FLT;
          default -> AV_SAMPLE_FMT_FLTP;
        });
    codec.sample_rate(rate);
    codec.time_base(new AVRational().num(1).den(rate));
    av_channel_layout_default(codec.ch_layout(), samples.length);
    if (bitRate > 0) {
      codec.bit_rate(bitRate);
    } else {
      codec.flags(codec.flags() | (1 << 1));
      codec.global_quality(118 * 3);
    }
    new MediaEncoder(file, codec).writeAudio(samples);
  }

  /** Writes a few grey pictures and no sound. */
  static void video(Path file) {
    Ffmpeg.require();
    AVCodecContext codec = avcodec_alloc_context3(avcodec_find_encoder_by_name("mpeg4"));
    codec.width(32).height(32).pix_fmt(AV_PIX_FMT_YUV420P);
    codec.time_base(new AVRational().num(1).den(25));
    new MediaEncoder(file, codec).writeVideo(10);
  }

  private void writeAudio(float[][] samples) {
    int length = samples[0].length;
    int frameSize = codec.frame_size() > 0 ? codec.frame_size() : 4_096;
    for (int start = 0; start < length; start += frameSize) {
      int count = Math.min(frameSize, length - start);
      AVFrame frame = av_frame_alloc();
      frame.nb_samples(count).format(codec.sample_fmt()).sample_rate(codec.sample_rate());
      av_channel_layout_copy(frame.ch_layout(), codec.ch_layout());
      check(av_frame_get_buffer(frame, 0));
      fill(frame, samples, start, count);
      frame.pts(start);
      send(frame);
      av_frame_free(frame);
    }
    finish();
  }

  private void writeVideo(int pictures) {
    for (int i = 0; i < pictures; i++) {
      AVFrame frame = av_frame_alloc();
      frame.width(codec.width()).height(codec.height()).format(codec.pix_fmt()).pts(i);
      check(av_frame_get_buffer(frame, 0));
      for (int plane = 0; plane < 3; plane++) {
        long bytes = (long) frame.linesize(plane) * (plane == 0 ? 32 : 16);
        for (long b = 0; b < bytes; b++) {
          frame.data(plane).put(b, (byte) (100 + i));
        }
      }
      send(frame);
      av_frame_free(frame);
    }
    finish();
  }

  private void fill(AVFrame frame, float[][] samples, int start, int count) {
    int format = codec.sample_fmt();
    boolean planar = av_sample_fmt_is_planar(format) != 0;
    int channels = samples.length;
    for (int plane = 0; plane < (planar ? channels : 1); plane++) {
      float[] row = new float[planar ? count : count * channels];
      for (int i = 0; i < row.length; i++) {
        row[i] = planar ? samples[plane][start + i] : samples[i % channels][start + i / channels];
      }
      if (format == AV_SAMPLE_FMT_S16 || format == AV_SAMPLE_FMT_S16P) {
        short[] rounded = new short[row.length];
        for (int i = 0; i < row.length; i++) {
          rounded[i] = (short) Math.floor(row[i] * 32_768);
        }
        new ShortPointer(frame.extended_data(plane)).put(rounded, 0, rounded.length);
      } else {
        new FloatPointer(frame.extended_data(plane)).put(row, 0, row.length);
      }
    }
  }

  private void finish() {
    send(null);
    check(av_write_trailer(format));
    avcodec_free_context(codec);
    avio_closep(format.pb());
    avformat_free_context(format);
  }

  private void send(AVFrame frame) {
    check(avcodec_send_frame(codec, frame));
    AVPacket packet = av_packet_alloc();
    while (avcodec_receive_packet(codec, packet) >= 0) {
      av_packet_rescale_ts(packet, codec.time_base(), stream.time_base());
      packet.stream_index(0);
      check(av_interleaved_write_frame(format, packet));
    }
    av_packet_free(packet);
  }

  private static void check(int result) {
    if (result < 0) {
      throw new IllegalStateException(Ffmpeg.describe(result));
    }
  }
}
