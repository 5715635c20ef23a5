package dev.jukebox.media;

import static org.bytedeco.ffmpeg.global.avutil.AV_NOPTS_VALUE;
import static org.bytedeco.ffmpeg.global.avutil.AV_TIME_BASE;

import dev.jukebox.error.ComputeException;
import dev.jukebox.error.FileAccessException;
import dev.jukebox.error.InvalidInputException;
import java.nio.file.Path;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import org.bytedeco.ffmpeg.avformat.AVStream;
import org.bytedeco.ffmpeg.avutil.AVFrame;

/**
 * A music file open for decoding: samples of its first audio stream, from any place, at any rate.
 *
 * <p>Sample 0 is the first one that a player would play, after what the encoder put in front.
 * Decoding from a place gives the samples that decoding from the start gives there, as far as the
 * file's own time stamps are right, and but for the noise that decoders of lossy codings put in. A
 * file that was cut off or damaged in places is decoded as far as it goes. An instance is used by
 * one thread at a time; any number of instances may be used at once.
 *
 * <pre>{@code
 * try (MediaDecoder song = MediaDecoder.open(Path.of("song.mp3"))) {
 *   float[][] second = song.decode(44_100, 60 * 44_100, 44_100); // [channels][44100]
 * }
 * }</pre>
 */
public final class MediaDecoder implements AutoCloseable {

  /** What decoders of compressed audio need to hear before their output is right. */
  private static final double PREROLL_SECONDS = 0.5;

  private final Path path;
  private final MediaInfo info;
  private MediaInput input;

  /** The time stamp of the first sample, in samples, once a seek has needed it. */
  private OptionalLong origin = OptionalLong.empty();

  private boolean atStart;

  private MediaDecoder(Path path, MediaInput input) {
    this.path = path;
    this.input = input;
    readFirstFrame();
    AVFrame first = input.frame();
    this.info =
        new MediaInfo(
            input.format().iformat().name().getString(),
            input.codecName(),
            first.sample_rate(),
            first.ch_layout().nb_channels(),
            seconds(input));
  }

  /** Whether files can be decoded here, and why not; the first call loads FFmpeg. */
  public static Availability availability() {
    return Ffmpeg.availability();
  }

  /**
   * Opens a file.
   *
   * @throws ComputeException if FFmpeg cannot be used, see {@link #availability}
   * @throws FileAccessException if the file cannot be read
   * @throws InvalidInputException if it is not an audio file of a known format, has no audio stream
   *     or is damaged from its start
   */
  public static MediaDecoder open(Path path) {
    MediaInput input = MediaInput.open(path);
    try {
      return new MediaDecoder(path, input);
    } catch (RuntimeException | Error e) {
      input.close();
      throw e;
    }
  }

  /** What the file says about itself. */
  public MediaInfo info() {
    return info;
  }

  /**
   * The samples {@code [offset, offset + count)}, or those of them that the file holds.
   *
   * @param sampleRate the rate of the result, of {@code offset} and of {@code count}
   * @param count the number of samples; {@link Long#MAX_VALUE} for all to the end
   * @return {@code [channels][at most count]}
   * @throws FileAccessException if the file cannot be read further
   * @throws InvalidInputException if the span is negative or too long for memory
   */
  public float[][] decode(int sampleRate, long offset, long count) {
    SourceWindow window = SourceWindow.of(info.sampleRate(), sampleRate, offset, count);
    SampleBuffer out = new SampleBuffer(info.channels(), window.skip(), count);
    long position = moveTo(window.start());
    try (FrameConverter converter = new FrameConverter(info.channels(), sampleRate)) {
      boolean more = true;
      while (more && position < window.end() && !out.isFull()) {
        AVFrame frame = input.frame();
        int samples = frame.nb_samples();
        long before = Math.max(0, window.start() - position);
        if (before < samples) {
          converter.feed(frame, (int) before, out);
        }
        position += samples;
        more = input.next();
      }
      converter.flush(out);
    }
    long consumed = Math.max(0, position - window.start());
    long available = SourceWindow.outputLength(consumed, info.sampleRate(), sampleRate);
    return out.toArrays(available - window.skip());
  }

  /** Frees everything; closing twice does nothing. */
  @Override
  public void close() {
    input.close();
  }

  /** Makes the input's frame one at or before a sample; returns the position of the frame. */
  private long moveTo(long sample) {
    long preroll = (long) (PREROLL_SECONDS * info.sampleRate());
    if (sample > 4 * preroll && FramePositions.areExact(input)) {
      if (origin.isEmpty()) {
        rewind();
        origin = FramePositions.origin(input, preroll);
        atStart = false;
      }
      // The surer the place, the further before it: pages of Ogg may last seconds.
      for (long back = preroll; origin.isPresent() && back < sample; back *= 4) {
        atStart = false;
        long first = origin.getAsLong();
        OptionalLong found =
            FramePositions.seek(input, first + sample - back, first + sample - preroll / 4);
        if (found.isPresent()) {
          return found.getAsLong() - first;
        }
      }
    }
    rewind();
    atStart = false;
    return 0;
  }

  /** Makes the input's frame the first one; opening anew is exact in every format. */
  private void rewind() {
    if (!atStart) {
      input.close();
      input = MediaInput.open(path);
      readFirstFrame();
    }
  }

  private void readFirstFrame() {
    if (!input.next()) {
      throw new InvalidInputException(
          path + " is damaged: not one sample of its audio can be decoded.");
    }
    atStart = true;
  }

  private static OptionalDouble seconds(MediaInput input) {
    AVStream stream = input.stream();
    if (stream.duration() != AV_NOPTS_VALUE && stream.duration() > 0) {
      return OptionalDouble.of(
          (double) stream.duration() * stream.time_base().num() / stream.time_base().den());
    }
    long duration = input.format().duration();
    return duration != AV_NOPTS_VALUE && duration > 0
        ? OptionalDouble.of((double) duration / AV_TIME_BASE)
        : OptionalDouble.empty();
  }
}
