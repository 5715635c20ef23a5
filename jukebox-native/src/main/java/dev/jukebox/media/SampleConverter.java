package dev.jukebox.media;

import static org.bytedeco.ffmpeg.global.avutil.AV_SAMPLE_FMT_FLTP;
import static org.bytedeco.ffmpeg.global.avutil.av_opt_set_int;
import static org.bytedeco.ffmpeg.global.avutil.av_opt_set_sample_fmt;
import static org.bytedeco.ffmpeg.global.swresample.swr_alloc_set_opts2;
import static org.bytedeco.ffmpeg.global.swresample.swr_convert;
import static org.bytedeco.ffmpeg.global.swresample.swr_free;
import static org.bytedeco.ffmpeg.global.swresample.swr_get_out_samples;
import static org.bytedeco.ffmpeg.global.swresample.swr_init;

import dev.jukebox.error.ComputeException;
import org.bytedeco.ffmpeg.avutil.AVChannelLayout;
import org.bytedeco.ffmpeg.swresample.SwrContext;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.javacpp.PointerPointer;

/**
 * Turns samples of any format and rate into rows of floats at one rate; output k stands at input
 * time k · from / to.
 */
final class SampleConverter implements AutoCloseable {

  /** Taps per phase of the resampling filter, before it is stretched for a lower output rate. */
  private static final int TAPS = 64;

  private final SwrContext context;
  private final FloatPointer[] planes;
  private final PointerPointer<Pointer> planeTable;

  /**
   * @param output the layout of the rows
   * @param to the rate of the rows
   * @param input the layout of what is fed
   * @param format the sample format of what is fed, an AV_SAMPLE_FMT number
   * @param from the rate of what is fed
   */
  SampleConverter(AVChannelLayout output, int to, AVChannelLayout input, int format, int from) {
    context = new SwrContext(null);
    planes = new FloatPointer[output.nb_channels()];
    planeTable = new PointerPointer<>(planes.length);
    int result =
        swr_alloc_set_opts2(context, output, AV_SAMPLE_FMT_FLTP, to, input, format, from, 0, null);
    if (result >= 0) {
      av_opt_set_sample_fmt(context, "internal_sample_fmt", AV_SAMPLE_FMT_FLTP, 0);
      av_opt_set_int(context, "filter_size", TAPS, 0);
      av_opt_set_int(context, "exact_rational", 1, 0);
      result = swr_init(context);
    }
    if (result < 0) {
      close();
      throw failed(result);
    }
  }

  /** Feeds {@code count} samples of each channel and appends what comes out. */
  void feed(PointerPointer<Pointer> input, int count, SampleBuffer out) {
    convert(input, count, out);
  }

  /** Appends what is still inside the filter. */
  void flush(SampleBuffer out) {
    convert(null, 0, out);
  }

  @Override
  public void close() {
    swr_free(context);
    for (int i = 0; i < planes.length; i++) {
      if (planes[i] != null) {
        planes[i].close();
        planes[i] = null;
      }
    }
    planeTable.close();
  }

  private void convert(PointerPointer<Pointer> input, int count, SampleBuffer out) {
    int capacity = Math.max(1, swr_get_out_samples(context, count));
    for (int i = 0; i < planes.length; i++) {
      if (planes[i] == null || planes[i].capacity() < capacity) {
        if (planes[i] != null) {
          planes[i].close();
        }
        planes[i] = new FloatPointer(capacity);
      }
      planeTable.put(i, planes[i]);
    }
    int produced = swr_convert(context, planeTable, capacity, input, count);
    if (produced < 0) {
      throw failed(produced);
    }
    out.append(planes, produced);
  }

  private static ComputeException failed(int error) {
    return new ComputeException("FFmpeg cannot resample audio: " + Ffmpeg.describe(error) + ".");
  }
}
