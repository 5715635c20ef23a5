package dev.jukebox.media;

import static org.bytedeco.ffmpeg.global.avutil.av_channel_layout_compare;
import static org.bytedeco.ffmpeg.global.avutil.av_channel_layout_copy;
import static org.bytedeco.ffmpeg.global.avutil.av_channel_layout_default;
import static org.bytedeco.ffmpeg.global.avutil.av_channel_layout_uninit;
import static org.bytedeco.ffmpeg.global.avutil.av_get_bytes_per_sample;
import static org.bytedeco.ffmpeg.global.avutil.av_sample_fmt_is_planar;

import org.bytedeco.ffmpeg.avutil.AVChannelLayout;
import org.bytedeco.ffmpeg.avutil.AVFrame;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.javacpp.PointerPointer;

/**
 * Turns decoded frames into rows of floats, as many as the first frame has channels, even if later
 * frames change their format.
 */
final class FrameConverter implements AutoCloseable {

  private final int rate;
  private final int channels;
  private final AVChannelLayout outputLayout = new AVChannelLayout();
  private final AVChannelLayout inputLayout = new AVChannelLayout();
  private int inputFormat;
  private int inputRate;
  private SampleConverter converter;
  private PointerPointer<Pointer> table;

  FrameConverter(int channels, int rate) {
    this.channels = channels;
    this.rate = rate;
    av_channel_layout_default(outputLayout, channels);
  }

  /** Feeds the samples of a frame from {@code start} on. */
  void feed(AVFrame frame, int start, SampleBuffer out) {
    if (converter == null || !fits(frame)) {
      replaceConverter(frame, out);
    }
    int sampleBytes = av_get_bytes_per_sample(inputFormat);
    if (av_sample_fmt_is_planar(inputFormat) != 0) {
      for (int c = 0; c < inputLayout.nb_channels(); c++) {
        table.put(c, frame.extended_data(c).position((long) start * sampleBytes));
      }
    } else {
      long frameBytes = (long) sampleBytes * inputLayout.nb_channels();
      table.put(0, frame.extended_data(0).position(start * frameBytes));
    }
    converter.feed(table, frame.nb_samples() - start, out);
  }

  /** Appends what is still inside the resampler. */
  void flush(SampleBuffer out) {
    if (converter != null) {
      converter.flush(out);
    }
  }

  @Override
  public void close() {
    closeConverter();
    av_channel_layout_uninit(inputLayout);
    av_channel_layout_uninit(outputLayout);
    inputLayout.close();
    outputLayout.close();
  }

  private boolean fits(AVFrame frame) {
    return frame.format() == inputFormat
        && frame.sample_rate() == inputRate
        && av_channel_layout_compare(frame.ch_layout(), inputLayout) == 0;
  }

  private void replaceConverter(AVFrame frame, SampleBuffer out) {
    flush(out);
    closeConverter();
    inputFormat = frame.format();
    inputRate = frame.sample_rate();
    av_channel_layout_copy(inputLayout, frame.ch_layout());
    // Equal numbers of channels are passed through as they are, whatever their names.
    AVChannelLayout target = inputLayout.nb_channels() == channels ? inputLayout : outputLayout;
    converter = new SampleConverter(target, rate, inputLayout, inputFormat, inputRate);
    table = new PointerPointer<>(inputLayout.nb_channels());
  }

  private void closeConverter() {
    if (converter != null) {
      converter.close();
      table.close();
      converter = null;
    }
  }
}
