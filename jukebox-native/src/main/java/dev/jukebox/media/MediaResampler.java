package dev.jukebox.media;

import static org.bytedeco.ffmpeg.global.avutil.AV_SAMPLE_FMT_FLTP;
import static org.bytedeco.ffmpeg.global.avutil.av_channel_layout_default;
import static org.bytedeco.ffmpeg.global.avutil.av_channel_layout_uninit;

import dev.jukebox.error.ComputeException;
import org.bytedeco.ffmpeg.avutil.AVChannelLayout;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.javacpp.PointerPointer;

/** FFmpeg's resampler for samples that are in memory already. */
public final class MediaResampler {

  private static final int BLOCK = 1 << 15;

  private MediaResampler() {}

  /**
   * The same sound at another rate: output k stands at input time k · from / to.
   *
   * @param channels {@code [channels][length]}
   * @param from samples per second of the input
   * @param to samples per second of the output
   * @return {@code [channels][ceil(length · to / from)]}
   * @throws ComputeException if FFmpeg cannot be used, see {@link MediaDecoder#availability}
   */
  public static float[][] resample(float[][] channels, int from, int to) {
    Ffmpeg.require();
    int length = channels[0].length;
    long expected = SourceWindow.outputLength(length, from, to);
    SampleBuffer out = new SampleBuffer(channels.length, 0, expected);
    try (AVChannelLayout layout = new AVChannelLayout();
        FloatPointer block = new FloatPointer((long) BLOCK * channels.length);
        PointerPointer<Pointer> table = new PointerPointer<>(channels.length)) {
      av_channel_layout_default(layout, channels.length);
      try (SampleConverter converter =
          new SampleConverter(layout, to, layout, AV_SAMPLE_FMT_FLTP, from)) {
        for (int start = 0; start < length; start += BLOCK) {
          int count = Math.min(BLOCK, length - start);
          for (int c = 0; c < channels.length; c++) {
            FloatPointer row = block.getPointer((long) c * BLOCK);
            table.put(c, row.put(channels[c], start, count));
          }
          converter.feed(table, count, out);
        }
        converter.flush(out);
      } finally {
        av_channel_layout_uninit(layout);
      }
    }
    return out.toArrays(expected);
  }
}
