package dev.jukebox.media;

import static org.bytedeco.ffmpeg.global.avutil.AV_NOPTS_VALUE;
import static org.bytedeco.ffmpeg.global.avutil.av_rescale;

import java.util.OptionalLong;
import org.bytedeco.ffmpeg.avformat.AVStream;
import org.bytedeco.ffmpeg.avutil.AVFrame;

/**
 * Where decoded frames stand in their stream, in samples by the stream's time stamps.
 *
 * <p>A single time stamp is not to be trusted. After a seek, those of a whole page of Ogg Vorbis
 * are guesses, since the length of its first block depends on the block before; and where blocks
 * change their size, the stamp of one frame is off. Sure are two frames from later pages whose
 * stamps agree with the length of the first.
 */
final class FramePositions {

  private FramePositions() {}

  /** Whether the stream's times are fine enough to tell one sample from the next. */
  static boolean areExact(MediaInput input) {
    AVStream stream = input.stream();
    long unitsPerSecond = stream.time_base().den() / Math.max(1, stream.time_base().num());
    return unitsPerSecond >= input.frame().sample_rate();
  }

  /**
   * The position of the stream's first sample, found by counting the first {@code samples}; the
   * input's frame must be the first one.
   */
  static OptionalLong origin(MediaInput input, long samples) {
    OptionalLong origin = OptionalLong.empty();
    long count = 0;
    OptionalLong position = position(input);
    long expected = position.orElse(0);
    boolean more = true;
    while (more && count < samples) {
      if (position.isPresent() && agrees(position.getAsLong(), expected)) {
        origin = OptionalLong.of(position.getAsLong() - count);
      }
      int length = input.frame().nb_samples();
      expected = position.orElse(0) + length;
      count += length;
      more = input.next();
      position = more ? position(input) : OptionalLong.empty();
    }
    return origin;
  }

  /**
   * Continues at or before a sample; the input's frame is then at the position that is returned.
   *
   * @param latest the last position that is of use
   * @return empty if the stream cannot be sought or no position up to the latest is sure
   */
  static OptionalLong seek(MediaInput input, long sample, long latest) {
    AVStream stream = input.stream();
    long time =
        av_rescale(
            sample,
            stream.time_base().den(),
            (long) stream.time_base().num() * input.frame().sample_rate());
    if (!input.seek(time) || !input.next()) {
      return OptionalLong.empty();
    }
    long firstPlace = input.packetPlace();
    OptionalLong position = position(input);
    while (position.isPresent() && position.getAsLong() <= latest) {
      long expected = position.getAsLong() + input.frame().nb_samples();
      boolean sure = firstPlace < 0 || input.packetPlace() != firstPlace;
      if (!input.next()) {
        return OptionalLong.empty();
      }
      position = position(input);
      if (sure && position.isPresent() && agrees(position.getAsLong(), expected)) {
        return position.getAsLong() <= latest ? position : OptionalLong.empty();
      }
    }
    return OptionalLong.empty();
  }

  private static OptionalLong position(MediaInput input) {
    AVFrame frame = input.frame();
    if (frame.pts() == AV_NOPTS_VALUE) {
      return OptionalLong.empty();
    }
    AVStream stream = input.stream();
    return OptionalLong.of(
        av_rescale(
            frame.pts(),
            (long) stream.time_base().num() * frame.sample_rate(),
            stream.time_base().den()));
  }

  /** Rounding to the stream's units may cost one sample. */
  private static boolean agrees(long position, long expected) {
    return Math.abs(position - expected) <= 1;
  }
}
