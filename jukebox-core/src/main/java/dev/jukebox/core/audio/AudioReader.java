package dev.jukebox.core.audio;

import dev.jukebox.core.files.FileErrors;
import dev.jukebox.error.FileAccessException;
import dev.jukebox.error.InvalidInputException;
import dev.jukebox.media.Availability;
import dev.jukebox.media.MediaDecoder;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.OptionalDouble;

/**
 * Audio from files of any common format at the rate that a model wants: WAV by itself, all others
 * (mp3, flac, ogg, opus, m4a, aac, …) through FFmpeg. May be used from any number of threads.
 *
 * <pre>{@code
 * Audio prompt = AudioReader.load(Path.of("song.mp3"), 44_100, 0, 12 * 44_100, true);
 * }</pre>
 */
public final class AudioReader {

  private AudioReader() {}

  /**
   * A part of a file, the same as that part of the whole file would be.
   *
   * @param sampleRate the rate of the result, of the offset and of the duration
   * @param offset the first sample
   * @param duration the number of samples
   * @param mono whether the channels are mixed to one, their mean
   * @return audio of exactly {@code duration} samples
   * @throws FileAccessException if the file cannot be read
   * @throws InvalidInputException if it is not an audio file, has no audio stream, is damaged or is
   *     shorter than asked
   */
  public static Audio load(Path file, int sampleRate, long offset, long duration, boolean mono) {
    try (AudioSource source = open(file)) {
      Audio audio = source.read(sampleRate, offset, duration);
      if (audio.length() < duration) {
        OptionalDouble end =
            audio.length() == 0
                ? source.info().seconds()
                : OptionalDouble.of((offset + (double) audio.length()) / sampleRate);
        throw tooShort(file, (double) offset / sampleRate, (double) duration / sampleRate, end);
      }
      return finished(audio, file, mono);
    }
  }

  /**
   * A part of a file as far as the file goes: as {@link #load(Path, int, long, long, boolean)}, but
   * with all channels, and with fewer samples where the file ends.
   *
   * @param most the greatest number of samples
   * @throws FileAccessException if the file cannot be read
   * @throws InvalidInputException if it is not an audio file, has no audio stream or is damaged
   */
  public static Audio loadUpTo(Path file, int sampleRate, long offset, long most) {
    try (AudioSource source = open(file)) {
      return finished(source.read(sampleRate, offset, most), file, false);
    }
  }

  /**
   * A whole file.
   *
   * @param sampleRate the rate of the result
   * @param mono whether the channels are mixed to one, their mean
   * @throws FileAccessException if the file cannot be read
   * @throws InvalidInputException if it is not an audio file, has no audio stream or is damaged
   */
  public static Audio load(Path file, int sampleRate, boolean mono) {
    try (AudioSource source = open(file)) {
      return finished(source.read(sampleRate, 0, Long.MAX_VALUE), file, mono);
    }
  }

  /**
   * What a file says about its audio.
   *
   * @throws FileAccessException if the file cannot be read
   * @throws InvalidInputException if it is not an audio file, has no audio stream or is damaged
   */
  public static AudioInfo probe(Path file) {
    try (AudioSource source = open(file)) {
      return source.info();
    }
  }

  private static AudioSource open(Path file) {
    if (isWav(file)) {
      WavFile wav = WavFile.open(file);
      if (wav.isReadable() || !MediaDecoder.availability().usable()) {
        return new WavSource(wav);
      }
      wav.close();
    }
    Availability availability = MediaDecoder.availability();
    if (!availability.usable()) {
      throw new InvalidInputException(
          file
              + " is not a WAV file, and other formats need FFmpeg, which cannot be used here: "
              + availability.reason()
              + "; convert it to WAV first.");
    }
    return new MediaSource(MediaDecoder.open(file));
  }

  private static boolean isWav(Path file) {
    try {
      // Looking into a pipe would take away its first bytes.
      if (Files.exists(file) && !Files.isRegularFile(file)) {
        return false;
      }
      try (InputStream in = Files.newInputStream(file)) {
        return WavHeader.isWav(ByteBuffer.wrap(in.readNBytes(12)));
      }
    } catch (IOException e) {
      throw FileErrors.cannotRead(file, e);
    }
  }

  private static Audio finished(Audio audio, Path file, boolean mono) {
    for (int c = 0; c < audio.channels(); c++) {
      for (int i = 0; i < audio.length(); i++) {
        if (!Float.isFinite(audio.sample(c, i))) {
          throw new InvalidInputException(
              file + " is damaged: its audio holds " + audio.sample(c, i) + ".");
        }
      }
    }
    return mono ? audio.mono() : audio;
  }

  private static InvalidInputException tooShort(
      Path file, double offset, double duration, OptionalDouble end) {
    String asked =
        offset == 0
            ? String.format(Locale.ROOT, "%.2f s were asked for", duration)
            : String.format(Locale.ROOT, "%.2f s from %.2f s on were asked for", duration, offset);
    String held =
        end.isPresent()
            ? String.format(Locale.ROOT, "it has %.2f s", end.getAsDouble())
            : "it has fewer";
    return new InvalidInputException(file + " is too short: " + asked + ", but " + held + ".");
  }
}
